import { assert, assertEquals, assertMatch } from "@std/assert";
import { checkSecret } from "../../../src/server/admission/secret.ts";
import { until } from "../../helpers/wait.ts";
import { Harness } from "../harness.ts";
import { type Guest, guest } from "./guest.ts";

async function keeperAndGuest(room: Harness): Promise<{ ada: Guest; bob: Guest }> {
  const ada = await guest(room, "ada", { rooms: "#x" });
  const bob = await guest(room, "bob", { rooms: "#x" });
  ada.read();
  return { ada, bob };
}

Deno.test("IRC: MODE of a channel tells what holds there and since when it exists", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  const [modes, made] = await ada.replies("MODE #x");
  assertEquals(modes, "324 ada #x +nt");
  assertMatch(made!, /^329 ada #x \d+$/);
  assertEquals(await ada.say("MODE #x +int-n"), [":ada!u@chat MODE #x +i-n"]);
  assertEquals((await ada.replies("MODE #x"))[0], "324 ada #x +it");
  assertEquals(await ada.say("MODE #x -it"), [":ada!u@chat MODE #x -it"]);
  assertEquals((await ada.replies("MODE #x"))[0], "324 ada #x +");
  assertEquals(await ada.replies("MODE #x +z"), ["472 ada z :is an unknown mode"]);
  const many = Array.from({ length: 160 }, (_, i) => String.fromCodePoint(0x800 + i)).join("");
  assertEquals((await ada.replies(`MODE #x +${many}`)).length, 4, "no line for each of them");
  assertEquals(await ada.replies(`MODE #x ${"+m-m+z".repeat(50)}+m`), [
    "472 ada z :is an unknown mode",
    ":ada!u@chat MODE #x +m",
  ]);
});

Deno.test("IRC: where few may speak, a voice or a rank is needed, in every dialect", async () => {
  await using room = new Harness();
  const { ada, bob } = await keeperAndGuest(room);
  const { conn } = await room.json("bot", { room: "x", rooms: { x: {} } });
  await ada.say("MODE #x +m");
  assertEquals(bob.read().at(-1), ":ada!u@chat MODE #x +m");
  assertMatch((await bob.replies("PRIVMSG #x :hi"))[0]!, /^404 bob #x :/);
  conn.events();
  await conn.request({ type: "say", text: "hi" });
  assertEquals(conn.events().map(({ type, code }) => `${type} ${code}`), ["error not_allowed"]);
  ada.read();
  await ada.say("MODE #x +v bob");
  assertEquals(bob.read(), [":ada!u@chat MODE #x +v bob"]);
  await bob.say("PRIVMSG #x :hi");
  assertEquals(ada.read(), [":bob!u@chat PRIVMSG #x :hi"]);
  assertEquals((await ada.replies("NAMES #x"))[0], "353 ada = #x :@ada +bob bot");
});

Deno.test("IRC: a deputy may do what the keeper may, who has the room still", async () => {
  await using room = new Harness();
  const { ada, bob } = await keeperAndGuest(room);
  assertMatch((await bob.replies("MODE #x +o bob"))[0]!, /^482 bob #x :/);
  assertEquals(await ada.say("MODE #x +o bob"), [":ada!u@chat MODE #x +o bob"]);
  bob.read();
  assertEquals(await bob.say("MODE #x +t-t"), [":bob!u@chat MODE #x -t"]);
  assertEquals((await ada.replies("NAMES #x")).at(-2), "353 ada = #x :@ada @bob");
  await ada.say("MODE #x -o bob");
  assertMatch((await bob.replies("MODE #x +t")).at(-1)!, /^482 bob #x :/);
  await ada.say("MODE #x +o bob");
  await bob.say("PART #x", "JOIN #x");
  bob.read();
  assertMatch((await bob.replies("MODE #x +t"))[0]!, /^482 bob #x :/);
});

Deno.test("IRC: names are banned, listed and let in again; other masks are refused", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  const bob = await guest(room, "Bob");
  assertEquals(await ada.say("MODE #x +b bob!*@*"), [":ada!u@chat MODE #x +b bob!*@*"]);
  assertMatch((await bob.replies("JOIN #x"))[0]!, /^474 Bob #x :/);
  const list = await ada.replies("MODE #x b");
  assertMatch(list[0]!, /^367 ada #x bob!\*@\* ada \d+$/);
  assertEquals(list[1], "368 ada #x :End of channel ban list");
  assertMatch((await ada.replies("MODE #x +b *!*@10.0.0.1"))[0]!, /^696 ada #x b \*!\*@10.0.0.1 :/);
  assertEquals(await ada.say("MODE #x -b BOB!*@*"), [":ada!u@chat MODE #x -b BOB!*@*"]);
  assertEquals((await bob.say("JOIN #x"))[0], ":Bob!u@chat JOIN #x");
});

Deno.test("IRC: a list of bans comes whole, and costs more than its line", async () => {
  await using room = new Harness({ rate: 20, joinsPerSecond: 0 });
  const ada = await guest(room, "ada", { rooms: "#x" });
  for (let i = 0; i < 100; i += 4) {
    const masks = [0, 1, 2, 3].map((more) => `name${i + more}!*@*`);
    await ada.say(`MODE #x +bbbb ${masks.join(" ")}`);
    await room.clock.advance(1_000);
  }
  await room.clock.advance(60_000);
  const bob = await guest(room, "bob");
  await room.clock.advance(60_000);
  bob.read();
  // A hundred lines would be free else; each costs six.
  const lines = await bob.replies(...Array.from({ length: 20 }, () => "MODE #x b"));
  const ends = () => lines.filter((line) => line.startsWith("368 ")).length;
  assertEquals(lines.slice(0, 101).filter((line) => line.startsWith("367 ")).length, 100);
  assert(ends() >= 10 && ends() < 20, `${ends()} lists at once`);
  await room.clock.advance(60_000);
  lines.push(...(await bob.replies("PING x")));
  assertEquals(ends(), 20);
  assertEquals(lines.filter((line) => line.startsWith("367 ")).length, 2_000);
});

Deno.test("IRC: a key keeps out who does not give it, and is shown to nobody", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  const bob = await guest(room, "bob");
  for (const word of [":", ":two words", `:${"k".repeat(200)}`, "a,b"]) {
    assertMatch((await ada.replies(`MODE #x +k ${word}`))[0]!, /^696 ada #x k \* :/);
  }
  const key = ada.say("MODE #x +k beer");
  await room.clock.advance(0);
  await key;
  // The hash takes its time, off the clock.
  await until(() => room.server.rooms.get("x")!.key !== null, "the key");
  await ada.say("PING :done");
  assertEquals((await ada.replies("MODE #x"))[0], "324 ada #x +knt *");
  assertMatch((await bob.replies("JOIN #x"))[0]!, /^475 bob #x :/);
});

Deno.test("IRC: a word that cannot be a key is refused with the reason", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  const keys = ["a,b", "quit", "x".repeat(129), ":two words"];
  const refusals: string[] = [];
  for (const key of keys) refusals.push(...await ada.replies(`MODE #x +k ${key}`));
  assertEquals(refusals.map((line) => line.replace(/^696 ada #x k \* :/, "")), [
    "A key has no comma in IRC: JOIN takes it for the end of a key",
    "A key cannot be a word with which people leave: who is asked for it would leave.",
    "The key has 129 characters, at most 128 are allowed.",
    "A key is one word: it has no spaces and no control characters.",
  ]);
  assertEquals(room.server.rooms.get("x")!.key, null);
});

Deno.test("IRC: who was invited comes in where only the invited may", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  const bob = await guest(room, "bob");
  await ada.say("MODE #x +i");
  assertMatch((await bob.replies("JOIN #x"))[0]!, /^473 bob #x :/);
  const { conn } = await room.json("bot");
  conn.events();
  await conn.request({ type: "join", room: "x" });
  assertEquals(conn.events()[0].code, "invite_only");
  assertEquals(await ada.replies("INVITE bob #x"), ["341 ada bob #x"]);
  assertEquals(bob.read(), [":ada!u@chat INVITE bob #x"]);
  assertEquals(await bob.replies("INVITE"), ["336 bob #x", "337 bob :End of INVITE list"]);
  assertEquals((await bob.say("JOIN #x"))[0], ":bob!u@chat JOIN #x");
  assertEquals(await bob.replies("INVITE"), ["337 bob :End of INVITE list"]);
  assertMatch((await bob.replies("INVITE bot #x"))[0]!, /^482 bob #x :/);
  ada.read();
  assertMatch((await ada.replies("INVITE bob #x"))[0]!, /^443 ada bob #x :/);
  assertMatch((await ada.replies("INVITE nobody #x"))[0]!, /^401 ada nobody :/);
  await ada.say("INVITE bot #x");
  assertEquals(conn.events()[0].text, "ada invites you to #x.");
  await conn.request({ type: "join", room: "x" });
  assertEquals(conn.events()[0].type, "joined");
});

Deno.test("IRC: everybody may set the topic, and outsiders speak, where that is allowed", async () => {
  await using room = new Harness();
  const { ada, bob } = await keeperAndGuest(room);
  const eve = await guest(room, "eve");
  assertMatch((await bob.replies("TOPIC #x :mine"))[0]!, /^482 bob #x :/);
  assertMatch((await eve.replies("PRIVMSG #x :hi"))[0]!, /^404 eve #x :/);
  await ada.say("MODE #x -nt");
  bob.read();
  assertEquals(await bob.say("TOPIC #x :mine"), [":bob!u@chat TOPIC #x :mine"]);
  ada.read();
  assertEquals(await eve.say("PRIVMSG #x :hi"), []);
  assertEquals(ada.read(), [":eve!u@chat PRIVMSG #x :hi"]);
  assertEquals(await bob.replies("TOPIC #x :", "TOPIC #x"), [
    ":eve!u@chat PRIVMSG #x :hi",
    ":bob!u@chat TOPIC #x :",
    "331 bob #x :No topic is set",
  ]);
});

Deno.test("IRC: of many letters that are no modes the first four are answered", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  const letters = Array.from({ length: 200 }, (_, i) => String.fromCharCode(0xc0 + i)).join("");
  const lines = await ada.replies(`MODE #x +${letters}m`);
  assertEquals(lines.map((line) => line.split(" ")[0]), [
    "472",
    "472",
    "472",
    "472",
    ":ada!u@chat",
  ]);
});

Deno.test("IRC: a client may say that it is a bot, and change nobody else", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  await guest(room, "bob");
  assertEquals(await ada.say("MODE ada +B"), [":ada!u@chat MODE ada +B"]);
  assertEquals(await ada.replies("MODE ada"), ["221 ada +Bi"]);
  assertEquals(await ada.replies("MODE ada +i"), []);
  assertMatch((await ada.replies("MODE bob +B"))[0]!, /^502 ada :/);
  assertMatch((await ada.replies("MODE ada +x"))[0]!, /^501 ada :/);
  assertMatch((await ada.replies("MODE nobody"))[0]!, /^401 ada nobody :/);
});

Deno.test("IRC: guests are told of what keepers change by slash commands", async () => {
  await using room = new Harness();
  const bob = await guest(room, "bob");
  const { conn } = await room.json("bot", { room: "x", rooms: { x: {} } });
  await bob.say("JOIN #x");
  bob.read();
  await conn.request({ type: "command", room: "x", line: "/unlist" });
  await conn.request({ type: "command", room: "x", line: "/keeper bob" });
  assertEquals(bob.read(), [
    ":bot!u@chat MODE #x +s",
    ":bot!u@chat MODE #x -o+o bot bob",
    ":chat NOTICE #x :bot made you the keeper of #x: /help lists what you can do.",
  ]);
});

Deno.test("IRC: a ban holds for names that look alike, outside of an open room, and for a NICK in it", async () => {
  await using room = new Harness({ rate: 0 });
  const { ada, bob } = await keeperAndGuest(room);
  await ada.say("MODE #x -n+b bill!*@*");
  const bill = await guest(room, "bi1l");
  assertMatch((await bill.replies("JOIN #x"))[0]!, /^474 bi1l #x :/);
  assertEquals((await bill.replies("PRIVMSG #x :hi")).length, 1);
  await bill.say("NICK other", "PRIVMSG #x :heard");
  bob.read();
  assertMatch((await bob.replies("NICK bill")).join(), /bill is banned from #x/);
  assertMatch((await bob.replies("NICK bi1l")).join(), /bi1l is banned from #x/);
  await ada.say("KICK #x bob");
  ada.read();
  assertEquals((await bob.say("PRIVMSG #x :hi again")).length > 0, true);
  assertEquals(ada.read().join(), "");
});

Deno.test("IRC: a NOTICE is answered with no error, also where few may speak and to somebody who is muted", async () => {
  await using room = new Harness({
    rate: 0,
    operatorPassword: checkSecret("open sesame", "a test"),
  });
  const { ada, bob } = await keeperAndGuest(room);
  await ada.say("MODE #x +m", "OPER ada :open sesame");
  bob.read();
  assertEquals(await bob.say("NOTICE #x :hi"), []);
  await ada.say("MODE #x -m", "MUTE bob");
  bob.read();
  assertEquals(await bob.say("NOTICE #x :hi", "NOTICE ada :hi"), []);
  assertMatch((await bob.replies("PRIVMSG #x :hi")).join(), /^404 /);
});
