/**
 * Waits for moments, to a few microseconds: it sleeps for most of the time and watches the clock
 * for the rest, since every sleep ends a little late (60 µs measured, seldom 150). It blocks its
 * thread.
 *
 * @module
 */

import { nowMs } from "../load/shared.ts";

/** How long before the moment the sleep must end, in milliseconds: twice what it ends late. */
const WATCH_MS = 0.12;

/** Where a pacer gets its time from. */
export interface PacerClock {
  /** Milliseconds with fractions. */
  now(): number;
  /** Blocks for about so many milliseconds. */
  sleep(ms: number): void;
}

/** See the module. */
export class Pacer {
  readonly #clock: PacerClock;

  /**
   * A pacer on a clock.
   *
   * @param clock Default: the clock of all threads, and sleep that blocks this one.
   */
  constructor(clock: PacerClock = systemClock()) {
    this.#clock = clock;
  }

  /**
   * Waits until a moment; not at all when it is over.
   *
   * @returns How late it is then, in milliseconds: never below 0.
   */
  waitUntil(momentMs: number): number {
    while (true) {
      const leftMs = momentMs - this.#clock.now();
      if (leftMs <= 0) return -leftMs;
      if (leftMs > WATCH_MS) this.#clock.sleep(leftMs - WATCH_MS);
    }
  }
}

function systemClock(): PacerClock {
  const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
  return {
    now: nowMs,
    sleep: (ms) => void Atomics.wait(nobodyWakes, 0, 0, ms),
  };
}
