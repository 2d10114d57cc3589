import { assert, assertEquals } from "@std/assert";
import {
  eventIndexAt,
  LEAST_SEGMENT_BYTES,
  Log,
  type Segment,
  SEGMENT_BYTES,
} from "../../src/room/log.ts";

const LINE = `${"x".repeat(99)}\n`;
const PER_SEGMENT = Math.floor(SEGMENT_BYTES / LINE.length);

function logOf(lines: number, windowBytes = SEGMENT_BYTES * 4): Log {
  const log = new Log(1, { windowBytes });
  for (let i = 0; i < lines; i++) log.append(LINE);
  return log;
}

Deno.test("Log keeps lines whole in segments and counts positions in bytes", () => {
  const inFirst = Math.floor(LEAST_SEGMENT_BYTES / LINE.length);
  const log = logOf(inFirst + 1);
  assertEquals(log.end, (inFirst + 1) * LINE.length);
  assertEquals(log.oldest.end, inFirst * LINE.length);
  assertEquals(log.oldest.next, log.newest);
  assertEquals(log.newest.base, log.oldest.end);
  assertEquals(log.newest.firstSeq, inFirst + 1);
});

Deno.test("Log begins with a small segment, and doubles up to 256 KiB, or to what an event needs", () => {
  const sizes = (log: Log) => {
    const sizes = [];
    for (let at: Segment | null = log.oldest; at !== null; at = at.next) {
      sizes.push(at.bytes.length / 1024);
    }
    return sizes;
  };
  const log = logOf(PER_SEGMENT * 3);
  assertEquals(sizes(log), [4, 8, 16, 32, 64, 128, 256, 256, 256]);
  assertEquals(log.bytes, 1_020 * 1024);
  const long = new Log(1);
  long.append("x".repeat(50_000));
  long.append("x".repeat(50_000));
  assertEquals(sizes(long), [4, 64, 128]);
});

Deno.test("Log finds the position of every event of its window", () => {
  const log = logOf(PER_SEGMENT * 3);
  for (const seq of [1, 2, PER_SEGMENT, PER_SEGMENT + 1, PER_SEGMENT * 3]) {
    assertEquals(log.positionOf(seq), (seq - 1) * LINE.length);
  }
  assertEquals(log.positionOf(PER_SEGMENT * 3 + 1), log.end);
  assertEquals(log.positionOf(Infinity), log.end);
});

Deno.test("Log drops segments that fall out of the window and cuts them off", () => {
  const log = logOf(1);
  const first = log.oldest;
  for (let i = 1; i < PER_SEGMENT * 6; i++) log.append(LINE);
  assert(first.dropped);
  assertEquals(first.next, null);
  assert(log.start > 0);
  assert(log.end - log.start <= SEGMENT_BYTES * 5);
  assertEquals(log.positionOf(1), log.start);
  assertEquals(log.firstSeq, log.start / LINE.length + 1);
  assertEquals(log.segmentAt(0), log.oldest);
});

Deno.test("Log begins at any seq", () => {
  const log = new Log(1000);
  assertEquals(log.firstSeq, 1000);
  assertEquals(log.positionOf(1000), 0);
  log.append("a\n");
  log.append("b\n");
  assertEquals(log.positionOf(1001), 2);
  assertEquals(log.positionOf(1002), 4);
});

Deno.test("Log fills a segment to its last byte", () => {
  const log = new Log(1);
  log.append("a".repeat(LEAST_SEGMENT_BYTES - 4));
  log.append("é€".slice(0, 1) + "b\n");
  assertEquals(log.oldest.end, LEAST_SEGMENT_BYTES);
  assertEquals(log.oldest.next, null);
  log.append("c");
  assertEquals(log.newest.end, 1);
  assertEquals(log.newest.firstSeq, 3);
});

Deno.test("Log moves a line that does not fit as a whole, whatever its characters", () => {
  const log = new Log(1);
  log.append("a".repeat(LEAST_SEGMENT_BYTES - 3));
  log.append("€€\n");
  assertEquals(log.oldest.end, LEAST_SEGMENT_BYTES - 3);
  assertEquals(new TextDecoder().decode(log.newest.bytes.subarray(0, log.newest.end)), "€€\n");
  assertEquals(log.positionOf(2), LEAST_SEGMENT_BYTES - 3);
});

/** What a reader of the whole log reads, and where each event begins. */
function readAll(log: Log): { text: string; positions: number[] } {
  let text = "";
  for (let at: Segment | null = log.oldest; at !== null; at = at.next) {
    text += new TextDecoder().decode(at.bytes.subarray(0, at.end));
  }
  const positions = [];
  for (let seq = log.firstSeq; seq <= log.nextSeq; seq++) positions.push(log.positionOf(seq));
  return { text, positions };
}

Deno.test("appendAll() gives the same to read as append() does event by event", () => {
  const short = Array.from({ length: 40 }, (_, n) => `${n}: hello\n`);
  const long = Array.from({ length: 9 }, (_, n) => `${"x".repeat(SEGMENT_BYTES / 4 - n)}\n`);
  const wide = Array.from({ length: 9 }, (_, n) => `${"é".repeat(SEGMENT_BYTES / 8 - n)}\n`);
  const exact = ["a".repeat(SEGMENT_BYTES), "b".repeat(SEGMENT_BYTES - 1), "é"];
  const batches = [[], short, long, short, wide, exact, ["€\n", ...short, "€\n"], exact, ["\n"]];
  const together = new Log(7);
  const apart = new Log(7);
  for (const batch of batches) {
    together.appendAll(batch);
    for (const lines of batch) apart.append(lines);
    assertEquals(together.nextSeq, apart.nextSeq);
    assertEquals(together.end, apart.end);
  }
  assert(together.oldest.next !== null);
  const [read, expected] = [readAll(together), readAll(apart)];
  assert(read.text === expected.text);
  assertEquals(read.positions, expected.positions);
});

Deno.test("appendAll() keeps events in one segment that do not fit into the half that is left", () => {
  const log = logOf(PER_SEGMENT * 2);
  const { newest } = log;
  const toHalf = Math.ceil((SEGMENT_BYTES / 2 - newest.end) / LINE.length);
  log.appendAll(Array(toHalf).fill(LINE));
  assertEquals(log.newest, newest);
  const left = Math.floor((SEGMENT_BYTES - newest.end) / LINE.length);
  log.appendAll(Array(left + 1).fill(LINE));
  assertEquals(newest.next, log.newest);
  assertEquals(log.newest.end, (left + 1) * LINE.length);
  // With less than half in it, what is left is used first.
  const other = logOf(PER_SEGMENT * 2);
  const before = other.newest;
  other.appendAll(Array(PER_SEGMENT).fill(LINE));
  assertEquals(before.end, PER_SEGMENT * LINE.length);
});

Deno.test("eventIndexAt() finds the event of each byte", () => {
  const log = new Log(1);
  for (const line of ["a\n", "bcd\n", "e\n"]) log.append(line);
  const found = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((offset) => eventIndexAt(log.oldest, offset));
  assertEquals(found, [0, 0, 1, 1, 1, 1, 2, 2, 3]);
});
