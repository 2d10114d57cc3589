import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { HELP_TOPICS } from "../../../src/protocol/irc/help.ts";
import { IRC_COMMANDS } from "../../../src/server/irc/commands.ts";
import { Secret } from "../../../src/server/admission/secret.ts";
import { VERSION } from "../../../src/version.ts";
import { Harness } from "../harness.ts";
import { guest, stranger } from "./guest.ts";

Deno.test("IRC: LIST shows the channels that a client may know of, and how many are there", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#ops,#den,#empty" });
  await ada.say("TOPIC #ops :the news", "MODE #den +s");
  const bob = await guest(room, "bob", { rooms: "#ops" });
  assertEquals(await bob.replies("LIST"), [
    "321 bob Channel :Users  Name",
    "322 bob #ops 2 :the news",
    "322 bob #empty 1 :",
    "323 bob :End of LIST",
  ]);
  ada.read();
  assertEquals((await ada.replies("LIST #d*"))[1], "322 ada #den 1 :");
  const names = async (conditions: string) =>
    (await bob.replies(`LIST ${conditions}`)).slice(1, -1).map((line) => line.split(" ")[2]);
  assertEquals(await names(">1"), ["#ops"]);
  assertEquals(await names("<2"), ["#empty"]);
  assertEquals(await names("*p*,!#o*"), ["#empty"]);
  assertEquals(await names("#ops,#den,#nope"), ["#ops"]);
  // It is there, if nobody is in it; who names it, is shown it.
  assertEquals(await names("#lobby"), ["#lobby"]);
});

Deno.test("IRC: LUSERS counts people, operators, strangers and rooms", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#ops" });
  await room.plain("bob");
  const { conn } = await room.json("bot");
  await conn.end();
  const leaving = await guest(room, "eve");
  await leaving.say("QUIT");
  const one = await stranger(room);
  await one.say("NICK mia");
  assertEquals(await ada.replies("LUSERS"), [
    "251 ada :There are 3 users and 0 invisible on 1 servers",
    "252 ada 0 :operators online",
    "253 ada 1 :connections that have not registered",
    "254 ada 2 :channels",
    "255 ada :I have 3 clients and 0 servers",
    "265 ada 3 4 :Current local users 3, max 4",
    "266 ada 3 4 :Current global users 3, max 4",
  ]);
});

Deno.test("IRC: VERSION, TIME, INFO, MOTD and LINKS", async () => {
  await using room = new Harness({ rate: 0, motd: "be nice\nor be gone" });
  const ada = await guest(room, "ada");
  const version = await ada.replies("VERSION");
  assertMatch(version[0]!, new RegExp(`^351 ada chat-${VERSION} chat :`));
  assertMatch(version[1]!, /^005 ada NETWORK=chat .*:are supported by this server$/);
  assertMatch((await ada.replies("TIME"))[0]!, /^391 ada chat :\w+, \d\d .* GMT$/);
  const info = await ada.replies("INFO");
  assert(info.length > 1 && info.slice(0, -1).every((line) => line.startsWith("371 ada :")));
  assertEquals(info.at(-1), "374 ada :End of INFO list");
  assertEquals(await ada.replies("MOTD"), [
    "375 ada :- chat message of the day",
    "372 ada :- be nice",
    "372 ada :- or be gone",
    "376 ada :End of MOTD command",
  ]);
  assertEquals(await ada.replies("LINKS"), ["365 ada * :End of LINKS list"]);
  for (const command of ["VERSION", "TIME", "INFO", "MOTD"]) {
    assertEquals(await ada.replies(`${command} else`), ["402 ada else :No such server"]);
    for (const target of ["chat", "c*t", "ada"]) {
      assertNotMatch((await ada.replies(`${command} ${target}`))[0]!, /^402/);
    }
  }
  assertEquals(await ada.replies("WHOIS else ada"), ["402 ada else :No such server"]);
});

Deno.test("IRC: NAMES of several channels, of private ones, and of a thousand people", async () => {
  await using room = new Harness({ maxClients: 2_000, rate: 0, joinsPerSecond: 0 });
  const ada = await guest(room, "ada", { rooms: "#ops,#den" });
  await ada.say("MODE #den +s");
  const bob = await guest(room, "bob");
  assertEquals(await bob.replies("NAMES #ops,#den,#nope,x"), [
    "353 bob = #ops :@ada",
    "366 bob #ops,#den,#nope,x :End of NAMES list",
  ]);
  assertEquals((await ada.replies("NAMES #den"))[0], "353 ada @ #den :@ada");
  assertEquals(await bob.replies("NAMES"), ["366 bob * :End of NAMES list"]);
  await Promise.all(Array.from({ length: 1_000 }, (_, i) => room.plain(`p${i}`)));
  const lines = await bob.replies("NAMES #lobby");
  assert(lines.every((line) => line.length < 510));
  const names = lines.slice(0, -1).flatMap((line) => line.split(":")[1]!.split(" "));
  assertEquals(new Set(names).size, 1_000);
});

Deno.test("IRC: PING wants something to answer with, and a server may have no message of the day", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  assertEquals(await ada.replies("PING"), ["409 ada :No origin specified"]);
  assertEquals(await ada.replies("MOTD"), ["422 ada :There is no message of the day"]);
});

Deno.test("IRC: who is in as many rooms as may be, or has a banned name, is told so", async () => {
  await using room = new Harness({
    rate: 0,
    newRoomsPerHour: 0,
    operatorPassword: new Secret("sesame"),
  });
  const ada = await guest(room, "ada");
  const lines = await ada.replies(`JOIN ${Array.from({ length: 20 }, (_, i) => `#r${i}`).join()}`);
  assertEquals(lines.filter((line) => line.includes(" JOIN ")).length, 20);
  assertMatch((await ada.replies("JOIN #one.more"))[0]!, /^405 ada #one\.more :/);
  await ada.say("OPER x sesame", "BAN bob");
  const bob = await stranger(room);
  assertMatch((await bob.replies("NICK bob", "USER bob 0 * :Bob"))[0]!, /^465 \* :/);
});

Deno.test("IRC: HELP lists all commands, and tells how each is used", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await guest(room, "ada");
  const all = await ada.replies("HELP");
  assertMatch(all[0]!, /^704 ada \* :/);
  assertEquals(all.at(-1), "706 ada * :End of HELP");
  const words = all.slice(1, -1).map((line) => line.replace("705 ada * :", "")).join(" ");
  assertEquals(words.split(" "), HELP_TOPICS);
  assertEquals(await ada.replies("HELPOP privmsg"), [
    "704 ada PRIVMSG :PRIVMSG #channel|name[,...] :text",
    "705 ada PRIVMSG :Sends a message",
    "706 ada PRIVMSG :End of HELP",
  ]);
  assertEquals(await ada.replies("HELP nothing"), ["524 ada nothing :There is no help on that"]);
});

Deno.test("IRC: there is help on every command, and on nothing else, sorted", () => {
  const commands = [...IRC_COMMANDS.keys()].filter((name) => name !== "HELPOP");
  assertEquals([...HELP_TOPICS].sort(), HELP_TOPICS);
  assertEquals(commands.sort(), HELP_TOPICS);
});
