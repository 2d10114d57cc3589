/**
 * Clients that others have told something that is in no log: each line is laid out for all of them
 * at once, and written to a few of them in each turn of the loop. Three hundred writes take 10 ms,
 * and who is told ten lines meanwhile is written to once.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";

/** Clients that are written to in one turn of the loop: 50 writes take 1 ms. */
export const TOLD_AT_ONCE = 50;

/**
 * Between two such turns, in milliseconds: a shorter timer would not let the loop look at sockets.
 */
export const REST_MS = 1;

/** Somebody for whom something waits. */
export interface Hearer {
  /** Writes what waits for it. */
  wake(): void;
}

/** Those who are still to be written to. */
export class Hearers {
  readonly #clock: Pick<Clock, "after">;
  readonly #waiting = new Set<Hearer>();
  #isResting = false;

  /** There are none. */
  constructor(clock: Pick<Clock, "after">) {
    this.#clock = clock;
  }

  /** Something waits for one more. */
  add(hearer: Hearer): void {
    this.#waiting.add(hearer);
  }

  /** Writes to some of them, and soon to the others. */
  wakeSome(): void {
    if (this.#isResting || this.#waiting.size === 0) return;
    let left = TOLD_AT_ONCE;
    for (const hearer of this.#waiting) {
      if (left-- === 0) break;
      this.#waiting.delete(hearer);
      hearer.wake();
    }
    if (this.#waiting.size === 0) return;
    this.#isResting = true;
    this.#clock.after(REST_MS, () => {
      this.#isResting = false;
      this.wakeSome();
    });
  }
}
