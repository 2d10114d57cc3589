/**
 * Looks into the past, one at a time for the whole server, in small steps between which everybody
 * else has a turn. Addresses that wait take turns.
 *
 * @module
 */

import type { Turns } from "../../net/turns.ts";
import type { Lookup } from "../../store/store.ts";

/** Queues look-ups by address; one address waits for another for one step at most. */
export class Lookups {
  readonly #turns: Turns;
  readonly #waiting = new Map<string, (() => void)[]>();
  #busy = false;

  /**
   * Nobody waits.
   *
   * @param turns Whose turns the steps take.
   */
  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /**
   * Does one.
   *
   * @param address Who asks, as `networkOf` gives it.
   * @param begin Makes the steps, when it is its turn.
   * @throws Whatever a step throws.
   */
  async run<T>(address: string, begin: () => Lookup<T>): Promise<T> {
    if (this.#busy) await this.#wait(address);
    this.#busy = true;
    try {
      for (const lookup = begin();;) {
        const turn = this.#turns.next(address);
        if (turn !== null) await turn;
        const step = lookup.next();
        if (step.done) return step.value;
      }
    } finally {
      this.#next();
    }
  }

  #wait(address: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(address);
      if (queue === undefined) this.#waiting.set(address, [resolve]);
      else queue.push(resolve);
    });
  }

  /** Hands the turn on: `#busy` stays where somebody waits. */
  #next(): void {
    for (const [address, queue] of this.#waiting) {
      const first = queue.shift()!;
      this.#waiting.delete(address);
      if (queue.length > 0) this.#waiting.set(address, queue);
      return first();
    }
    this.#busy = false;
  }
}
