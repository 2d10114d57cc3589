/**
 * The pure parts of the paced load: quantiles, the plan, the pacer, and the messages with their
 * times.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { StreamError } from "../../bench/load/stream_error.ts";
import { WIRES } from "../../bench/load/wire.ts";
import { Pacer } from "../../bench/pace/pacer.ts";
import { dueMicros, dueMs, type Plan } from "../../bench/pace/plan.ts";
import { quantile, sortedSamples } from "../../bench/pace/quantile.ts";
import { StampedStream, stampedText } from "../../bench/pace/stamp.ts";

const PLAN: Plan = { first: 7, count: 3, startMs: 1_800_000_000_000.125, intervalMs: 2 };

/** Feeds text in pieces. */
function feed(stream: StampedStream, text: string, step = Infinity): void {
  const bytes = new TextEncoder().encode(text);
  for (let index = 0; index < bytes.length;) {
    const { space } = stream;
    const piece = bytes.subarray(index, index + Math.min(step, space.length));
    space.set(piece);
    stream.take(piece.length);
    index += piece.length;
  }
}

function heard(counter: number, plan: Plan = PLAN): string {
  return `ada: ${stampedText(plan, counter)}\n`;
}

Deno.test("quantile takes the nearest rank", () => {
  const sorted = [10, 20, 30, 40];
  assertEquals(quantile(sorted, 0.5), 20);
  assertEquals(quantile(sorted, 0.51), 30);
  assertEquals(quantile(sorted, 0.99), 40);
  assertEquals(quantile(sorted, 0), 10);
  assertEquals(quantile([5], 0.99), 5);
  assertThrows(() => quantile([], 0.5), RangeError);
});

Deno.test("sortedSamples joins lists", () => {
  const all = sortedSamples([new Float64Array([3, 1]), new Float64Array([2])]);
  assertEquals([...all], [1, 2, 3]);
});

Deno.test("A plan's messages are due at even distances", () => {
  assertEquals(dueMs(PLAN, 7), PLAN.startMs);
  assertEquals(dueMs(PLAN, 9), PLAN.startMs + 4);
  assertEquals(dueMicros(PLAN, 8), 1_800_000_000_002_125);
});

Deno.test("Pacer sleeps for most of the time and watches the clock for the rest", () => {
  let nowMs = 100;
  const slept: number[] = [];
  const pacer = new Pacer({
    now: () => nowMs += 0.01,
    sleep(ms) {
      slept.push(ms);
      nowMs += ms + 0.06;
    },
  });
  const lateMs = pacer.waitUntil(102);
  assertEquals(slept.length, 1);
  assert(slept[0]! > 1.8 && slept[0]! < 2, `slept ${slept[0]} ms`);
  assert(lateMs >= 0 && lateMs < 0.011, `${lateMs} ms late`);
});

Deno.test("Pacer says how late it is when a sleep was too long, and does not wait for what is over", () => {
  let nowMs = 100;
  const pacer = new Pacer({ now: () => nowMs, sleep: (ms) => nowMs += ms + 3 });
  assert(Math.abs(pacer.waitUntil(102) - 2.88) < 1e-9);
  assert(Math.abs(pacer.waitUntil(103) - 1.88) < 1e-9);
});

Deno.test("A stamped text has one length, whatever it counts", () => {
  const long: Plan = { ...PLAN, first: 99_999_999 };
  assertEquals(stampedText(PLAN, 7), "00000007^1800000000000125 " + "x".repeat(37));
  assertEquals(stampedText(long, 99_999_999).length, stampedText(PLAN, 7).length);
});

Deno.test("StampedStream takes each message once, in pieces of any size, between other lines", () => {
  const text = `* bob joined\n${heard(7)}* bob left\n${heard(8)}${heard(9)}`;
  for (const step of [1, 7, 80, Infinity]) {
    const stream = new StampedStream();
    stream.expect(PLAN);
    feed(stream, text, step);
    assert(stream.complete);
    assertEquals(stream.next, 10);
  }
});

Deno.test("StampedStream finds the messages on every wire", () => {
  for (const [name, wire] of Object.entries(WIRES)) {
    const stream = new StampedStream();
    stream.expect(PLAN);
    for (const counter of [7, 8, 9]) feed(stream, wire.say("ada", stampedText(PLAN, counter)));
    assert(stream.complete, name);
  }
});

Deno.test("StampedStream misses each character of a text that is not there or another one", () => {
  for (const [from, to] of [["x", "y"], ["x", ""], [" x", "x"]] as const) {
    const stream = new StampedStream();
    stream.expect(PLAN);
    assertThrows(() => feed(stream, heard(7).replace(from, to) + heard(8)), StreamError);
  }
});

Deno.test("StampedStream goes on from plan to plan", () => {
  const stream = new StampedStream();
  stream.expect(PLAN);
  feed(stream, heard(7) + heard(8) + heard(9));
  const next = { ...PLAN, first: 10, startMs: PLAN.startMs + 1000 };
  stream.expect(next);
  assert(!stream.complete);
  feed(stream, heard(10, next) + heard(11, next) + heard(12, next));
  assert(stream.complete);
});

Deno.test("StampedStream refuses a message that is missing, doubled, late for another plan, or too much", () => {
  const other = { ...PLAN, startMs: PLAN.startMs + 1 };
  for (
    const [text, words] of [
      [heard(8), "Now message 7 must come"],
      [heard(7) + heard(7), "Now message 8 must come"],
      [heard(7, other), 'Message 7 must be "00000007^1800000000000125 '],
      [heard(7).replace("^1", "^x"), "Message 7 must be"],
      [heard(7) + heard(8) + heard(9) + heard(10), "Now no message must come"],
    ] as const
  ) {
    const stream = new StampedStream();
    stream.expect(PLAN);
    assertThrows(() => feed(stream, text), StreamError, words);
  }
  assertThrows(() => feed(new StampedStream(), heard(7)), StreamError, "Now no message");
});

Deno.test("StampedStream drops a line that is too long to hold a message", () => {
  const stream = new StampedStream();
  stream.expect(PLAN);
  feed(stream, "x".repeat(100_000) + "\n" + heard(7));
  assertEquals(stream.next, 8);
});
