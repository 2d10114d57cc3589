import { assertEquals, assertMatch } from "@std/assert";
import type { LineConnection } from "../../../src/net/line_connection.ts";
import { Harness } from "../harness.ts";
import { settle } from "../manual_clock.ts";
import { guest } from "./guest.ts";

Deno.test("IRC: JOIN makes a room, and shows who is there; JOIN again changes nothing", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  assertEquals(await ada.replies("JOIN #Ops"), [
    ":ada!u@chat JOIN #ops",
    "353 ada = #ops :@ada",
    "366 ada #ops :End of NAMES list",
  ]);
  assertEquals(await ada.say("JOIN #ops"), []);
  await ada.say("TOPIC #ops :the news");
  const bob = await guest(room, "bob");
  const lines = await bob.replies("JOIN #ops");
  assertEquals(lines[1], "332 bob #ops :the news");
  assertMatch(lines[2]!, /^333 bob #ops ada \d+$/);
  assertEquals(lines[3], "353 bob = #ops :@ada bob");
  assertEquals(ada.read().at(-1), ":bob!u@chat JOIN #ops");
});

Deno.test("IRC: several channels at once, the wrong ones answered by the names that were given", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  const lines = await ada.replies("JOIN #a,b@d,#c");
  assertEquals(lines.filter((line) => line.includes("JOIN")).length, 2);
  assertEquals(lines.filter((line) => line.startsWith("403")).length, 1);
  assertMatch(lines.find((line) => line.startsWith("403"))!, /^403 ada b@d :/);
});

Deno.test("IRC: an IRC guest, a json client and a person at nc see each other in one room", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#lobby", caps: "server-time message-tags" });
  const bob = await room.plain("bob");
  const { conn: bot } = await room.json("bot");
  bot.events();
  bob.received();
  ada.read();
  await ada.say("PRIVMSG #lobby :hi \x02all\x02", "PRIVMSG #lobby :\x01ACTION waves\x01");
  assertEquals(bob.received(), ["ada: hi all", "~ ada waves"]);
  const [words, action] = bot.events();
  assertEquals([words.text, words.from, action.action], ["hi all", "ada", true]);
  await bob.send("so\n");
  const [line] = ada.read();
  assertMatch(line!, /^@time=\S+Z;msgid=[0-9a-f]{32}-\d+ :bob!u@chat PRIVMSG #lobby :so$/);
});

Deno.test("IRC: PART and KICK tell why", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  const bob = await guest(room, "bob", { rooms: "#x" });
  const eve = await guest(room, "eve", { rooms: "#x" });
  const bot = await room.json("bot", { room: "x", rooms: { x: {} } });
  bot.conn.events();
  for (const one of [ada, bob, eve]) one.read();
  assertEquals(await bob.say("PART #x :bye all"), [":bob!u@chat PART #x :bye all"]);
  assertEquals(ada.read(), [":bob!u@chat PART #x :bye all"]);
  assertEquals(bot.conn.events()[0].text, "bye all");
  eve.read();
  assertMatch((await bob.replies("PART #x"))[0]!, /^442 bob #x :/);
  assertMatch((await eve.replies("KICK #x ada :no"))[0]!, /^482 eve #x :/);
  assertMatch((await ada.replies("KICK #x bob"))[0]!, /^441 ada bob #x :/);
  assertMatch((await ada.replies("KICK #x nobody"))[0]!, /^401 ada nobody :/);
  assertMatch((await ada.replies("KICK #nope bob"))[0]!, /^403 ada #nope :/);
  eve.read();
  await ada.say("KICK #x eve");
  assertEquals(eve.read(), [":ada!u@chat KICK #x eve :ada"]);
  assertMatch((await eve.replies("JOIN #x"))[0]!, /^474 eve #x :/);
});

Deno.test("IRC: who is not in a private room does not hear that it exists", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#vault" });
  await ada.say("MODE #vault +s");
  const eve = await guest(room, "eve");
  const of = async (line: string) => (await eve.replies(line))[0]!.split(" ")[0];
  assertEquals(await of("PRIVMSG #vault :hi"), "403");
  assertEquals(await of("TOPIC #vault"), "403");
  assertEquals(await of("MODE #vault"), "403");
  assertEquals(await of("KICK #vault ada"), "403");
  assertEquals(await eve.replies("NAMES #vault"), ["366 eve #vault :End of NAMES list"]);
});

Deno.test("IRC: NAMES of several channels ends once", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#a,#b" });
  assertEquals(await ada.replies("NAMES #a,#b"), [
    "353 ada = #a :@ada",
    "353 ada = #b :@ada",
    "366 ada #a,#b :End of NAMES list",
  ]);
});

Deno.test("IRC: a message to nobody, to no room or without a text is answered, a notice never", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  await guest(room, "bob", { rooms: "#x" });
  const of = async (line: string) => (await ada.replies(line)).map((reply) => reply.split(" :")[0]);
  assertEquals(await of("PRIVMSG nobody :hi"), ["401 ada nobody"]);
  assertEquals(await of("PRIVMSG #nope :hi"), ["403 ada #nope"]);
  assertEquals(await of("PRIVMSG #x :hi"), ["404 ada #x"]);
  assertEquals(await of("PRIVMSG #x :"), ["412 ada"]);
  assertEquals(await of("PRIVMSG"), ["411 ada"]);
  assertEquals(await of("PRIVMSG a,b,c,d,e :hi"), [
    ...["401 ada a", "401 ada b", "401 ada c", "401 ada d", "407 ada e"],
  ]);
  await room.clock.advance(5_000);
  for (const line of ["NOTICE nobody :hi", "NOTICE #nope :hi", "NOTICE #x :hi", "NOTICE"]) {
    assertEquals(await of(line), []);
  }
});

Deno.test("IRC: what is said to one person arrives once; CTCP but ACTION goes nowhere", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: "echo-message server-time" });
  const bob = await guest(room, "bob");
  assertMatch(
    (await ada.say("PRIVMSG bob :psst"))[0]!,
    /^@time=\S+ :ada!u@chat PRIVMSG bob :psst$/,
  );
  assertEquals(bob.read(), [":ada!u@chat PRIVMSG bob :psst"]);
  await ada.say("NOTICE bob :beep", "PRIVMSG bob :\x01VERSION\x01");
  assertEquals(bob.read(), [":ada!u@chat NOTICE bob :beep"]);
  assertEquals(await bob.say("PRIVMSG bob :note"), [":bob!u@chat PRIVMSG bob :note"]);
  assertEquals(await bob.say("PRIVMSG ada :yes"), []);
});

Deno.test("IRC: a text of many lines arrives in lines of at most 512 bytes that are the text", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#lobby" });
  const { conn } = await room.json("bot");
  ada.read();
  const long = "word 👩‍👩‍👧 ".repeat(60).trim();
  await conn.request({ type: "say", text: `one\n\n${long}` });
  const lines = ada.read();
  const texts = lines.map((line) => line.slice(":bot!u@chat PRIVMSG #lobby :".length));
  assertEquals(texts[0], "one");
  assertEquals(texts.slice(1).join(""), long);
  for (const line of lines) assertEquals(new TextEncoder().encode(line).length <= 510, true);
});

Deno.test("IRC: a key for a channel without one is let pass: irssi gives one when it comes back", async () => {
  await using room = new Harness();
  await guest(room, "ada", { rooms: "#ops" });
  const bob = await guest(room, "bob");
  const lines = await bob.say("JOIN #ops x");
  assertEquals(lines[0], ":bob!u@chat JOIN #ops");
  assertEquals(lines.filter((line) => line.includes("NOTICE")), []);
});

Deno.test("IRC: who comes into a channel is told who is there in a turn of its own", async () => {
  await using room = new Harness();
  const bob = await guest(room, "bob", { rooms: "#x" });
  const ada = await guest(room, "ada");
  const { turns, order } = room.server;
  const next = turns.next.bind(turns);
  const propose = order.propose.bind(order);
  let isNext = false;
  let go = () => {};
  turns.next = (address) => {
    if (!isNext) return next(address);
    isNext = false;
    return new Promise((resolve) => go = resolve);
  };
  order.propose = (proposal, source) => {
    if (proposal.type === "enter") isNext = true;
    propose(proposal, source);
  };
  assertEquals(await ada.say("JOIN #x"), []);
  assertEquals(bob.read(), [":ada!u@chat JOIN #x"]);
  await bob.say("PRIVMSG #x :hi");
  assertEquals(ada.read(), []);
  go();
  await settle();
  assertEquals(await ada.replies("PING :a"), [
    ":ada!u@chat JOIN #x",
    "353 ada = #x :@bob ada",
    "366 ada #x :End of NAMES list",
    ":bob!u@chat PRIVMSG #x :hi",
    "PONG chat :a",
  ]);
  await ada.say("PART #x", "JOIN #x");
  await bob.say("KICK #x ada :no");
  go();
  await settle();
  const lines = await ada.replies("PING :b");
  assertEquals(lines.filter((line) => line.startsWith("366")), [], "it is out again");
  await bob.say("PRIVMSG #x :still there?");
  assertEquals(ada.read(), []);
});

Deno.test("IRC: each channel of a JOIN that is none costs what a line does, and each of JOIN 0", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#a,#b,#c" });
  await room.clock.advance(60_000);
  await ada.say("PING x");
  const conn: LineConnection = ada.conn;
  const left = () => conn.readLimit!();
  const before = left();
  await ada.say("JOIN bad,#b!d,worse,#w!rse");
  assertEquals(before - left(), 4 * 1024);
  await ada.say("JOIN 0");
  assertEquals(before - left(), 7 * 1024);
});
