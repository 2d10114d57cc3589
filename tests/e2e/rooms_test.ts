/**
 * Several rooms of one server: floods in all of them, and rooms that end or become private while
 * somebody is away or in the middle of something.
 *
 * @module
 */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { JsonClient, type ServerEvent } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";
import {
  come,
  inDirectory,
  lock,
  MANY_ROOMS,
  nextAbout,
  order,
  sayIn,
  seqsIn,
} from "../helpers/room_clients.ts";

/** Reads on until each of these rooms has had an event; rooms take turns in any order. */
async function inEach(
  rooms: readonly string[],
  client: JsonClient,
  which: (event: ServerEvent) => boolean,
): Promise<void> {
  const waiting = new Set(rooms);
  while (waiting.size > 0) {
    const event = await client.event();
    if (event === null) throw new Error(`The end came before ${[...waiting].join()}`);
    if (which(event) && "room" in event) waiting.delete(event.room ?? "");
  }
}

/** A message that begins with this number. */
function isNumber(n: number): (event: ServerEvent) => boolean {
  return (event) => event.type === "message" && event.text.startsWith(`${n} `);
}

/** What somebody was told of a room's log: which `seq`, what of it as skipped, and from where. */
function followed(events: readonly ServerEvent[], room: string): { seq: number; lags: number } {
  let seq: number | undefined, lags = 0;
  for (const event of events) {
    if (!("room" in event) || event.room !== room) continue;
    if (event.type === "lagged") {
      lags++;
      assertEquals(event.from, (seq ?? 0) + 1, `#${room}: what was skipped`);
      seq = event.to;
    } else if ("seq" in event && "at" in event) {
      if (seq !== undefined) assertEquals(event.seq, seq + 1, `#${room}: the next event`);
      seq = event.seq;
    }
  }
  return { seq: seq ?? 0, lags };
}

Deno.test("Twenty rooms in a flood: who never reads holds nobody up, and is told in each what it missed", async () => {
  await using server = await startServer([...MANY_ROOMS, "--window", "1"]);
  const rooms = Array.from({ length: 20 }, (_, i) => `room${i}`);
  const all = Object.fromEntries(rooms.map((room) => [room, {}]));
  const { client: sender } = await come(server.port, "sender", all);
  await using _sender = sender;
  const { client: reader } = await come(server.port, "reader", all);
  await using _reader = reader;
  await using slow = await JsonClient.connect(server.port, { reading: false });
  await slow.hello("slow", { rooms: all });
  await inEach(rooms, reader, (event) => event.type === "join" && event.name === "slow");
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");

  const batches = 28, batch = 50, last = batches * batch - 1;
  for (let start = 0; start <= last; start += batch) {
    for (const room of rooms) {
      const says = Array.from({ length: batch }, (_, i) => {
        const text = `${start + i} ${"x".repeat(1_200)}`;
        return `${JSON.stringify({ type: "say", room, text })}\n`;
      });
      await sender.wire.send(says.join(""));
    }
    await ada.say(`${start} in the lobby`);
    await bob.expect(`ada: ${start} in the lobby`);
    await inEach(rooms, reader, isNumber(start + batch - 1));
  }
  await inEach(rooms, sender, isNumber(last));
  for (const client of [sender, reader]) {
    const events = client.seen();
    for (const room of rooms) assertEquals(followed(events, room).lags, 0, room);
  }
  slow.wire.startReading();
  await inEach(rooms, slow, isNumber(last));
  const seen = slow.seen();
  const told = reader.seen();
  for (const room of rooms) {
    const { seq, lags } = followed(seen, room);
    assertEquals(seq, followed(told, room).seq, room);
    assertGreater(lags, 0, `${room}: nothing was skipped, send more`);
  }
});

for (const stored of [false, true]) {
  const where = stored ? "the database" : "memory";
  Deno.test(`A room of ${where} is closed while somebody pages through it: each page is answered, and all goes on`, () =>
    inDirectory(async (db) => {
      await using server = await startServer([...MANY_ROOMS, ...(stored ? ["--db", db] : [])]);
      const { client: ada } = await come(server.port, "ada", { ops: {}, lobby: {} });
      await using _ada = ada;
      const { client: bob } = await come(server.port, "bob", { ops: {}, lobby: {} });
      await using _bob = bob;
      const says = Array.from({ length: 3_000 }, (_, i) => (
        `${JSON.stringify({ type: "say", room: "ops", text: `m${i} ${"y".repeat(200)}` })}\n`
      ));
      await ada.wire.send(says.join(""));
      await bob.next("message", ({ text }) => text.startsWith("m2999 "));
      const pages = 60;
      const asked = Array.from({ length: pages }, (_, i) => {
        return `${
          JSON.stringify({ type: "history", room: "ops", before: 3_000 - i, limit: 400 })
        }\n`;
      });
      const asking = bob.wire.send(asked.join(""));
      await nextAbout(bob, "ops", ["history"]);
      await order(ada, "ops", "/close");
      await asking;
      let answered = 1, parted = false;
      while (answered < pages || !parted) {
        const answer = await nextAbout(bob, "ops", ["history", "error", "parted"]);
        if (answer.type === "parted") {
          assertEquals([answer.reason, parted], ["closed", false]);
          parted = true;
        } else {
          answered++;
          if (answer.type === "error") assertEquals(answer.code, "not_in_room");
        }
      }
      await sayIn(bob, "lobby", "still here");
      await bob.send({ type: "join", room: "ops" });
      const answer = await nextAbout(bob, "ops", ["joined"]);
      assertEquals([answer.seq, answer.keeper], [0, "bob"]);
      await bob.send({ type: "history", room: "ops" });
      const page = await bob.next("history");
      assertEquals(page.events.filter(({ type }) => type === "message"), []);
    }));
}

Deno.test("A room is closed while somebody resumes into it, again and again: parted or told, never stuck", async () => {
  await using server = await startServer(MANY_ROOMS);
  const { client: ada } = await come(server.port, "ada", { lobby: {} });
  await using _ada = ada;
  for (let round = 0; round < 10; round++) {
    const room = `ops${round}`;
    await ada.send({ type: "join", room });
    await nextAbout(ada, room, ["joined"]);
    const first = await come(server.port, `bob${round}`, { [room]: {}, lobby: {} });
    const { seq } = await sayIn(first.client, room, "hi");
    first.client.close();
    const closing = order(ada, room, "/close");
    const again = await come(
      server.port,
      `bob${round}`,
      { [room]: { after: seq }, lobby: {} },
      first.session,
    );
    await closing;
    await using client = again.client;
    assertEquals([again.resumed, again.rooms.get("lobby")?.type], [true, "joined"]);
    const answer = again.rooms.get(room);
    // It may have been in time: then the end follows.
    const parted = answer?.type === "joined" ? await nextAbout(client, room, ["parted"]) : answer;
    assert(parted?.type === "parted");
    assertEquals(parted.reason, "closed");
    await sayIn(client, "lobby", `${round}`);
  }
});

Deno.test("Who comes back into a room that has become private gives its key, and goes on where it was", async () => {
  await using server = await startServer(MANY_ROOMS);
  const { client: ada } = await come(server.port, "ada", { ops: {}, lobby: {} });
  await using _ada = ada;
  const first = await come(server.port, "bob", { ops: {}, lobby: {} });
  const { seq: after, at } = await sayIn(first.client, "ops", "one");
  const joined = first.rooms.get("ops");
  assert(joined?.type === "joined");
  await first.client.send({ type: "quit" });
  await ada.next("leave", (leave) => leave.name === "bob" && leave.room === "ops");
  await first.client[Symbol.asyncDispose]();
  await lock(ada, "ops", "swordfish");
  await sayIn(ada, "ops", "two");

  const wish = { log: joined.log, after, at };
  const without = await come(server.port, "bob", { ops: wish, lobby: {} }, first.session);
  await using client = without.client;
  const refusal = without.rooms.get("ops");
  assertEquals(refusal?.type === "error" && refusal.code, "room_key");
  assertEquals(without.rooms.get("lobby")?.type, "joined");
  assert(!client.wire.seen.join().includes("two"), "it reads what is said in a private room");
  await client.send({ type: "join", room: "ops", key: "swordfish", ...wish });
  const answer = await nextAbout(client, "ops", ["joined"]);
  assertEquals([answer.log, answer.forget], [joined.log, undefined]);
  await sayIn(client, "ops", "three");
  const later = seqsIn(client, "ops");
  assertEquals(later, later.map((_, i) => after + 1 + i));
});
