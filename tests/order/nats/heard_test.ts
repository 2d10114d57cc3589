import { assertEquals } from "@std/assert";
import { HeardBatches } from "../../../src/order/nats/heard.ts";
import { ManualClock } from "../../server/manual_clock.ts";

/** What a batch of a flood takes: ms. */
const EACH_MS = 3;

/** Batches that take a while, and what became of them. */
class Slow {
  readonly clock = new ManualClock();
  /** What settling has taken, beside what the test lets pass. */
  #workedMs = 0;
  readonly settled: number[] = [];
  readonly holds: boolean[] = [];
  readonly stuck: boolean[] = [];
  mayRest = true;
  fails = false;
  readonly heard: HeardBatches = new HeardBatches({
    settle: (seq) => {
      this.#workedMs += EACH_MS;
      if (!this.fails) this.settled.push(seq);
      return !this.fails;
    },
    mayRest: () => this.mayRest,
    hold: (isHeld) => this.holds.push(isHeld),
    onStuck: (isStuck) => this.stuck.push(isStuck),
    clock: {
      now: () => this.clock.now() + this.#workedMs,
      date: () => this.clock.date(),
      after: (ms, call) => this.clock.after(ms, call),
    },
  });

  add(from: number, to: number, bytes = 10): void {
    for (let seq = from; seq <= to; seq++) this.heard.add(seq, new Uint8Array(bytes));
  }
}

Deno.test("many batches that come at once leave clients their turn", async () => {
  const slow = new Slow();
  slow.add(1, 10);
  assertEquals([slow.settled.length, slow.heard.size], [3, 7]);
  await slow.clock.advance(1);
  assertEquals(slow.settled.length, 6);
  // What comes meanwhile waits behind them.
  slow.add(11, 11);
  for (let turn = 0; turn < 5; turn++) await slow.clock.advance(1);
  assertEquals(slow.settled, Array.from({ length: 11 }, (_, i) => i + 1));
  assertEquals([slow.clock.pending, slow.heard.size, slow.holds], [0, 0, []]);
});

Deno.test("batches that come one by one, or before anybody is here, are settled at once", async () => {
  const slow = new Slow();
  for (let seq = 1; seq <= 20; seq++) {
    slow.add(seq, seq);
    assertEquals(slow.settled.length, seq);
    await slow.clock.advance(2);
  }
  slow.mayRest = false;
  slow.add(21, 40);
  assertEquals(slow.settled.length, 40);
});

Deno.test("so much that it must wait is not taken, and nobody is told of a database that fails", async () => {
  const slow = new Slow();
  slow.add(1, 20, 300_000);
  assertEquals(slow.holds, [true]);
  for (let turn = 0; turn < 10; turn++) await slow.clock.advance(1);
  assertEquals([slow.settled.length, slow.holds, slow.stuck], [20, [true, false], []]);
});

Deno.test("what the database refuses is settled when it works, and an end ends it", async () => {
  const slow = new Slow();
  slow.fails = true;
  slow.add(1, 30, 300_000);
  assertEquals([slow.holds, slow.stuck, slow.heard.size], [[true], [true], 30]);
  slow.fails = false;
  slow.heard.settle();
  await slow.clock.advance(1);
  assertEquals(slow.heard.size > 0, true);
  slow.heard.close();
  const { length } = slow.settled;
  await slow.clock.advance(1_000);
  assertEquals([slow.settled.length, slow.clock.pending], [length, 0]);
});

Deno.test("where the database works now and then, what is settled counts no more", async () => {
  const clock = new ManualClock();
  const holds: boolean[] = [];
  let left = 0;
  const heard = new HeardBatches({
    settle: () => left-- > 0,
    mayRest: () => false,
    hold: (isHeld) => holds.push(isHeld),
    onStuck: () => {},
    clock,
  });
  const add = (count: number) => {
    for (let n = 0; n < count; n++) heard.add(n, new Uint8Array(1_000_000));
  };
  add(4);
  await clock.advance(2_000);
  assertEquals([heard.stuckMs, heard.size, holds], [2_000, 4, []]);
  left = 3;
  heard.settle();
  assertEquals([heard.stuckMs, heard.size], [0, 1]);
  add(3);
  await clock.advance(500);
  assertEquals([heard.stuckMs, heard.size, holds], [500, 4, []]);
  add(1);
  assertEquals(holds, [true]);
});
