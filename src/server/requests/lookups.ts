/**
 * Looks into the past, one at a time for the whole server, in small steps between which everybody
 * else has a turn. Addresses that wait alternate; within one, see `fair_queue.ts`: a page of
 * history does not wait for hundreds of searches of others.
 *
 * @module
 */

import { ReadLoad } from "../../net/turn_queue.ts";
import type { Turns } from "../../net/turns.ts";
import type { Lookup } from "../../store/room_store.ts";
import { FairQueue } from "../admission/fair_queue.ts";

/** What a step counts in the turns of its address: in its 5 ms as many bytes could be read. */
const STEP_BYTES = 128 * 1024;

/** Who looks something up. */
export interface Asker {
  /** Of its address. */
  readonly account: { readonly address: string };
  /** How many look-ups were begun for it; counted here. */
  lookups: number;
}

/** Queues look-ups by address; one address waits for another for one look-up at most. */
export class Lookups {
  readonly #turns: Turns;
  /** Of all of them, since one runs at a time. */
  readonly #load = new ReadLoad();
  readonly #waiting = new Map<string, FairQueue>();
  #busy = false;
  #closed = false;

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
   * @param begin Makes the steps, when it is its turn.
   * @returns Null when {@linkcode close} came first.
   * @throws Whatever a step throws.
   */
  async run<T>(asker: Asker, begin: () => Lookup<T>): Promise<T | null> {
    if (this.#busy) await new Promise<void>((go) => this.#wait(asker, go));
    this.#busy = true;
    asker.lookups++;
    try {
      let lookup: Lookup<T> | undefined;
      while (!this.#closed) {
        const turn = this.#turns.next(asker.account.address, this.#load, STEP_BYTES);
        if (turn !== null) await turn;
        lookup ??= begin();
        const step = lookup.next();
        if (step.done) return step.value;
      }
      return null;
    } finally {
      this.#next();
    }
  }

  /** Ends all that wait, and the one that is under way after its step: the server stops. */
  close(): void {
    this.#closed = true;
  }

  #wait({ account: { address }, lookups }: Asker, go: () => void): void {
    const queue = this.#waiting.get(address) ?? new FairQueue();
    this.#waiting.set(address, queue);
    queue.push(lookups, go);
  }

  /** Hands the turn on: `#busy` stays where somebody waits. */
  #next(): void {
    for (const [address, queue] of this.#waiting) {
      this.#waiting.delete(address);
      if (queue.size > 1) this.#waiting.set(address, queue);
      queue.next();
      return;
    }
    this.#busy = false;
  }
}
