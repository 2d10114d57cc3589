import { assert, assertEquals, assertMatch } from "@std/assert";
import { Harness } from "./harness.ts";
import type { MemoryConnection } from "./memory_connection.ts";

Deno.test("a plain session asks for a name, welcomes by it, and tells who is here", async () => {
  await using room = new Harness();
  const ada = await room.connect();
  await room.clock.advance(149);
  assertEquals(ada.received(), []);
  await room.clock.advance(1);
  assertEquals(ada.received(), ["Welcome to chat. Type your name and press Enter."]);
  await ada.send("ada\n");
  assertEquals(ada.received(), [
    "Welcome, ada! Nobody else is here yet. /help lists the commands, /quit leaves.",
  ]);
  const bob = await room.connect();
  await bob.send("bob\n");
  assertEquals(
    bob.received().at(-1),
    "Welcome, bob! Here now: ada. /help lists the commands, /quit leaves.",
  );
  assertEquals(ada.received(), ["* bob joined"]);
});

Deno.test("what is said reaches the others, and not its plain sender", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  const bob = await room.plain("bob");
  ada.received();
  await ada.send("one\ntwo\n");
  assertEquals(bob.received(), ["ada: one", "ada: two"]);
  assertEquals(ada.received(), []);
  await bob.send("/me waves\n//slash\n");
  assertEquals(ada.received(), ["~ bob waves", "bob: /slash"]);
});

Deno.test("a name and what is said may arrive in one packet", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const ada = await room.connect();
  await ada.send("ada\nhi\n/who\n");
  assertEquals(bob.received(), ["* ada joined", "ada: hi"]);
  assertEquals(ada.received(), [
    "Welcome, ada! Here now: bob. /help lists the commands, /quit leaves.",
    "* 2 here: ada, bob",
  ]);
});

Deno.test("a whole visit may arrive in one packet, in either dialect", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const ada = await room.connect();
  await ada.send("ada\nhi\n/quit\n");
  assertEquals(bob.received(), ["* ada joined", "ada: hi", "* ada left (quit)"]);
  assertMatch(ada.received()[0]!, /^Welcome, ada/);
  const eve = await room.connect();
  await eve.send(
    '{"type":"hello","protocol":1,"name":"eve"}\n{"type":"say","text":"yo","id":"1"}\n{"type":"quit"}\n',
  );
  assertEquals(bob.received(), ["* eve joined", "eve: yo", "* eve left (quit)"]);
  const events = eve.events();
  assertEquals(events[0].name, "eve");
  assertEquals(events.slice(-4).map((event) => event.type), ["join", "message", "leave", "bye"]);
  assertEquals(room.entries("fault"), []);
});

Deno.test("a taken name is asked again, five times at most", async () => {
  await using room = new Harness();
  await room.plain("ada");
  const other = await room.connect();
  other.received();
  await other.send("ADA\n");
  assertMatch(other.received()[0]!, /^\* .*taken.*ADA2/);
  for (let i = 0; i < 4; i++) await other.send("ada\n");
  assertEquals(other.received().length, 4);
  assert(other.writeClosed);
  await other.send("eve\n");
  assertEquals(other.received(), []);
});

Deno.test("a name is free again as soon as its owner has left", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  const bob = await room.plain("bob");
  await ada.send("/quit\n");
  assertEquals(bob.received(), ["* ada left (quit)"]);
  await room.plain("ada");
  assertEquals(bob.received(), ["* ada joined"]);
});

for (const word of ["/quit", "{quit}", "quit"]) {
  Deno.test(`${word} leaves, also as the very first line`, async () => {
    await using room = new Harness();
    const bob = await room.plain("bob");
    const first = await room.connect();
    await first.send(`${word}\n`);
    assert(first.writeClosed);
    const ada = await room.plain("ada");
    await ada.send(`${word}\n`);
    assert(ada.writeClosed);
    assertEquals(bob.received(), ["* ada joined", "* ada left (quit)"]);
  });
}

Deno.test("the end of input leaves after what was sent has been said", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const ada = await room.connect();
  void ada.send("ada\nhi\nlast");
  await ada.end();
  assertEquals(bob.received(), ["* ada joined", "ada: hi", "ada: last", "* ada left (quit)"]);
  assert(ada.closed);
});

Deno.test("a reset loses a plain client at once", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const ada = await room.plain("ada");
  await ada.end({ broken: true });
  assertEquals(bob.received().at(-1), "* ada left (lost)");
});

Deno.test("who gives no name for 60 seconds is let go", async () => {
  await using room = new Harness();
  const silent = await room.connect();
  await room.clock.advance(58_000);
  assert(!silent.writeClosed);
  await room.clock.advance(4_000);
  assert(silent.writeClosed);
  assertMatch(silent.received().at(-1)!, /^\* No name came within 60 seconds/);
  await room.clock.advance(3_000);
  assert(silent.closed);
  assertEquals(room.server.connections, 0);
});

Deno.test("a json session silent for 30 seconds is lost; a plain one may be silent", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada");
  const bob = await room.plain("bob");
  await room.clock.advance(20_000);
  await conn.request({ type: "ping" });
  await room.clock.advance(28_000);
  assert(!conn.closed);
  await room.clock.advance(4_000);
  assert(conn.closed);
  assertEquals(bob.received(), []);
  await room.clock.advance(17_000);
  assertEquals(bob.received(), ["* ada left (lost)"]);
  assert(!bob.closed);
});

Deno.test("a client that takes nothing for six minutes is dropped as timeout", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const slow = await room.plain("slow");
  slow.stall();
  await bob.send("hello\n");
  await room.clock.advance(358_000);
  assert(!slow.closed);
  await room.clock.advance(4_000);
  assert(slow.closed);
  assertEquals(bob.received().at(-1), "* slow left (timeout)");
});

/** Sends so many lines, and is gone before the server writes the next word to it. */
async function sendAndGo(ada: MemoryConnection, bob: MemoryConnection, count: number) {
  ada.takesNothing = true;
  await ada.send(Array.from({ length: count }, (_, n) => `${n}\n`).join(""));
  await bob.send("hello\n");
  await ada.end();
}

Deno.test("the lines of somebody who has gone are said when they may be, before the leave", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const ada = await room.plain("ada");
  bob.received();
  await sendAndGo(ada, bob, 150);
  assertEquals(bob.received().length, 99);
  await bob.send("/msg ada are you there?\n");
  assertEquals(bob.received(), ["* ada's connection is too slow right now. Try again soon."]);
  await room.clock.advance(3_000);
  const rest = Array.from({ length: 51 }, (_, n) => `ada: ${n + 99}`);
  assertEquals(bob.received(), [...rest, "* ada left (quit)"]);
  assert(ada.closed);
});

Deno.test("somebody who has gone has half a minute for what is still to be said", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const ada = await room.plain("ada");
  await sendAndGo(ada, bob, 20_000);
  assert(room.server.waiting.bytes > 0);
  await room.clock.advance(28_000);
  assert(!ada.closed);
  await room.clock.advance(4_000);
  assert(ada.closed);
  assertEquals(bob.received().at(-1), "* ada left (lost)");
  assertEquals([room.server.connections, room.server.waiting.bytes], [1, 0]);
});

Deno.test("who comes back while lines of the lost connection wait says each once, in order", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const { conn, welcome } = await room.json("ada");
  bob.received();
  const says = Array.from({ length: 150 }, (_, n) => ({ type: "say", text: `${n}`, id: `a.${n}` }));
  const lines = says.map((say) => `${JSON.stringify(say)}\n`).join("");
  conn.takesNothing = true;
  await conn.send(lines);
  await room.clock.advance(1_000);
  const again = await room.connect();
  await again.request({ type: "hello", protocol: 1, name: "ada", session: welcome.session });
  await again.send(lines);
  await conn.end({ broken: true });
  await room.clock.advance(10_000);
  assertEquals(bob.received(), says.map(({ text }) => `ada: ${text}`));
  assert(conn.closed);
  assert(!again.closed);
});

Deno.test("a lost json client keeps its place for 15 seconds, and then leaves", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const { conn } = await room.json("ada");
  bob.received();
  await conn.end({ broken: true });
  await room.clock.advance(13_000);
  assertEquals(bob.received(), []);
  const taken = await room.connect();
  await taken.send("ada\n");
  assertMatch(taken.received().at(-1)!, /taken/);
  await taken.send("/quit\n");
  await room.clock.advance(4_000);
  assertEquals(bob.received(), ["* ada left (lost)"]);
});

Deno.test("a session is resumed without a leave or a join, and misses nothing", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const { conn, welcome } = await room.json("ada");
  await bob.send("one\n");
  const seen = conn.events().at(-1);
  assertEquals(seen.text, "one");
  await conn.end({ broken: true });
  await bob.send("two\nthree\n");
  bob.received();
  const again = await room.json("whoever", { session: welcome.session, after: seen.seq });
  assertEquals(again.welcome.name, "ada");
  assertEquals(again.welcome.resumed, true);
  assertEquals(again.welcome.session, welcome.session);
  assertEquals(again.events.map((event) => event.text), ["two", "three"]);
  await room.clock.advance(20_000);
  assertEquals(bob.received(), []);
});

Deno.test("a session can be taken up while its old connection still looks alive", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const { conn, welcome } = await room.json("ada");
  bob.received();
  const again = await room.json("ada", { session: welcome.session, after: welcome.seq + 1 });
  assertEquals(again.welcome.resumed, true);
  assertEquals(again.events, []);
  assertEquals(conn.events().at(-1).reason, "replaced");
  assert(conn.writeClosed);
  await conn.end();
  await again.conn.request({ type: "say", text: "still here" });
  assertEquals(bob.received(), ["ada: still here"]);
});

Deno.test("an id is published at most once, and a repeated one gets the original event", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const { conn, welcome } = await room.json("ada");
  bob.received();
  await conn.request({ type: "say", text: "once", id: "a.1" });
  const [, original] = [null, conn.events().at(-1)];
  await conn.request({ type: "say", text: "once", id: "a.1" });
  assertEquals(conn.events(), [original]);
  await conn.end({ broken: true });
  const again = await room.json("ada", { session: welcome.session, after: original.seq });
  await again.conn.request({ type: "say", text: "once", id: "a.1" });
  assertEquals(again.conn.events(), [original]);
  assertEquals(bob.received(), ["ada: once"]);
});

Deno.test("two equal ids in one packet are published once, and echoed once", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada");
  const line = JSON.stringify({ type: "say", text: "x", id: "i" }) + "\n";
  await conn.send(line + line);
  assertEquals(conn.events().filter((event) => event.type === "message").length, 1);
});

Deno.test("history on joining counts messages in both dialects", async () => {
  await using room = new Harness({ history: 2 });
  const bob = await room.plain("bob");
  for (const text of ["one", "two", "three"]) await bob.send(`${text}\n`);
  const ada = await room.connect();
  await ada.send("ada\n");
  const lines = ada.received();
  assertMatch(lines[0]!, /^Welcome, ada/);
  assertMatch(lines[1]!, /^\* The last 2 messages, from/);
  assertEquals(lines.slice(2), ["bob: two", "bob: three", "* Now:"]);
  const { welcome, events } = await room.json("eve", { history: 3 });
  assertEquals(events.map((event) => event.text ?? event.name), [
    "one",
    "two",
    "three",
    "ada",
    "eve",
  ]);
  assertEquals(welcome.seq, events[3].seq);
  assertEquals(welcome.members.toSorted(), ["ada", "bob", "eve"]);
});

Deno.test("both dialects see the same past, also when one of them comes late", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  await bob.send("early\n");
  const { events } = await room.json("ada", { history: 10 });
  assertEquals(events.map((event) => event.seq), [1, 2, 3]);
  assertEquals(events[1].text, "early");
});

Deno.test("direct messages reach two people, and nobody else", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  const { conn: bob } = await room.json("bob");
  const eve = await room.plain("eve");
  ada.received();
  bob.events();
  await ada.send("/msg BOB psst\n");
  assertEquals(ada.received(), ["[to bob] psst"]);
  const [event] = bob.events();
  assertEquals([event.type, event.from, event.to, event.text], ["direct", "ada", "bob", "psst"]);
  await bob.request({ type: "direct", to: "ada", text: "yes?", id: "d1" });
  assertEquals(ada.received(), ["[from bob] yes?"]);
  assertEquals(bob.events()[0].id, "d1");
  assertEquals(eve.received(), []);
  await bob.request({ type: "direct", to: "nobody", text: "x", id: "d2" });
  const [error] = bob.events();
  assertEquals([error.code, error.id], ["no_such_person", "d2"]);
});

Deno.test("a rename is seen by all, and frees the old name", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  const bob = await room.plain("bob");
  ada.received();
  await ada.send("/nick Adele\n");
  assertEquals(bob.received(), ["* ada is now Adele"]);
  assertEquals(ada.received(), ["* ada is now Adele"]);
  await room.plain("ada");
  await ada.send("/nick ADELE\nhi\n");
  assertEquals(bob.received().slice(1), ["* Adele is now ADELE", "ADELE: hi"]);
});

Deno.test("who talks too fast is read more slowly, and loses nothing", async () => {
  await using room = new Harness({ rate: 10 });
  const bob = await room.plain("bob");
  const ada = await room.plain("ada");
  bob.received();
  await ada.send(Array.from({ length: 100 }, (_, i) => `${i}\n`).join(""));
  const first = bob.received();
  // Five seconds' worth, less the name.
  assertEquals(first.length, 49);
  await bob.send("I am not slowed\n");
  assertEquals(ada.received(), ["bob: I am not slowed"]);
  await room.clock.advance(2_000);
  assertEquals(bob.received().length, 20);
  await room.clock.advance(3_500);
  const rest = bob.received();
  assertEquals(rest.at(-1), "ada: 99");
  assert(!ada.closed);
});

Deno.test("a json client that is held back for long still hears from the server", async () => {
  await using room = new Harness({ rate: 1 });
  const { conn } = await room.json("ada");
  conn.events();
  await conn.request({ type: "say", text: "x".repeat(3_900) });
  for (let i = 0; i < 60; i++) void conn.request({ type: "say", text: `${i}` });
  conn.events();
  for (let i = 0; i < 8; i++) {
    await room.clock.advance(5_000);
    assert(conn.events().length > 0, "five seconds without a word");
  }
  assert(!conn.closed);
});

Deno.test("long lines cost a token for each started KiB", async () => {
  await using room = new Harness({ rate: 1 });
  const bob = await room.plain("bob");
  const ada = await room.plain("ada");
  bob.received();
  await ada.send(`${"x".repeat(3_000)}\nsecond\nthird\n`);
  assertEquals(bob.received().length, 2);
});

Deno.test("a full room turns people and programs away, each in their language", async () => {
  await using room = new Harness({ maxClients: 1 });
  const ada = await room.plain("ada");
  const person = await room.greeted();
  assertMatch(person.received()[0]!, /^\* The room is full/);
  const hasty = await room.connect();
  await hasty.send("eve\n");
  const [why, ...more] = hasty.received();
  assertMatch(why!, /^\* The room is full/);
  assertEquals(more, []);
  const program = await room.connect();
  await program.request({ type: "hello", protocol: 1, name: "eve" });
  assertEquals(program.events().map((event) => event.code ?? event.reason), ["full", "full"]);
  await room.clock.advance(3_000);
  assert(person.closed);
  await ada.send("/quit\n");
  await ada.end();
  const next = await room.greeted();
  assertMatch(next.received()[0]!, /^Welcome/);
});

Deno.test("one address has as many places as the limit says", async () => {
  await using room = new Harness({ maxPerAddress: 2 });
  await room.connect("10.0.0.9");
  await room.connect("10.0.0.9");
  const third = await room.greeted("10.0.0.9");
  assertMatch(third.received()[0]!, /full for 10\.0\.0\.9/);
  const other = await room.greeted("10.0.0.8");
  assertMatch(other.received()[0]!, /^Welcome/);
});

Deno.test("an HTTP request at the chat port is answered with the port of the page", async () => {
  await using room = new Harness({ pagePort: () => 5080 });
  const conn = await room.connect();
  await conn.send("GET / HTTP/1.1\r\n");
  await room.clock.advance(200);
  assertMatch(conn.received()[0]!, /not a web server.*, or open the page on port 5080\.$/);
});

Deno.test("other protocols and noise are answered with one line and closed", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  for (
    const [first, answer] of [
      ["GET / HTTP/1.1\r", /^\* .*not a web server.*chat join/],
      ["\x16\x03\x01\x02", /^\* .*lines of text.*chat join/],
      ["SSH-2.0-OpenSSH_9.6\r", /^\* .*lines of text.*chat join/],
      ["ada\0", /^\* .*lines of text.*chat join/],
      ["PROXY TCP4 198.51.100.7 192.0.2.1 4711 5001\r", /^\* .*PROXY header.*--trusted-proxy/],
      ["\r\n\r\n\0\r\nQUIT", /^\* .*PROXY header.*--trusted-proxy/],
      [" \n\nGET / HTTP/1.1\r", /^\* .*not a web server/],
      ["\uFFFD".repeat(9), /^\* .*lines of text.*chat join/],
    ] as const
  ) {
    const conn = await room.connect();
    await conn.send(`${first}\nhello\n`);
    await room.clock.advance(200);
    const [line, ...more] = conn.received();
    assertMatch(line!, answer);
    assertEquals(more, []);
    assert(conn.writeClosed);
  }
  assertEquals(bob.received(), []);
});

Deno.test("a key or a letter in another encoding in a name is asked about, and nobody is sent away", async () => {
  await using room = new Harness();
  for (
    const [line, problem] of [
      ["\x1B[A", /\\u001b/],
      ["ad\x7Fa", /\\u007f/],
      ["ad\x08a", /"\\b"/],
      ["Ren\uFFFD", /not UTF-8/],
      ["\x1B[200~ada\x1B[201~", /such as ada\./],
    ] as const
  ) {
    const conn = await room.connect();
    await conn.send(`${line}\n`);
    assertMatch(conn.received()[0]!, problem);
    assert(!conn.writeClosed);
    await conn.send("zoe\n");
    assertMatch(conn.received()[0]!, /^Welcome, zoe!/);
    await conn.send("/quit\n");
  }
});

Deno.test("who speaks at once is not greeted; a blank line and an empty one are no word", async () => {
  await using room = new Harness();
  const program = await room.connect();
  await room.clock.advance(100);
  await program.request({ type: "hello", protocol: 1, name: "robot" });
  await room.clock.advance(1_000);
  assertEquals(program.received().filter((line) => !line.startsWith("{")), []);
  const ada = await room.connect();
  await room.clock.advance(100);
  await ada.send("ada\n");
  await room.clock.advance(1_000);
  assertMatch(ada.received()[0]!, /^Welcome, ada!/);
  const bob = await room.connect();
  await bob.send("\n  \n");
  await room.clock.advance(150);
  assertEquals(bob.received(), ["Welcome to chat. Type your name and press Enter."]);
  const gone = await room.connect();
  await gone.end();
  await room.clock.advance(1_000);
  assertEquals(gone.received(), []);
});

Deno.test("a first line of json that is no hello is answered and closed", async () => {
  await using room = new Harness();
  for (
    const [line, code] of [
      ["{broken", "bad_json"],
      ['{"type":"say","text":"hi"}', "bad_request"],
      ['{"type":"dance"}', "unknown_type"],
      ['{"type":"hello","protocol":2,"name":"ada"}', "unsupported_protocol"],
    ]
  ) {
    const conn = await room.connect();
    await conn.send(`${line}\n`);
    assertEquals(conn.events().map((event) => event.code), [code!]);
    assert(conn.writeClosed, line);
  }
});

Deno.test("bad json lines of a joined client are answered, and it stays", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada");
  await conn.send('{bad\n[]\n{"type":"x"}\n{"type":"say","text":7,"id":"q"}\n');
  const events = conn.events();
  assertEquals(events.map((event) => event.type), ["error", "error", "error", "error"]);
  assertEquals(events[3].id, "q");
  await conn.request({ type: "ping", id: "p" });
  assertEquals(conn.events(), [{ type: "pong", id: "p" }]);
});

Deno.test("a text over a limit is refused whole, with its id", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await room.plain("bob");
  const { conn } = await room.json("ada");
  bob.received();
  conn.events();
  await conn.request({ type: "say", text: "x".repeat(4_001), id: "a" });
  await conn.request({ type: "say", text: "\n".repeat(4_000), id: "b" });
  await conn.request({ type: "say", text: "x".repeat(4_000), id: "c" });
  assertEquals(conn.events().map((event) => [event.type, event.id]), [
    ["error", "a"],
    ["error", "b"],
    ["message", "c"],
  ]);
  assertEquals(bob.received().length, 1);
});

Deno.test("an over-long line is refused once, and the next one is said", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await room.plain("bob");
  const ada = await room.plain("ada");
  bob.received();
  for (let i = 0; i < 100; i++) await ada.send("x".repeat(40_000));
  assertEquals(ada.received().length, 1);
  await ada.send("\nshort\n");
  assertEquals(bob.received(), ["ada: short"]);
});

Deno.test("replies come behind what was published before them", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada");
  conn.events();
  await conn.send(
    ['{"type":"say","text":"a"}', '{"type":"who"}', '{"type":"say","text":"b"}', ""].join("\n"),
  );
  const types = conn.events().map((event) => event.text ?? event.type);
  assert(types.indexOf("a") < types.indexOf("members"), types.join());
});

Deno.test("a pong waits for nothing", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada");
  conn.events();
  await conn.send('{"type":"say","text":"a"}\n{"type":"ping"}\n');
  assertEquals(conn.events().map((event) => event.text ?? event.type), ["pong", "a"]);
});

Deno.test("a shutdown tells everybody, delivers what is pending, and publishes no leaves", async () => {
  const room = new Harness();
  const ada = await room.plain("ada");
  const { conn } = await room.json("bob");
  ada.received();
  conn.events();
  conn.stall();
  await ada.send("last words\n");
  const ended = room[Symbol.asyncDispose]();
  await conn.unstall();
  await ended;
  assertEquals(ada.received(), ["* The server is shutting down."]);
  const events = conn.events();
  assertEquals(events.map((event) => event.text ?? event.type), [
    "last words",
    "The server is shutting down.",
  ]);
  assertEquals(events[1].reason, "shutdown");
  assert(ada.closed && conn.closed);
});

Deno.test("a shutdown waits three seconds for a client that does not read", async () => {
  const room = new Harness();
  const ada = await room.plain("ada");
  ada.stall();
  const done = room.server.shutdown();
  await room.clock.advance(2_900);
  assert(!ada.closed);
  await room.clock.advance(600);
  assert(ada.closed);
  await done;
  await room[Symbol.asyncDispose]();
});

Deno.test("the log of the server tells of people, and never what they say", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  await ada.send("a secret\n/msg ada another secret\n/quit\n");
  await ada.end();
  const text = JSON.stringify(room.logged);
  assert(!text.includes("secret"));
  assertEquals(room.entries("joined")[0]!.fields["name"], "ada");
  assertEquals(room.entries("left")[0]!.fields["reason"], "quit");
  assertMatch(String(room.entries("connected")[0]!.fields["address"]), /^10\.0\.0\.1:\d+$/);
});

Deno.test("/history pages through the past, and /help lists every command", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await room.plain("bob");
  for (let i = 1; i <= 300; i++) await bob.send(`${i}\n`);
  const ada = await room.plain("ada");
  await ada.send("/history 250\n");
  const lines = ada.received();
  assertMatch(lines[0]!, /^\* The last 250 messages/);
  assertEquals(lines.at(-1), "* Now:");
  assertEquals(lines.filter((line) => line.startsWith("bob: ")).length, 250);
  assertEquals(lines[1], "bob: 51");
  await ada.send("/help\n");
  const help = ada.received().join("\n");
  for (const name of ["help", "who", "me", "msg", "nick", "history", "search", "quit"]) {
    assert(help.includes(`/${name}`));
  }
  await ada.send("/history 0\n/history x\n/dance\n/msg bob\n");
  assertEquals(ada.received().filter((line) => line.startsWith("* ")).length, 4);
});

Deno.test("json history comes in pages that fit into a line, the newest last", async () => {
  await using room = new Harness({ rate: 0 });
  const { conn } = await room.json("ada");
  for (let i = 1; i <= 30; i++) {
    await conn.request({ type: "say", text: `${i} ${"x".repeat(3_900)}` });
  }
  conn.events();
  await conn.request({ type: "history", limit: 500 });
  const [page] = conn.events();
  assert(page.more);
  assert(page.events.length < 20);
  assertMatch(page.events.at(-1).text, /^30 /);
  await conn.request({ type: "history", before: page.events[0].seq, limit: 5 });
  const [older] = conn.events();
  assertEquals(older.events.at(-1).seq, page.events[0].seq - 1);
});

Deno.test("a machine that is slow makes nobody wait, as long as the server's own clock stands still", async () => {
  await using room = new Harness({ rate: 0 });
  const { conn } = await room.json("ada");
  for (let i = 0; i < 2; i++) {
    await conn.request({ type: "history" });
    assertEquals(conn.events().map(({ type }) => type), ["history"]);
    const busyUntilMs = performance.now() + 20;
    while (performance.now() < busyUntilMs);
  }
});

Deno.test("search finds the newest first, and says that it saw only the window", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada");
  await conn.request({ type: "say", text: "a blue bird" });
  await conn.request({ type: "say", text: "a bird, BLUE" });
  await conn.request({ type: "say", text: "a red bird" });
  conn.events();
  await conn.request({ type: "search", query: "blue bird" });
  const [results, notice] = conn.events();
  assertEquals(results.events.map((event: { text: string }) => event.text), [
    "a bird, BLUE",
    "a blue bird",
  ]);
  assertEquals(notice.type, "notice");
});

Deno.test("a resume from before the window says what is missing", async () => {
  await using room = new Harness({ rate: 0, windowBytes: 64 * 1024 });
  const { conn, welcome } = await room.json("ada");
  await conn.end({ broken: true });
  const bob = await room.plain("bob");
  await bob.send(`${"x".repeat(3_000)}\n`.repeat(100));
  const again = await room.json("ada", { session: welcome.session, after: welcome.seq });
  assertEquals(again.events[0].type, "lagged");
  assertEquals(again.events[0].from, welcome.seq + 1);
  assertEquals(again.events[1].seq, again.events[0].to + 1);
});

Deno.test("an after from another log counts as absent", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  await bob.send("hello\n");
  const { events } = await room.json("ada", { after: 4_000, history: 5 });
  assertEquals(events.map((event) => event.seq), [1, 2, 3]);
});

Deno.test("a browser may be silent for long: it is asked by its socket, not by its script", async () => {
  await using room = new Harness();
  const conn = await room.connect("192.0.2.1", "websocket");
  Object.assign(conn, { watched: true });
  await conn.request({ type: "hello", protocol: 1, name: "ada" });
  await room.clock.advance(120_000);
  assertEquals(conn.events().map(({ type }) => type), ["welcome", "joined", "join"]);
});

Deno.test("a browser that sends no JSON is answered in json and closed", async () => {
  await using room = new Harness();
  const conn = await room.connect("192.0.2.1", "websocket");
  await conn.send("ada\n");
  assertEquals(conn.events().map(({ type }) => type), ["error"]);
});

Deno.test("what goes wrong where no line waits for it ends that connection alone", async () => {
  await using room = new Harness();
  const ada = await room.json("ada");
  const bob = await room.plain("bob");
  await ada.conn.end({ broken: true });
  // It waits for the name, which is free when the place is given up.
  const other = await room.greeted();
  await other.send("ada\n");
  const { members } = room.server.state;
  const isFree = members.isFree;
  members.isFree = () => {
    throw new Error("a mistake");
  };
  await room.clock.advance(30_000);
  members.isFree = isFree.bind(members);
  assertEquals(room.entries("session failed").map(({ fields }) => fields.error), [
    "Error: a mistake",
  ]);
  assert(other.closed);
  const eve = await room.plain("eve");
  await bob.send("still here\n");
  assertEquals(eve.received(), ["bob: still here"]);
});
