import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { json } from "../../src/protocol/json.ts";
import { Erasure } from "../../src/room/erasure.ts";
import { Room } from "../../src/room/room.ts";
import { TURN_BYTES, Writer } from "../../src/room/writer.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import type { Cursor } from "../../src/room/cursor.ts";
import { Log, SEGMENT_BYTES } from "../../src/room/log.ts";
import { QUEUE_BYTES } from "../../src/room/private_queue.ts";
import { FakeSink } from "./fake_sink.ts";

const encoder = new TextEncoder();

function aRoom(name = "lobby"): Room {
  const store = new MemoryStore();
  return new Room(store, { ...store.rooms()[0]!, name });
}

interface Bench {
  readonly log: Log;
  readonly sink: FakeSink;
  readonly writer: Writer;
  readonly cursor: Cursor;
  readonly room: Room;
  readonly failures: unknown[];
}

function bench(options: { open?: boolean; windowBytes?: number } = {}): Bench {
  const log = new Log(1, { windowBytes: options.windowBytes ?? 1 << 20 });
  const sink = new FakeSink(options.open ?? true);
  const failures: unknown[] = [];
  const writer = new Writer(sink, {
    now: () => 0,
    renderLagged: (_room, from, to) => `lagged ${from} ${to}\n`,
    onFailure: (error) => failures.push(error),
  });
  const room = aRoom();
  return { log, sink, writer, room, cursor: writer.follow(room, log, 0), failures };
}

/** Line `n` of the log, 64 bytes. */
function line(n: number): string {
  return `${n}`.padEnd(63, ".") + "\n";
}

function fill(log: Log, from: number, to: number): void {
  for (let n = from; n <= to; n++) log.append(line(n));
}

Deno.test("Writer writes what the log has, and then only what is new", async () => {
  const { log, sink, writer } = bench();
  log.append("a\n");
  log.append("b\n");
  writer.wake();
  await writer.drained();
  assertEquals(sink.text, "a\nb\n");
  log.append("c\n");
  writer.wake();
  await writer.drained();
  assertEquals(sink.text, "a\nb\nc\n");
  assertEquals(writer.lagBytes, 0);
  assertEquals(writer.stalledSince, null);
});

Deno.test("Writer asks a source once, also when that inserts something and wakes it", async () => {
  const { sink, failures, writer, room } = bench();
  let asked = 0;
  writer.insert(() => {
    if (++asked > 1) return null;
    writer.insert(encoder.encode("a reply\n"), { room });
    writer.wake();
    return encoder.encode("a page\n");
  });
  writer.wake();
  await writer.drained();
  assertEquals([sink.text, asked, failures], ["a page\na reply\n", 2, []]);
});

Deno.test("Writer goes on where a partial write ended", async () => {
  const { log, sink, writer } = bench({ open: false });
  log.append("hello\n");
  writer.wake();
  await sink.take(2);
  assertEquals(writer.lagBytes, 4);
  await sink.take(1);
  await sink.take();
  assertEquals(sink.text, "hello\n");
});

Deno.test("Writer weaves in what is private at its place in the log", async () => {
  const { log, sink, writer, room } = bench({ open: false });
  log.append("1\n");
  writer.insert(encoder.encode("private\n"), { room });
  log.append("2\n");
  writer.wake();
  sink.open();
  await writer.drained();
  assertEquals(sink.text, "1\nprivate\n2\n");
});

Deno.test("Writer writes private bytes before it follows a log", async () => {
  const sink = new FakeSink(true);
  const writer = new Writer(sink, { now: () => 0, renderLagged: () => "", onFailure: () => {} });
  writer.insert(encoder.encode("Welcome\n"));
  writer.wake();
  await writer.drained();
  assertEquals(sink.text, "Welcome\n");
});

Deno.test("Writer pulls a long reply page by page", async () => {
  const { sink, writer, room } = bench();
  const pages = ["one\n", "two\n"];
  writer.insert(() => {
    const page = pages.shift();
    return page === undefined ? null : encoder.encode(page);
  });
  writer.insert(encoder.encode("end\n"), { room });
  writer.wake();
  await writer.drained();
  assertEquals(sink.text, "one\ntwo\nend\n");
});

Deno.test("Writer passes over its own ranges, and what is private behind them still comes", async () => {
  const { log, sink, writer, cursor, room } = bench();
  log.append("other\n");
  log.append("own\n");
  cursor.passOver(2);
  writer.insert(encoder.encode("reply\n"), { room });
  log.append("own too\n");
  cursor.passOver(3);
  log.append("other too\n");
  writer.wake();
  await writer.drained();
  assertEquals(sink.text, "other\nreply\nother too\n");
});

Deno.test("Writer passes over own ranges that cross segments", async () => {
  const { log, sink, writer, cursor } = bench();
  log.append("first\n");
  for (let n = 0; n < 3000; n++) {
    const own = log.nextSeq;
    fill(log, n, n);
    cursor.passOver(own);
  }
  log.append("last\n");
  assert(log.newest !== log.oldest);
  writer.wake();
  await writer.drained();
  assertEquals(sink.text, "first\nlast\n");
});

Deno.test("Writer left behind finishes its event, tells what was skipped, and goes on", async () => {
  const { log, sink, writer } = bench({ open: false, windowBytes: 2 * SEGMENT_BYTES });
  fill(log, 1, 10);
  writer.wake();
  // Ten bytes into the third event, and then no more for a long while.
  await sink.take(2 * 64 + 10);
  fill(log, 11, 20_000);
  sink.open();
  await writer.drained();
  const lines = sink.text.split("\n");
  assertEquals(lines.slice(0, 10).map((text) => parseInt(text)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const lagged = lines.findIndex((text) => text.startsWith("lagged"));
  const [, from, to] = lines[lagged]!.split(" ").map(Number);
  assertEquals(from, Number.parseInt(lines[lagged - 1]!) + 1);
  assertEquals(to, log.firstSeq - 1);
  assertEquals(Number.parseInt(lines[lagged + 1]!), to! + 1);
  assertEquals(Number.parseInt(lines.at(-2)!), 20_000);
  const after = lines.slice(lagged + 1, -1);
  assert(after.every((text, i) => text === line(to! + 1 + i).trimEnd()));
});

Deno.test("Writer with a short write in flight finishes exactly its event when left behind", async () => {
  const { log, sink, writer } = bench({ open: false, windowBytes: 2 * SEGMENT_BYTES });
  fill(log, 1, 1000);
  writer.wake();
  await sink.take(64 * 5);
  fill(log, 1001, 20_000);
  // The write under way delivers old bytes, ending in the middle of event 7.
  await sink.take(64 + 30);
  sink.open();
  await writer.drained();
  const lines = sink.text.split("\n");
  assertEquals(lines[6], line(7).trimEnd());
  assertEquals(lines[7], `lagged 8 ${log.firstSeq - 1}`);
  assertEquals(Number.parseInt(lines[8]!), log.firstSeq);
});

Deno.test("Writer lets no dropped segment keep the later ones alive", () => {
  const { log, writer } = bench({ open: false, windowBytes: 2 * SEGMENT_BYTES });
  fill(log, 1, 10);
  const pinned = log.oldest;
  writer.wake();
  fill(log, 11, 20_000);
  assert(pinned.dropped);
  assertEquals(pinned.next, null);
  writer.close();
});

Deno.test("Writer keeps what is private over a skip, in order", async () => {
  const { log, sink, writer, room } = bench({ open: false, windowBytes: 2 * SEGMENT_BYTES });
  fill(log, 1, 10);
  writer.wake();
  writer.insert(encoder.encode("early\n"), { room });
  fill(log, 11, 20_000);
  writer.insert(encoder.encode("late\n"), { room });
  sink.open();
  await writer.drained();
  assertStringIncludes(sink.text, `${line(10)}early\n`);
  assert(sink.text.endsWith(`${line(20_000)}late\n`));
  assertEquals(sink.text.match(/lagged/g)?.length, 1);
});

Deno.test("Writer.insert() refuses when the outbox is full, unless forced", () => {
  const { writer, room } = bench({ open: false });
  const half = new Uint8Array(QUEUE_BYTES / 2).fill(10);
  assert(writer.insert(half, { room }));
  assert(!writer.full);
  assert(writer.insert(half, { room }));
  assert(writer.full);
  assert(!writer.insert(half, { room }));
  assert(writer.insert(half, { room, force: true }));
  writer.close();
});

Deno.test("Writer.finish() writes what there is and nothing that comes later", async () => {
  const { log, sink, writer, room } = bench({ open: false });
  log.append("before\n");
  writer.insert(encoder.encode("bye\n"), { room });
  const finished = writer.finish();
  log.append("after\n");
  sink.open();
  writer.wake();
  await finished;
  assertEquals(sink.text, "before\nbye\n");
});

Deno.test("Writer tells of a failed connection once, and settles whoever waits", async () => {
  const { log, sink, failures, writer, room } = bench({ open: false });
  log.append("x\n");
  writer.wake();
  const drained = writer.drained();
  sink.fail(new Error("reset"));
  await drained;
  assertEquals(failures.length, 1);
  writer.wake();
  assertEquals(writer.insert(encoder.encode("y\n"), { room }), false);
  await writer.finish();
});

Deno.test("Writer shows since when a write has made no progress", async () => {
  let now = 100;
  const sink = new FakeSink();
  const log = new Log(1);
  const writer = new Writer(sink, { now: () => now, renderLagged: () => "", onFailure: () => {} });
  writer.follow(aRoom(), log, 0);
  log.append("hello\n");
  writer.wake();
  assertEquals(writer.stalledSince, 100);
  now = 200;
  await sink.take(1);
  assertEquals(writer.stalledSince, 200);
  await sink.take();
  assertEquals(writer.stalledSince, null);
});

Deno.test("a write that fails after a long time makes no progress since then", async () => {
  let now = 100;
  const sink = new FakeSink(false);
  const log = new Log(1);
  const ended = { onFailure: () => {}, onLost: () => {} };
  const writer = new Writer(sink, { now: () => now, renderLagged: () => "", ...ended });
  writer.follow(aRoom(), log, 0);
  log.append("hello\n");
  writer.wake();
  assertEquals(writer.stalledSince, 100);
  now = 50_000;
  sink.fail(new Error("reset"));
  await writer.drained();
  assertEquals([writer.isLost, writer.stalledSince], [true, 50_000]);
});

/** A writer that reads several rooms, and what their logs hold. */
function rooms(count: number, open = false) {
  const sink = new FakeSink(open);
  const names = new Map<Room, string>();
  let waitingBytes = 0;
  const writer = new Writer(sink, {
    now: () => 0,
    renderLagged: (room, from, to) => `lagged ${names.get(room)} ${from} ${to}\n`,
    onFailure: () => {},
    onWaiting: (bytes) => waitingBytes += bytes,
  });
  const all = Array.from({ length: count }, (_, index) => {
    const room = aRoom(`r${index}`);
    const log = new Log(1, { windowBytes: 1 << 20 });
    names.set(room, `r${index}`);
    const say = (n: number) => log.append(`r${index} ${n}`.padEnd(63, ".") + "\n");
    const flood = (bytes: number) => {
      for (let n = 1; n <= bytes / 64; n++) say(n);
    };
    const follow = () => writer.follow(room, log, log.end);
    return { room, log, say, flood, cursor: follow(), follow };
  });
  return { sink, writer, all, waiting: () => waitingBytes };
}

/** The first words of the lines that a sink has taken, consecutive equal ones once. */
function runsOf(text: string): string[] {
  const words = text.split("\n").slice(0, -1).map((line) => line.split(" ")[0]!);
  return words.filter((word, index) => word !== words[index - 1]);
}

Deno.test("Writer serves several rooms in turn, at most 64 KiB each, in whole events", async () => {
  const { sink, writer, all } = rooms(3);
  for (const { flood } of all) flood(300_000);
  writer.wake();
  const taken: string[] = [];
  while (sink.waiting) {
    const before = sink.text.length;
    await sink.take();
    const written = sink.text.slice(before);
    taken.push(written.slice(0, 2));
    assert(written.length <= TURN_BYTES && written.endsWith("\n"));
    assertEquals(runsOf(written).length, 1);
  }
  assertEquals(taken.slice(0, 6), ["r0", "r1", "r2", "r0", "r1", "r2"]);
  for (const { log, cursor } of all) assertEquals(cursor.position, log.end);
  for (const index of [0, 1, 2]) {
    const own = sink.text.split("\n").filter((line) => line.startsWith(`r${index} `));
    assertEquals(own.map((line) => parseInt(line.slice(3))), own.map((_, n) => n + 1));
  }
});

Deno.test("Writer finishes a half written event before another room has its turn", async () => {
  const { sink, writer, all } = rooms(2);
  all[0]!.flood(64 * 100);
  writer.wake();
  all[1]!.say(1);
  await sink.take(64 * 3 + 10);
  await sink.take();
  await sink.take();
  assertEquals(runsOf(sink.text), ["r0", "r1"]);
  assertEquals(sink.text.split("\n").length - 1, 5);
  sink.open();
  await writer.drained();
  assertEquals(runsOf(sink.text), ["r0", "r1", "r0"]);
});

Deno.test("Writer writes a piece of no room before what the rooms have, but within no event", async () => {
  const { sink, writer, all } = rooms(2);
  for (const { flood } of all) flood(64 * 1000);
  writer.wake();
  await sink.take(70);
  writer.insert(encoder.encode("pong\n"));
  await sink.take(20);
  sink.open();
  await writer.drained();
  assertEquals(runsOf(sink.text).slice(0, 3), ["r0", "pong", "r1"]);
  assert(
    sink.text.split("\n").every((line) => line === "" || line === "pong" || line.length === 63),
  );
});

Deno.test("Writer that keeps one order writes a piece of no room behind what the rooms have by then", async () => {
  const { sink, writer, all } = rooms(2);
  writer.keepOneOrder();
  for (const { flood } of all) flood(64 * 10);
  writer.wake();
  await sink.take(70);
  writer.insert(encoder.encode("pong 1\n"));
  for (const { say } of all) say(11);
  writer.insert(encoder.encode("pong 2\n"));
  sink.open();
  await writer.drained();
  const lines = sink.text.split("\n").map((line) => line.replace(/\.+$/, ""));
  const [first, second] = [lines.indexOf("pong 1"), lines.indexOf("pong 2")];
  for (const name of ["r0", "r1"]) {
    assert(lines.indexOf(`${name} 10`) < first);
    assert(lines.indexOf(`${name} 11`) < second);
  }
  assert(first < second);
  writer.insert(encoder.encode("pong 3\n"));
  writer.wake();
  await writer.drained();
  assert(sink.text.endsWith("pong 3\n"));
});

Deno.test("Writer that keeps one order counts what it remembers of the rooms, once while none grows", async () => {
  const { sink, writer, all, waiting } = rooms(2, false);
  writer.keepOneOrder();
  for (const { log } of all) log.append("line\n");
  writer.wake();
  const sizes: number[] = [];
  for (let n = 0; n < 3; n++) {
    for (let i = 0; i < 2; i++) {
      const before = waiting();
      writer.insert(encoder.encode("1234"));
      sizes.push(waiting() - before);
    }
    all[0]!.log.append("more\n");
  }
  const piece = 448 + 4;
  // The second one waits for the same, and is joined to the first.
  assertEquals(sizes, [piece + 96, 4, piece + 96, 4, piece + 96, 4]);
  sink.open();
  await writer.drained();
  assertEquals(waiting(), 0);
});

Deno.test("Writer that keeps one order does not wait for a room that it has left", async () => {
  const { sink, writer, all } = rooms(2);
  writer.keepOneOrder();
  for (const { flood } of all) flood(64 * 10);
  writer.insert(encoder.encode("bye\n"), { room: all[0]!.room });
  writer.unfollow(all[0]!.room);
  writer.insert(encoder.encode("pong\n"));
  sink.open();
  writer.wake();
  await writer.drained();
  assert(sink.text.endsWith("pong\n"));
  assert(sink.text.indexOf("bye\n") < sink.text.indexOf("pong\n"));
});

Deno.test("Writer that keeps one order keeps the place of a piece that a newer one replaces", async () => {
  const { sink, writer, all } = rooms(1);
  writer.keepOneOrder();
  for (const { say } of all) say(1);
  writer.wake();
  for (let n = 1; n <= 3; n++) writer.insert(encoder.encode(`slot ${n}\n`), { slot: "a" });
  for (const { say } of all) say(2);
  writer.insert(encoder.encode("pong\n"));
  sink.open();
  await writer.drained();
  const lines = sink.text.split("\n").map((line) => line.replace(/\.+$/, ""));
  assertEquals(lines.filter((line) => !line.startsWith("r0")), ["slot 3", "pong", ""]);
  assert(lines.indexOf("r0 2") < lines.indexOf("pong"));
});

Deno.test("Writer passes over ranges in whatever order they are told", async () => {
  const { log, sink, writer, cursor } = bench();
  fill(log, 1, 6);
  cursor.passOver(5);
  cursor.passOver(2);
  cursor.passOver(3);
  writer.wake();
  await writer.drained();
  assertEquals(sink.text, line(1) + line(4) + line(6));
});

Deno.test("Writer goes on whatever it is told to pass over", async () => {
  const { log, sink, writer, cursor } = bench();
  fill(log, 1, 3);
  // Not there yet, turned round, none at all, and what has been read.
  for (const [first, end] of [[2, 900], [4, 5], [900, 901], [3, 1], [2, 2], [-5, 0], [NaN, NaN]]) {
    cursor.passOver(first!, end);
  }
  writer.wake();
  await writer.drained();
  assertEquals(sink.text, line(1));
  cursor.passOver(1);
  fill(log, 4, 5);
  writer.wake();
  await writer.drained();
  assertEquals(sink.text, line(1) + line(4) + line(5));
});

Deno.test("Writer lets the other rooms go on while a piece of one waits for its bytes", async () => {
  const { sink, writer, all } = rooms(2, true);
  const { promise, resolve } = Promise.withResolvers<Uint8Array | null>();
  let asked = 0;
  const page = () => ++asked === 1 ? promise : null;
  writer.insert(page, { room: all[0]!.room });
  for (const { say } of all) say(1);
  writer.wake();
  const drained = writer.drained();
  assertEquals(runsOf(sink.text), ["r1"]);
  assertEquals([asked, writer.stalledSince], [1, 0]);
  resolve(encoder.encode("page\n"));
  await drained;
  await writer.drained();
  assertEquals(runsOf(sink.text), ["r1", "page", "r0"]);
});

Deno.test("Writer ends a room behind a position and what was inserted, and the next stay begins then", async () => {
  const { sink, writer, all } = rooms(2);
  const { room, log, say, follow } = all[0]!;
  say(1);
  const leave = log.end;
  say(2);
  writer.insert(encoder.encode("reply\n"), { room });
  writer.insert(encoder.encode("parted\n"), { room, at: leave });
  writer.unfollow(room, leave);
  assertEquals(writer.cursorOf(room), undefined);
  say(3);
  follow();
  writer.insert(encoder.encode("joined\n"), { room });
  say(4);
  all[1]!.say(1);
  assertEquals(room.readers, 1);
  room.wake();
  sink.open();
  await writer.drained();
  const lines = sink.text.split("\n").map((line) => line.replaceAll(".", ""));
  assertEquals(lines.filter((line) => !line.startsWith("r1")), [
    "r0 1",
    "reply",
    "parted",
    "joined",
    "r0 4",
    "",
  ]);
  assertEquals(room.readers, 1);
  writer.unfollow(room);
  writer.wake();
  await writer.drained();
  assertEquals([room.readers, all[1]!.room.readers], [0, 1]);
  writer.close();
  assertEquals(all[1]!.room.readers, 0);
});

Deno.test("Writer ends a room that is closed before the next one of that name begins", async () => {
  const { sink, writer, all: [old, other] } = rooms(2);
  old!.flood(3 * TURN_BYTES);
  other!.flood(3 * TURN_BYTES);
  writer.insert(encoder.encode("parted\n"), { room: old!.room });
  writer.unfollow(old!.room);
  const anew = aRoom(old!.room.name);
  const log = new Log(1, { windowBytes: 1 << 20 });
  writer.follow(anew, log, log.end);
  writer.insert(encoder.encode("joined\n"), { room: anew });
  log.append("anew 1\n");
  writer.wake();
  sink.open();
  await writer.drained();
  const told = sink.text.split("\n").filter((line) => !line.startsWith("r1")).join("\n");
  assertEquals(runsOf(told), ["r0", "parted", "joined", "anew"]);
  assertEquals([old!.room.readers, anew.readers], [0, 1]);
  writer.close();
});

Deno.test("Writer tells of the gap in each room that has moved on without its client", async () => {
  const { sink, writer, all } = rooms(3);
  all[0]!.say(1);
  writer.wake();
  for (const { flood } of all.slice(0, 2)) flood(3_000_000);
  all[2]!.say(1);
  sink.open();
  await writer.drained();
  const lagged = sink.text.split("\n").filter((line) => line.startsWith("lagged"));
  assertEquals(lagged.map((line) => line.split(" ")[1]).sort(), ["r0", "r1"]);
  assertEquals([...writer.orphans()], []);
  assertEquals(writer.lagBytes, 0);
});

Deno.test("Writer.finish() writes what all rooms hold now, and its last words behind that", async () => {
  const { sink, writer, all } = rooms(3);
  for (const { flood } of all) flood(200_000);
  const finished = writer.finish(encoder.encode("bye\n"));
  for (const { say } of all) say(9_999);
  sink.open();
  await finished;
  assert(sink.text.endsWith("\nbye\n"));
  assert(!sink.text.includes("9999"));
  assertEquals(sink.text.split("\n").length - 1, 3 * Math.floor(200_000 / 64) + 1);
});

for (const isDropped of [false, true]) {
  const where = isDropped ? ", also where that leaves the window" : "";
  Deno.test(`what is erased while it is written is written to its end as it was${where}`, async () => {
    const { log, sink, writer } = bench({ open: false, windowBytes: SEGMENT_BYTES });
    const message = (seq: number, text: string) => (
      { type: "message", seq, at: "2026-11-28T08:00:00.000Z", from: "ada", text } as const
    );
    for (let seq = 1; seq <= 4; seq++) {
      log.append(json.format.renderLog(message(seq, "secret ".repeat(20)), "lobby", "log"));
    }
    writer.wake();
    const erasure = new Erasure("lobby", "log");
    for (let seq = 1; seq <= 4; seq++) {
      erasure.erase(log, json.format, message(seq, "(erased)"));
    }
    // In the middle of the second one.
    await sink.take(350);
    if (isDropped) {
      for (let seq = 5; log.firstSeq < 5; seq++) log.append(`{"seq":${seq}}`.padEnd(999) + "\n");
    }
    sink.open();
    await writer.drained();
    const events = sink.text.trim().split("\n").filter((line) => !line.startsWith("lagged"))
      .map((line) => JSON.parse(line));
    const texts = events.slice(0, 4).map(({ text = "" }) => text.slice(0, 6));
    assertEquals(texts, ["secret", "secret", ...isDropped ? ["", ""] : ["(erase", "(erase"]]);
  });
}
