/**
 * Several rooms of one server: floods in all of them, rooms that end or change while somebody is away
 * or in the middle of something, and what of them survives a restart.
 *
 * @module
 */

import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import type { RoomWish } from "../../src/protocol/messages.ts";
import { readEvents } from "../helpers/database.ts";
import { type EventOf, JsonClient, type ServerEvent } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { type RunningServer, startServer } from "../helpers/program.ts";

/** Rooms are made and joined by the dozen. */
const FREE = ["--rate", "0", "--joins", "0", "--new-rooms", "0"];

/** What becomes of a wish to be in a room. */
type Answer = EventOf<"joined"> | EventOf<"parted"> | EventOf<"error">;

function isAnswer(event: ServerEvent): event is Answer {
  return event.type === "joined" || event.type === "parted" || event.type === "error";
}

/** Somebody in some rooms. */
interface InRooms {
  readonly client: JsonClient;
  readonly session: string;
  readonly resumed: boolean;
  /** What was answered for each room, in the order of the answers. */
  readonly rooms: ReadonlyMap<string, Answer>;
}

/** Says hello and reads on to an answer for each room. */
async function come(
  port: number,
  name: string,
  rooms: Readonly<Record<string, RoomWish>>,
  session?: string,
): Promise<InRooms> {
  const client = await JsonClient.connect(port, { label: name });
  await client.hello(name, { rooms, ...(session === undefined ? {} : { session }) });
  const { session: secret, resumed } = await client.next("welcome");
  const answers = new Map<string, Answer>();
  while (answers.size < Object.keys(rooms).length) {
    const event = await client.event();
    if (event === null) throw new Error("The end came before all rooms were answered");
    if (isAnswer(event)) answers.set(event.room ?? "", event);
  }
  return { client, session: secret, resumed, rooms: answers };
}

/** Reads on to the first event of one of these types about a room. */
async function nextAbout<T extends "joined" | "parted" | "error" | "history">(
  client: JsonClient,
  room: string,
  types: readonly T[],
): Promise<{ readonly answer: EventOf<T> }> {
  for (;;) {
    const event = await client.event();
    if (event === null) throw new Error(`The end came before an answer about #${room}`);
    if (!(types as readonly string[]).includes(event.type)) continue;
    if ((event as { room?: string }).room === room) return { answer: event as EventOf<T> };
  }
}

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

/** Says something in a room and waits until it has been told. */
async function sayIn(client: JsonClient, room: string, text: string): Promise<EventOf<"message">> {
  await client.send({ type: "say", room, text });
  return await client.next("message", (event) => event.room === room && event.text === text);
}

/** The places of what somebody was told of a room's log. */
function seqsIn(client: JsonClient, room: string): number[] {
  return client.seen().flatMap((event) => (
    "seq" in event && "at" in event && event.room === room ? [event.seq] : []
  ));
}

/** Sends a slash command. */
function order(client: JsonClient, room: string, line: string): Promise<void> {
  return client.send({ type: "command", room, line });
}

/** A room is private once this has been answered. */
async function lock(client: JsonClient, room: string, key: string): Promise<void> {
  await order(client, room, `/key ${key}`);
  await client.next("notice", (notice) => /is private/.test(notice.text));
}

async function end(server: RunningServer, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  server.signal(signal);
  await server.outcome();
}

async function inDirectory(test: (db: string, directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "chat-rooms-" });
  try {
    await test(`${directory}/chat.db`, directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
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
  await using server = await startServer([...FREE, "--window", "1"]);
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
      await using server = await startServer([...FREE, ...(stored ? ["--db", db] : [])]);
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
        const { answer } = await nextAbout(bob, "ops", ["history", "error", "parted"]);
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
      const { answer } = await nextAbout(bob, "ops", ["joined"]);
      assertEquals([answer.seq, answer.keeper], [0, "bob"]);
      await bob.send({ type: "history", room: "ops" });
      const page = await bob.next("history");
      assertEquals(page.events.filter(({ type }) => type === "message"), []);
    }));
}

Deno.test("A room is closed while somebody resumes into it, again and again: parted or told, never stuck", async () => {
  await using server = await startServer(FREE);
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
    const parted = answer?.type === "joined"
      ? (await nextAbout(client, room, ["parted"])).answer
      : answer;
    assert(parted?.type === "parted");
    assertEquals(parted.reason, "closed");
    await sayIn(client, "lobby", `${round}`);
  }
});

Deno.test("Who comes back into a room that has become private gives its key, and goes on where it was", async () => {
  await using server = await startServer(FREE);
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
  const { answer } = await nextAbout(client, "ops", ["joined"]);
  assertEquals([answer.log, answer.forget], [joined.log, undefined]);
  await sayIn(client, "ops", "three");
  const later = seqsIn(client, "ops");
  assertEquals(later, later.map((_, i) => after + 1 + i));
});

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`After ${signal} the rooms are as they were: members, positions, topics, keys and keepers`, () =>
    inDirectory(async (db) => {
      const flags = [...FREE, "--db", db];
      const rooms = { ops: {}, dev: {}, lobby: {} };
      await using first = await startServer(flags);
      const ada = await come(first.port, "ada", { ...rooms, old: {} });
      await using _ada = ada.client;
      const bob = await come(first.port, "bob", rooms);
      await using _bob = bob.client;
      await ada.client.send({ type: "topic", room: "dev", text: "Compilers" });
      await ada.client.next("topic");
      await lock(ada.client, "ops", "swordfish");
      await sayIn(ada.client, "old", "gone soon");
      await order(ada.client, "old", "/close");
      await nextAbout(ada.client, "old", ["parted"]);
      const places: Record<string, RoomWish> = {};
      for (const room of Object.keys(rooms)) {
        const { seq: after, at } = await sayIn(bob.client, room, `in ${room}`);
        const joined = bob.rooms.get(room);
        assert(joined?.type === "joined");
        places[room] = { log: joined.log, after, at };
      }
      await end(first, signal);

      await using second = await startServer(flags);
      const keeper = await come(second.port, "ada", rooms, ada.session);
      await using _keeper = keeper.client;
      for (const room of ["ops", "dev", "lobby"]) {
        await sayIn(keeper.client, room, `later in ${room}`);
      }
      const back = await come(second.port, "bob", places, bob.session);
      await using client = back.client;
      assertEquals(back.resumed, true);
      for (const [room, { log, after }] of Object.entries(places)) {
        const joined = back.rooms.get(room);
        assert(joined?.type === "joined", room);
        assertEquals([joined.log, joined.count, joined.forget], [log, 2, undefined]);
        await sayIn(client, room, "here again");
        assertEquals(seqsIn(client, room), [after! + 1, after! + 2]);
      }
      const dev = back.rooms.get("dev");
      assert(dev?.type === "joined");
      assertEquals([dev.topic?.text, dev.topic?.name, dev.keeper], ["Compilers", "ada", "ada"]);

      const { client: eve, rooms: eves } = await come(second.port, "eve", { ops: {}, old: {} });
      await using _eve = eve;
      const refusal = eves.get("ops");
      assertEquals(refusal?.type === "error" && refusal.code, "room_key");
      const old = eves.get("old");
      assert(old?.type === "joined");
      assertEquals([old.seq, old.keeper], [0, "eve"]);
      await eve.send({ type: "join", room: "ops", key: "swordfish" });
      await nextAbout(eve, "ops", ["joined"]);
      await end(second, signal);
      const kept = readEvents(db, "dev");
      assertEquals(kept.map(({ seq }) => seq), kept.map((_, i) => i + 1));
    }));
}

Deno.test("A room that is gone after a restart is joined anew: its past is forgotten, and said so", () =>
  inDirectory(async (db) => {
    const flags = [...FREE, "--db", db];
    await using first = await startServer(flags);
    const ada = await come(first.port, "ada", { ops: {}, lobby: {} });
    await using _ada = ada.client;
    const bob = await come(first.port, "bob", { ops: {}, lobby: {} });
    const { seq: after, at } = await sayIn(bob.client, "ops", "old");
    const before = bob.rooms.get("ops");
    assert(before?.type === "joined");
    await bob.client[Symbol.asyncDispose]();
    await order(ada.client, "ops", "/close");
    await nextAbout(ada.client, "ops", ["parted"]);
    await end(first, "SIGKILL");

    await using second = await startServer(flags);
    const wishes = { ops: { log: before.log, after, at }, lobby: {} };
    const back = await come(second.port, "bob", wishes, bob.session);
    await using client = back.client;
    const answer = back.rooms.get("ops");
    if (answer?.type === "joined") {
      assertNotEquals(answer.log, before.log);
      assertEquals([answer.forget, answer.seq], [0, 0]);
    } else assertEquals(answer?.type, "parted");
    await sayIn(client, "lobby", "still here");
  }));

Deno.test("Over a restored backup, each room says what of it is to be forgotten", () =>
  inDirectory(async (db, directory) => {
    const flags = [...FREE, "--db", db];
    await using first = await startServer(flags);
    const ada = await come(first.port, "ada", { ops: {}, dev: {} });
    await using _ada = ada.client;
    const ops = await sayIn(ada.client, "ops", "before");
    const dev = await sayIn(ada.client, "dev", "before");
    for (const suffix of ["", "-wal"]) {
      await Deno.copyFile(db + suffix, `${directory}/backup${suffix}`);
    }
    const lost = await sayIn(ada.client, "ops", "after");
    await end(first, "SIGKILL");
    for (const suffix of ["", "-wal", "-shm"]) await Deno.remove(db + suffix);
    for (const suffix of ["", "-wal"]) {
      await Deno.rename(`${directory}/backup${suffix}`, db + suffix);
    }

    await using second = await startServer(flags);
    const wishes = {
      ops: { after: lost.seq, at: lost.at },
      dev: { after: dev.seq, at: dev.at },
    };
    const back = await come(second.port, "ada", wishes, ada.session);
    await using _back = back.client;
    const forget = ["ops", "dev"].map((room) => {
      const joined = back.rooms.get(room);
      return joined?.type === "joined" ? joined.forget : joined?.type;
    });
    assertEquals(forget, [ops.seq, undefined]);
  }));

Deno.test("Two clients come into one room with different histories, each has its own, over a restart, too", () =>
  inDirectory(async (db) => {
    const flags = [...FREE, "--db", db];
    {
      await using server = await startServer(flags);
      const { client: ada } = await come(server.port, "ada", { ops: {}, dev: {} });
      await using _ada = ada;
      for (let i = 0; i < 20; i++) {
        await sayIn(ada, "ops", `o${i}`);
        await sayIn(ada, "dev", `d${i}`);
      }
      await end(server, "SIGKILL");
    }
    await using server = await startServer(flags);
    const past = async (name: string, ops: number, dev: number) => {
      const rooms = { ops: { history: ops }, dev: { history: dev } };
      const { client } = await come(server.port, name, rooms);
      await using _client = client;
      await sayIn(client, "ops", "end");
      await sayIn(client, "dev", "end");
      const texts = client.seen().flatMap((event) => event.type === "message" ? [event.text] : []);
      return [texts.filter((text) => /^o/.test(text)), texts.filter((text) => /^d/.test(text))];
    };
    const [bob, eve] = await Promise.all([past("bob", 3, 0), past("eve", 1, 15)]);
    assertEquals(bob, [["o17", "o18", "o19"], []]);
    assertEquals(eve, [["o19"], Array.from({ length: 15 }, (_, i) => `d${5 + i}`)]);
  }));
