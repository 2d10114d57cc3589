/**
 * Messages of a stream by number: heard late, twice or never.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { InOrder, type Message } from "../../../src/order/nats/in_order.ts";
import { chance } from "../../helpers/chance.ts";
import { ManualClock, settle } from "../../server/manual_clock.ts";

/** A stream whose messages are fetched when the test says so. */
class Stage {
  readonly handed: number[] = [];
  readonly gone: number[] = [];
  readonly fetched: number[] = [];
  readonly clock = new ManualClock();
  /** Numbers that cannot be fetched: `null`, not there; `Error`, nobody answers. */
  readonly missing = new Map<number, null | Error>();
  readonly inOrder: InOrder;

  constructor(seq = 0) {
    this.inOrder = new InOrder({
      seq,
      clock: this.clock,
      hand: (seq, message) => {
        assertEquals(message.data[0], seq % 256);
        this.handed.push(seq);
      },
      fetch: (seq) => {
        this.fetched.push(seq);
        const missing = this.missing.get(seq);
        if (missing instanceof Error) return Promise.reject(missing);
        return Promise.resolve(missing === null ? null : message(seq));
      },
      onGone: (seq) => this.gone.push(seq),
    });
  }

  hear(...seqs: number[]): void {
    for (const seq of seqs) this.inOrder.heard(seq, message(seq));
  }
}

function message(seq: number): Message {
  return { data: new Uint8Array([seq]), storedAtMs: null };
}

Deno.test("What comes in order is handed over at once, and nothing is fetched", () => {
  const stage = new Stage(4);
  stage.hear(5, 6, 7);
  assertEquals([stage.handed, stage.fetched, stage.inOrder.seq], [[5, 6, 7], [], 7]);
});

Deno.test("What comes twice, or was seen before, is handed over once", () => {
  const stage = new Stage(4);
  stage.hear(3, 4, 5, 5, 4, 6);
  assertEquals(stage.handed, [5, 6]);
});

Deno.test("What is missing is fetched, and only that", async () => {
  const stage = new Stage();
  stage.hear(1, 4, 6);
  assertEquals(stage.handed, [1]);
  await settle();
  assertEquals(stage.handed, [1, 2, 3, 4, 5, 6]);
  assertEquals(stage.fetched, [2, 3, 5]);
});

Deno.test("Nobody's answer is asked for again until it comes", async () => {
  const stage = new Stage();
  stage.missing.set(2, new Error("no answer"));
  stage.hear(1, 3);
  for (let i = 0; i < 100; i++) await stage.clock.advance(250);
  assertEquals([stage.handed, stage.gone], [[1], []]);
  stage.missing.clear();
  await stage.clock.advance(250);
  assertEquals(stage.handed, [1, 2, 3]);
});

Deno.test("A message that is not there for ten seconds is gone, and nothing comes after it", async () => {
  const stage = new Stage();
  stage.missing.set(2, null);
  stage.hear(1, 3);
  await settle();
  await stage.clock.advance(9_000);
  assertEquals(stage.gone, []);
  await stage.clock.advance(2_000);
  assertEquals([stage.handed, stage.gone], [[1], [2]]);
  stage.hear(2);
  assertEquals([stage.handed, stage.clock.pending], [[1], 0]);
});

Deno.test("A message that is late at a new leader comes all the same", async () => {
  const stage = new Stage();
  stage.missing.set(2, null);
  stage.hear(1, 3);
  await stage.clock.advance(5_000);
  stage.hear(2);
  assertEquals(stage.handed, [1, 2, 3]);
  await stage.clock.advance(20_000);
  assertEquals([stage.gone, stage.clock.pending], [[], 0]);
});

Deno.test("Who waits for a number is told, or told that waiting is of no use", async () => {
  const stage = new Stage();
  stage.missing.set(2, new Error("no answer"));
  const told = stage.inOrder.handed(1);
  const given = stage.inOrder.handed(2);
  assertEquals(await told, true);
  stage.inOrder.giveUp();
  assertEquals(await given, false);
  assertEquals(await stage.inOrder.handed(1), true);
  await settle();
  stage.missing.clear();
  const last = stage.inOrder.handed(3);
  await stage.clock.advance(250);
  assertEquals([await last, stage.handed], [true, [1, 2, 3]]);
  stage.inOrder.close();
  assertEquals(await stage.inOrder.handed(4), false);
});

Deno.test("What comes far too early is not kept in memory without bound", async () => {
  const stage = new Stage();
  stage.missing.set(1, new Error("no answer"));
  const megabyte = new Uint8Array(1024 * 1024);
  for (let seq = 2; seq <= 100; seq++) {
    megabyte[0] = seq;
    stage.inOrder.heard(seq, { data: megabyte.slice(), storedAtMs: null });
  }
  await settle();
  // Those that were kept are not fetched.
  assertEquals(stage.fetched.includes(33), false);
  stage.missing.clear();
  await stage.clock.advance(250);
  assertEquals(stage.handed.length, 100);
  assertEquals(stage.fetched.includes(34), true);
});

Deno.test("While it is held nothing is handed over or kept, and nobody waits; then it is fetched", async () => {
  const stage = new Stage();
  stage.hear(1);
  stage.inOrder.hold(true);
  stage.hear(2, 3);
  assertEquals([await stage.inOrder.handed(3), stage.handed, stage.inOrder.behind], [true, [1], 2]);
  await stage.clock.advance(10_000);
  assertEquals([stage.fetched, stage.gone], [[], []]);
  stage.inOrder.hold(false);
  await settle();
  assertEquals([stage.handed, stage.fetched, stage.inOrder.behind], [[1, 2, 3], [2, 3], 0]);
});

Deno.test("What is fetched when it is held is handed over later", async () => {
  const stage = new Stage();
  stage.hear(3);
  const waiting = stage.inOrder.handed(3);
  stage.inOrder.hold(true);
  assertEquals(await waiting, true);
  await settle();
  assertEquals(stage.handed, []);
  stage.inOrder.hold(false);
  await settle();
  assertEquals(stage.handed, [1, 2, 3]);
});

Deno.test("Any loss, repetition and disorder ends in all messages in their order", async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = chance(seed);
    const stage = new Stage();
    const seqs = Array.from({ length: 50 }, (_, i) => i + 1)
      .filter(() => random() > 0.3)
      .flatMap((seq) => random() < 0.2 ? [seq, seq] : [seq])
      .map((seq) => ({ seq, at: seq + random() * 10 }))
      .sort((a, b) => a.at - b.at)
      .map(({ seq }) => seq);
    for (const seq of seqs) {
      if (random() < 0.1) stage.missing.set(seq + 1, random() < 0.5 ? null : new Error("lost"));
      stage.hear(seq);
      if (random() < 0.3) await settle();
    }
    stage.missing.clear();
    stage.inOrder.need(50);
    await stage.clock.advance(1_000);
    assertEquals(stage.handed, Array.from({ length: 50 }, (_, i) => i + 1), `seed ${seed}`);
  }
});
