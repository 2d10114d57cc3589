import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Cursor } from "../../src/room/cursor.ts";
import { Log, SEGMENT_BYTES } from "../../src/room/log.ts";
import { QUEUE_BYTES } from "../../src/room/private_queue.ts";
import { FakeSink } from "./fake_sink.ts";

const encoder = new TextEncoder();

interface Bench {
  readonly log: Log;
  readonly sink: FakeSink;
  readonly cursor: Cursor;
  readonly failures: unknown[];
}

function bench(options: { open?: boolean; windowBytes?: number } = {}): Bench {
  const log = new Log(1, { windowBytes: options.windowBytes ?? 1 << 20 });
  const sink = new FakeSink(options.open ?? true);
  const failures: unknown[] = [];
  const cursor = new Cursor(sink, {
    now: () => 0,
    renderLagged: (from, to) => `lagged ${from} ${to}\n`,
    onFailure: (error) => failures.push(error),
  });
  cursor.follow(log, 0);
  return { log, sink, cursor, failures };
}

/** Line `n` of the log, 64 bytes. */
function line(n: number): string {
  return `${n}`.padEnd(63, ".") + "\n";
}

function fill(log: Log, from: number, to: number): void {
  for (let n = from; n <= to; n++) log.append(line(n));
}

Deno.test("Cursor writes what the log has, and then only what is new", async () => {
  const { log, sink, cursor } = bench();
  log.append("a\n");
  log.append("b\n");
  cursor.wake();
  await cursor.drained();
  assertEquals(sink.text, "a\nb\n");
  log.append("c\n");
  cursor.wake();
  await cursor.drained();
  assertEquals(sink.text, "a\nb\nc\n");
  assertEquals(cursor.lagBytes, 0);
  assertEquals(cursor.stalledSince, null);
});

Deno.test("Cursor asks a source once, also when that inserts something and wakes it", async () => {
  const { sink, cursor, failures } = bench();
  let asked = 0;
  cursor.insert(() => {
    if (++asked > 1) return null;
    cursor.insert(encoder.encode("a reply\n"));
    cursor.wake();
    return encoder.encode("a page\n");
  });
  cursor.wake();
  await cursor.drained();
  assertEquals([sink.text, asked, failures], ["a page\na reply\n", 2, []]);
});

Deno.test("Cursor goes on where a partial write ended", async () => {
  const { log, sink, cursor } = bench({ open: false });
  log.append("hello\n");
  cursor.wake();
  await sink.take(2);
  assertEquals(cursor.lagBytes, 4);
  await sink.take(1);
  await sink.take();
  assertEquals(sink.text, "hello\n");
});

Deno.test("Cursor weaves in what is private at its place in the log", async () => {
  const { log, sink, cursor } = bench({ open: false });
  log.append("1\n");
  cursor.insert(encoder.encode("private\n"));
  log.append("2\n");
  cursor.wake();
  sink.open();
  await cursor.drained();
  assertEquals(sink.text, "1\nprivate\n2\n");
});

Deno.test("Cursor writes private bytes before it follows a log", async () => {
  const sink = new FakeSink(true);
  const cursor = new Cursor(sink, { now: () => 0, renderLagged: () => "", onFailure: () => {} });
  cursor.insert(encoder.encode("Welcome\n"));
  cursor.wake();
  await cursor.drained();
  assertEquals(sink.text, "Welcome\n");
});

Deno.test("Cursor pulls a long reply page by page", async () => {
  const { sink, cursor } = bench();
  const pages = ["one\n", "two\n"];
  cursor.insert(() => {
    const page = pages.shift();
    return page === undefined ? null : encoder.encode(page);
  });
  cursor.insert(encoder.encode("end\n"));
  cursor.wake();
  await cursor.drained();
  assertEquals(sink.text, "one\ntwo\nend\n");
});

Deno.test("Cursor passes over its own ranges, and what is private behind them still comes", async () => {
  const { log, sink, cursor } = bench();
  log.append("other\n");
  const start = log.end;
  log.append("own\n");
  cursor.passOver(start, log.end);
  cursor.insert(encoder.encode("reply\n"));
  const again = log.end;
  log.append("own too\n");
  cursor.passOver(again, log.end);
  log.append("other too\n");
  cursor.wake();
  await cursor.drained();
  assertEquals(sink.text, "other\nreply\nother too\n");
});

Deno.test("Cursor passes over own ranges that cross segments", async () => {
  const { log, sink, cursor } = bench();
  log.append("first\n");
  for (let n = 0; n < 3000; n++) {
    const start = log.end;
    fill(log, n, n);
    cursor.passOver(start, log.end);
  }
  log.append("last\n");
  assert(log.newest !== log.oldest);
  cursor.wake();
  await cursor.drained();
  assertEquals(sink.text, "first\nlast\n");
});

Deno.test("Cursor left behind finishes its event, tells what was skipped, and goes on", async () => {
  const { log, sink, cursor } = bench({ open: false, windowBytes: 2 * SEGMENT_BYTES });
  fill(log, 1, 10);
  cursor.wake();
  // Ten bytes into the third event, and then no more for a long while.
  await sink.take(2 * 64 + 10);
  fill(log, 11, 20_000);
  sink.open();
  await cursor.drained();
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

Deno.test("Cursor with a short write in flight finishes exactly its event when left behind", async () => {
  const { log, sink, cursor } = bench({ open: false, windowBytes: 2 * SEGMENT_BYTES });
  fill(log, 1, 1000);
  cursor.wake();
  await sink.take(64 * 5);
  fill(log, 1001, 20_000);
  // The write under way delivers old bytes, ending in the middle of event 7.
  await sink.take(64 + 30);
  sink.open();
  await cursor.drained();
  const lines = sink.text.split("\n");
  assertEquals(lines[6], line(7).trimEnd());
  assertEquals(lines[7], `lagged 8 ${log.firstSeq - 1}`);
  assertEquals(Number.parseInt(lines[8]!), log.firstSeq);
});

Deno.test("Cursor lets no dropped segment keep the later ones alive", () => {
  const { log, cursor } = bench({ open: false, windowBytes: 2 * SEGMENT_BYTES });
  fill(log, 1, 10);
  const pinned = log.oldest;
  cursor.wake();
  fill(log, 11, 20_000);
  assert(pinned.dropped);
  assertEquals(pinned.next, null);
  cursor.close();
});

Deno.test("Cursor keeps what is private over a skip, in order", async () => {
  const { log, sink, cursor } = bench({ open: false, windowBytes: 2 * SEGMENT_BYTES });
  fill(log, 1, 10);
  cursor.wake();
  cursor.insert(encoder.encode("early\n"));
  fill(log, 11, 20_000);
  cursor.insert(encoder.encode("late\n"));
  sink.open();
  await cursor.drained();
  assertStringIncludes(sink.text, `${line(10)}early\n`);
  assert(sink.text.endsWith(`${line(20_000)}late\n`));
  assertEquals(sink.text.match(/lagged/g)?.length, 1);
});

Deno.test("Cursor.insert() refuses when the outbox is full, unless forced", () => {
  const { cursor } = bench({ open: false });
  const half = new Uint8Array(QUEUE_BYTES / 2).fill(10);
  assert(cursor.insert(half));
  assert(!cursor.full);
  assert(cursor.insert(half));
  assert(cursor.full);
  assert(!cursor.insert(half));
  assert(cursor.insert(half, undefined, { force: true }));
  cursor.close();
});

Deno.test("Cursor.finish() writes what there is and nothing that comes later", async () => {
  const { log, sink, cursor } = bench({ open: false });
  log.append("before\n");
  cursor.insert(encoder.encode("bye\n"));
  const finished = cursor.finish();
  log.append("after\n");
  sink.open();
  cursor.wake();
  await finished;
  assertEquals(sink.text, "before\nbye\n");
});

Deno.test("Cursor tells of a failed connection once, and settles whoever waits", async () => {
  const { log, sink, cursor, failures } = bench({ open: false });
  log.append("x\n");
  cursor.wake();
  const drained = cursor.drained();
  sink.fail(new Error("reset"));
  await drained;
  assertEquals(failures.length, 1);
  cursor.wake();
  assertEquals(cursor.insert(encoder.encode("y\n")), false);
  await cursor.finish();
});

Deno.test("Cursor shows since when a write has made no progress", async () => {
  let now = 100;
  const sink = new FakeSink();
  const log = new Log(1);
  const cursor = new Cursor(sink, { now: () => now, renderLagged: () => "", onFailure: () => {} });
  cursor.follow(log, 0);
  log.append("hello\n");
  cursor.wake();
  assertEquals(cursor.stalledSince, 100);
  now = 200;
  await sink.take(1);
  assertEquals(cursor.stalledSince, 200);
  await sink.take();
  assertEquals(cursor.stalledSince, null);
});
