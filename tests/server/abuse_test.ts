/**
 * What one peer, or one address, may cost the others: paid for, counted, bounded.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { checkSecret } from "../../src/server/admission/secret.ts";
import { MAX_WAITING_BYTES } from "../../src/server/admission/waiting.ts";
import { Guesses } from "../../src/server/admission/penalties.ts";
import { Harness } from "./harness.ts";
import type { MemoryConnection } from "./memory_connection.ts";
import { before } from "../helpers/lobby.ts";

const HELLO = { type: "hello", protocol: 1, history: 0 };

/** Lines that were said, by the store. */
function said(room: Harness): number {
  return before(room.store.room(0), Infinity, 10_000).events.filter(({ type }) =>
    type === "message"
  )
    .length;
}

async function hello(conn: MemoryConnection, more: Record<string, unknown>): Promise<void> {
  await conn.request({ ...HELLO, ...more });
}

Deno.test("a rename costs a token for each room in which it is an event", async () => {
  await using room = new Harness({ newRoomsPerHour: 0 });
  const rooms = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`r${n}`, {}]));
  const { conn } = await room.json("ada", { rooms });
  for (let n = 0; n < 10; n++) await conn.request({ type: "rename", name: `ada${n}` });
  const { store } = room.server.rooms.get("r7")!;
  const renamed = () =>
    before(store, Infinity, 100).events.filter((e) => e.type === "rename").length;
  // A burst is 100 tokens, and 20 come in a second.
  assert(renamed() <= 6, `${renamed()} of 10`);
  await room.clock.advance(10_000);
  assertEquals(renamed(), 10);
});

Deno.test("who resumes goes on with the tokens that are left", async () => {
  await using room = new Harness();
  let { conn, welcome } = await room.json("ada");
  const say = `${JSON.stringify({ type: "say", text: "x" })}\n`;
  for (let i = 0; i < 10; i++) {
    await conn.send(say.repeat(95));
    await conn.end({ broken: true });
    conn = await room.connect();
    await hello(conn, { name: "ada", session: welcome.session });
  }
  // A hundred in a burst, the hellos among them.
  assert(said(room) <= 100, String(said(room)));
  await room.clock.advance(5_000);
});

Deno.test("who leaves and comes back, or sends somebody else, begins with no new burst", async () => {
  await using room = new Harness();
  for (let i = 0; i < 40; i++) {
    const conn = await room.connect("10.0.0.66");
    await conn.send(`eve${i}\n${"x\n".repeat(95)}`);
    await conn.end({ broken: true });
  }
  // Ten bursts, and five lines for each that came later.
  assert(said(room) <= 10 * 100 + 40 * 5, String(said(room)));
  const before = said(room);
  // Another address is not meant.
  const ada = await room.connect("10.0.0.1");
  await ada.send(`ada\n${"x\n".repeat(50)}`);
  assertEquals(said(room) - before, 50);
  await room.clock.advance(60_000);
});

Deno.test("names are counted over resumes, too", async () => {
  await using room = new Harness({ rate: 0 });
  let { conn, welcome } = await room.json("ada");
  for (let i = 0; i < 30; i++) {
    await conn.request({ type: "rename", name: `ada${i}` });
    if (i % 5 !== 4) continue;
    await conn.end({ broken: true });
    conn = await room.connect();
    await hello(conn, { name: "ada", session: welcome.session });
  }
  const renames = before(room.store.room(0), Infinity, 1_000).events.filter(({ type }) =>
    type === "rename"
  );
  assertEquals(renames.length, 10);
});

Deno.test("joins are limited for each address: a class comes in, a storm is slowed", async () => {
  await using room = new Harness({ maxClients: 1_000, joinsPerSecond: 2 });
  const conns: MemoryConnection[] = [];
  for (let i = 0; i < 15; i++) {
    const conn = await room.connect("10.0.0.66");
    await conn.send(`eve${i}\n`);
    conns.push(conn);
  }
  assertEquals(room.server.state.members.size, 10);
  const ada = await room.connect("10.0.0.1");
  await ada.send("ada\n");
  assertEquals(room.server.state.members.size, 11);
  await room.clock.advance(2_600);
  assertEquals(room.server.state.members.size, 16);
});

Deno.test("who goes from room to room all day keeps no neighbour out", async () => {
  await using room = new Harness({ maxClients: 1_000, joinsPerSecond: 10, rate: 0 });
  const mob: MemoryConnection[] = [];
  for (let i = 0; i < 40; i++) {
    const conn = await room.connect("10.0.0.66");
    await conn.send(`eve${i}\n`);
    mob.push(conn);
  }
  for (const conn of mob) await conn.send("/join dev\n/leave\n".repeat(50));
  const ada = await room.connect("10.0.0.66");
  ada.received();
  await ada.send("ada\n");
  await room.clock.advance(200);
  assertMatch(ada.received()[0] ?? "", /Welcome, ada!/);
});

Deno.test("in a full room a resume takes its own place, from a live connection or a lost one", async () => {
  await using room = new Harness({ maxClients: 3 });
  const ada = await room.json("ada");
  const bob = await room.json("bob");
  await room.plain("carol");
  // Live: the old connection is replaced.
  const again = await room.connect();
  await hello(again, { name: "ada", session: ada.welcome.session });
  assertEquals(again.events()[0].type, "welcome");
  // Lost: its place is kept, also from somebody who comes meanwhile.
  await bob.conn.end({ broken: true });
  const dave = await room.connect();
  await hello(dave, { name: "dave" });
  assertEquals(dave.events().map(({ type }) => type), ["error", "bye"]);
  const back = await room.connect();
  await hello(back, { name: "bob", session: bob.welcome.session });
  const [welcome] = back.events();
  assertEquals([welcome.type, welcome.resumed], ["welcome", true]);
  assertEquals(room.server.state.members.size, 3);
});

Deno.test("in a full room the oldest of the most nameless ones goes for somebody who comes", async () => {
  await using room = new Harness({ maxClients: 4 });
  await room.plain("ada");
  const lurkers = [];
  for (let i = 0; i < 2; i++) lurkers.push(await room.connect("10.0.0.66"));
  const typing = await room.connect("10.0.0.2");
  const bob = await room.connect("10.0.0.3");
  assertMatch(lurkers[0]!.received().at(-1)!, /The room is full, and you have not given a name/);
  await room.clock.advance(3_000);
  assertEquals([lurkers[0]!.closed, lurkers[1]!.closed, typing.closed], [true, false, false]);
  await bob.send("bob\n");
  await typing.send("carol\n");
  assertEquals(room.server.state.members.size, 3);
});

Deno.test("places that are kept count, so joining and breaking off fills nothing", async () => {
  await using room = new Harness({ maxClients: 10, joinsPerSecond: 0 });
  for (let i = 0; i < 100; i++) {
    const conn = await room.connect("10.0.0.66");
    await hello(conn, { name: `eve${i}` });
    await conn.end({ broken: true });
  }
  assert(room.server.state.members.size <= 10, String(room.server.state.members.size));
  await room.clock.advance(20_000);
  assertEquals(room.server.state.members.size, 0);
});

Deno.test("one password is tried at a time for each address, others never wait, nor who resumes", async () => {
  const password = checkSecret("open sesame", "a test");
  await using room = new Harness({ password });
  const eves: MemoryConnection[] = [];
  for (let i = 0; i < 50; i++) {
    const eve = await room.connect("10.0.0.66");
    await hello(eve, { name: `eve${i}`, password: "guess" });
    eves.push(eve);
  }
  await room.clock.advance(10_000);
  const answered = eves.filter((eve) => eve.events().some(({ type }) => type === "error")).length;
  // At once, after 250 and 500 ms, and then one a second.
  assert(answered >= 9 && answered <= 13, String(answered));
  const ada = await room.connect("10.0.0.1");
  await hello(ada, { name: "ada", password: "open sesame" });
  const [welcome] = ada.events();
  assertEquals(welcome.type, "welcome");
  // From the address of the guesser: every other turn is the newest's.
  const bob = await room.connect("10.0.0.66");
  await hello(bob, { name: "bob", password: "open sesame" });
  await room.clock.advance(3_000);
  assert(bob.events().some(({ type }) => type === "welcome"));
  const back = await room.connect("10.0.0.66");
  await hello(back, { name: "ada", session: welcome.session });
  assertEquals(back.events()[0].type, "welcome");
});

Deno.test("a client that is let go and reads nothing is gone after 30 s, whatever it sends", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada");
  conn.stall();
  await conn.request({ type: "who" });
  await conn.request({ type: "quit" });
  await room.clock.advance(29_000);
  assert(!conn.closed);
  await room.clock.advance(2_000);
  assert(conn.closed);
  assertEquals(room.server.connections, 0);
});

Deno.test("somebody who reads nothing of what it asks for is held, then cut, and holds no memory", async () => {
  await using room = new Harness({ rate: 0 });
  const { conn } = await room.json("ada");
  conn.stall();
  for (let i = 0; i < 3_000; i++) {
    conn.onReply?.(new Uint8Array([255, 252, 6]));
  }
  assert(room.server.waiting.bytes < 1_024, String(room.server.waiting.bytes));
  await conn.send(`${JSON.stringify({ type: "ping", id: "p" })}\n`.repeat(3_000));
  assert(room.server.waiting.bytes < 1_024, String(room.server.waiting.bytes));
  await conn.send(`${JSON.stringify({ type: "who" })}\n`.repeat(3_000));
  assert(room.server.waiting.bytes < 512 * 1_024, String(room.server.waiting.bytes));
  await conn.end({ broken: true });
  await conn.unstall();
  await room.clock.advance(20_000);
  assertEquals(room.server.waiting.bytes, 0);
});

Deno.test("past 32 MiB the address that holds most loses what holds it, and nobody else", async () => {
  await using room = new Harness();
  const ada = await room.connect("10.0.0.1");
  ada.onWaiting?.(100_000);
  const eves: MemoryConnection[] = [];
  for (let i = 0; i < 40; i++) {
    const eve = await room.connect("10.0.0.66");
    eve.onWaiting?.(1_000_000);
    eves.push(eve);
  }
  assert(room.server.waiting.bytes <= MAX_WAITING_BYTES);
  assert(eves.some(({ closed }) => closed));
  assert(!ada.closed);
  ada.onWaiting?.(-100_000);
  for (const eve of eves) if (!eve.closed) eve.onWaiting?.(-1_000_000);
  assertEquals(room.server.waiting.bytes, 0);
});

Deno.test("who waits to join and breaks off is gone at once, and takes no turn of anybody", async () => {
  await using room = new Harness({ joinsPerSecond: 1 });
  for (let i = 0; i < 5; i++) await (await room.connect("10.0.0.66")).send(`eve${i}\n`);
  const before = room.server.connections;
  for (let i = 0; i < 50; i++) {
    const conn = await room.connect("10.0.0.66");
    await conn.send(`mallory${i}\n`);
    await conn.end({ broken: true });
  }
  assertEquals(room.server.connections, before);
  const ada = await room.connect("10.0.0.66");
  await ada.send("ada\n");
  await room.clock.advance(1_500);
  assertEquals(room.server.state.members.size, 6);
});

Deno.test("a connection that fails says what it has sent at the rate of its session, not at once", async () => {
  await using room = new Harness();
  const eve = await room.plain("eve");
  await eve.send("x\n".repeat(200));
  const before = said(room);
  eve.close();
  await room.clock.advance(1_000);
  assert(said(room) - before <= 25, String(said(room) - before));
  await room.clock.advance(20_000);
  assertEquals(said(room), 200);
});

Deno.test("a client whose connection fails while its lines wait for tokens loses its connection at once", async () => {
  await using room = new Harness({ rate: 20 });
  const bob = await room.plain("bob");
  const { conn: eve } = await room.json("eve");
  await eve.send("\n".repeat(60_000));
  eve.close();
  await bob.send("are you there?\n");
  await room.clock.advance(1_000);
  assertEquals(room.entries("lost").map(({ fields }) => fields["name"]), ["eve"]);
});

Deno.test("direct messages that come all at once end nobody's connection", async () => {
  await using room = new Harness({ rate: 0 });
  const { conn: ada } = await room.json("ada");
  const { conn: eve } = await room.json("eve");
  ada.events();
  const text = "x".repeat(3_900);
  const lines = [{ type: "direct", to: "nobody", text, id: "n" }];
  for (let n = 0; n < 400; n++) lines.push({ type: "direct", to: "ada", text, id: `i${n}` });
  await eve.send(lines.map((line) => JSON.stringify(line) + "\n").join(""));
  assertEquals(room.entries("reads nothing"), []);
  assertEquals(ada.closed, false);
});

Deno.test("a newcomer has its own tokens, though somebody at its address has used up a session's", async () => {
  await using room = new Harness({ rate: 20 });
  const first = await room.json("ada");
  const again = await room.connect();
  const { session } = first.welcome;
  await again.request({ type: "hello", protocol: 1, name: "ada", session });
  await again.request({ type: "rename", name: "ada2" });
  const { conn: bob } = await room.json("bob");
  await again.send('{"type":"ping"}\n'.repeat(2_000));
  bob.events();
  await bob.request({ type: "ping", id: "p" });
  assertEquals(bob.events().map(({ type }) => type), ["pong"]);
});

Deno.test("of those who wait to try a password at one address, who has tried least and who has waited longest take turns", () => {
  const guesses = new Guesses();
  const tried: string[] = [];
  const enter = (name: string, had: number) => guesses.enter("a", had, () => tried.push(name));
  enter("first", 0);
  for (const name of ["eve1", "eve2", "eve3"]) enter(name, 2);
  enter("ada", 0);
  // They have been refused, and come again at once.
  for (const name of ["eve4", "eve5"]) enter(name, 3);
  for (let n = 0; n < 6; n++) guesses.leave("a");
  assertEquals(tried, ["first", "ada", "eve1", "eve3", "eve2", "eve5", "eve4"]);
});

Deno.test("nobody keeps newcomers out by joining and breaking off: places kept for one address give way", async () => {
  await using room = new Harness({ maxClients: 20, joinsPerSecond: 0 });
  const bob = await room.connect("10.0.0.2");
  await hello(bob, { name: "bob" });
  await bob.end({ broken: true });
  for (let i = 0; i < 40; i++) {
    const conn = await room.connect("10.0.0.66");
    await hello(conn, { name: `eve${i}` });
    await conn.end({ broken: true });
  }
  assertEquals(room.server.grace.size, 20);
  const ada = await room.connect("10.0.0.1");
  await hello(ada, { name: "ada" });
  assertEquals(ada.events()[0].type, "welcome");
  // The place that is kept for one who was lost is still there.
  assert(room.server.state.members.get("bob") !== undefined);
});

Deno.test("places that are kept count for their address, and give way to who comes from there", async () => {
  await using room = new Harness({ maxPerAddress: 3 });
  for (let i = 0; i < 5; i++) {
    const conn = await room.connect("10.0.0.66");
    await hello(conn, { name: `eve${i}` });
    await conn.end({ broken: true });
  }
  assertEquals(room.server.state.members.all().map(({ name }) => name), ["eve2", "eve3", "eve4"]);
});

Deno.test("a session that resumes over and over pays, and what it leaves behind is bounded", async () => {
  await using room = new Harness({ maxClients: 10 });
  const { conn, welcome } = await room.json("eve");
  conn.stall();
  const conns = [conn];
  for (let i = 0; i < 400; i++) {
    const next = await room.connect("10.0.0.66");
    next.stall();
    await hello(next, { name: "eve", session: welcome.session });
    conns.push(next);
    if (i % 10 === 0) await room.clock.advance(250);
  }
  const open = conns.filter(({ closed }) => !closed).length;
  assert(open <= 10 + 100 + 100, String(open));
  assert(room.entries("resumed").length < 100, String(room.entries("resumed").length));
  const ada = await room.connect("10.0.0.1");
  await hello(ada, { name: "ada" });
  assertEquals(ada.events()[0].type, "welcome");
});

Deno.test("a list of many names costs more than a line", async () => {
  await using room = new Harness({ maxClients: 1_000, joinsPerSecond: 0 });
  const { conn: ada } = await room.json("ada");
  for (let i = 0; i < 450; i++) await hello(await room.connect("10.0.0.2"), { name: `n${i}` });
  await room.clock.advance(10_000);
  ada.events();
  await ada.send('{"type":"who"}\n'.repeat(100));
  const lists = ada.events().filter(({ type }) => type === "members").length;
  // Five tokens each, of a hundred that can be saved up.
  assertEquals(lists, 20);
});

Deno.test("tokens are not doubled: sessions that resume and break off give their address none", async () => {
  await using room = new Harness({ rate: 20 });
  const sessions: string[] = [];
  for (let i = 0; i < 12; i++) {
    const { conn, welcome } = await room.json(`eve${i}`);
    sessions.push(welcome.session);
    await conn.end({ broken: true });
  }
  await room.clock.advance(6_000);
  const before = said(room);
  for (let round = 0; round < 10; round++) {
    for (const [index, session] of sessions.entries()) {
      const resumed = await room.connect();
      await hello(resumed, { name: `eve${index}`, session });
      await resumed.end({ broken: true });
      const plain = await room.connect();
      await plain.send(`newcomer${round}x${index}\n${"x\n".repeat(94)}`);
      plain.close();
    }
    await room.clock.advance(280);
  }
  // Ten bursts at once and two a second, five lines of each of the others, and the rate of each,
  // which has gone and whose lines are said nevertheless: twelve for ten rounds, twelve for nine...
  const lines = said(room) - before;
  assert(lines < 10 * 100 + 120 * 5 + 12 * 20 * 0.28 * 55, String(lines));
});

Deno.test("who is over the limit of its address takes nobody's place in a full room", async () => {
  await using room = new Harness({ maxClients: 6, maxPerAddress: 2 });
  for (let i = 0; i < 2; i++) await hello(await room.connect("10.0.0.66"), { name: `eve${i}` });
  for (let i = 0; i < 3; i++) await hello(await room.connect(`10.0.0.${i + 1}`), { name: `n${i}` });
  const typing = await room.connect("10.0.0.7");
  const third = await room.connect("10.0.0.66");
  await hello(third, { name: "eve3" });
  assertEquals(third.events().map(({ type }) => type), ["error", "bye"]);
  await typing.send("ada\n");
  assert(room.server.state.members.get("ada") !== undefined);
});

Deno.test("a long past costs a plain client as much as a program", async () => {
  await using room = new Harness({ rate: 20, maxClients: 10 });
  const draft = { type: "message", from: "ada", text: "x".repeat(3_900) } as const;
  const entries = Array.from({ length: 60 }, () => ({ room: 0, draft }));
  room.server.rooms.lobby.show(room.store.append(entries, "2026-03-01T12:00:00.000Z"));
  const bob = await room.plain("bob");
  await room.clock.advance(6_000);
  bob.received();
  await bob.send("/history 60\n");
  await bob.send("/history 60\n");
  const messages = () => bob.received().filter((line) => line.startsWith("ada: ")).length;
  // Twice 60 of 3.9 KB are ten pages; five can be saved up, and a debt made.
  const first = messages();
  assert(first > 40 && first < 100, String(first));
  await room.clock.advance(20_000);
  assertEquals(first + messages(), 120);
});

Deno.test("a flood of empty lines keeps nobody's place for hours, with a name or without", async () => {
  await using room = new Harness({ rate: 20 });
  const nameless = await room.connect("10.0.0.66");
  const eve = await room.plain("eve");
  for (let i = 0; i < 20; i++) {
    await nameless.send("\n".repeat(1_024));
    await eve.send("\n".repeat(1_024));
  }
  await room.clock.advance(1_000);
  assertEquals([nameless.closed, eve.closed], [true, true]);
  assertEquals(room.entries("noise").length, 2);
});

Deno.test("a paste with many empty lines is said whole", async () => {
  await using room = new Harness({ rate: 20 });
  const bob = await room.plain("bob");
  const eve = await room.plain("eve");
  bob.received();
  await eve.send("one\n" + "\n".repeat(1_000) + "two\n");
  await room.clock.advance(60_000);
  assertEquals(bob.received(), ["eve: one", "eve: two"]);
});

Deno.test("a stranger who has sent too much without a name goes after the time for a name", async () => {
  await using room = new Harness({ rate: 20 });
  const eve = await room.connect("10.0.0.66");
  await eve.send(" \n".repeat(100_000));
  await room.clock.advance(89_000);
  assertEquals(eve.closed, false);
  await room.clock.advance(3_000);
  assertEquals(eve.closed, true);
});

Deno.test("strangers who wait for their turn to guess, and go, keep no place", async () => {
  await using room = new Harness({ password: checkSecret("open sesame", "a test") });
  const eves: MemoryConnection[] = [];
  for (let i = 0; i < 90; i++) {
    const eve = await room.connect("10.0.0.66");
    for (const guess of ["one", "two", "three"]) await eve.send(`${guess}\n`);
    await eve.end();
    eves.push(eve);
  }
  await room.clock.advance(95_000);
  assertEquals(eves.filter(({ closed }) => !closed).length, 0);
});
