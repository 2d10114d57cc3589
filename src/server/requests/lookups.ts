/**
 * Looks into the past, one at a time for the whole server, in small steps between which everybody
 * else has a turn. Addresses that wait alternate; within one, who has asked least and who has waited
 * longest take turns, so that a page of history does not wait for hundreds of searches of others.
 *
 * @module
 */

import type { Turns } from "../../net/turns.ts";
import type { Lookup } from "../../store/store.ts";

/** Who looks something up. */
export interface Asker {
  /** Of its address. */
  readonly account: { readonly address: string };
  /** How many look-ups were begun for it; counted here. */
  lookups: number;
}

interface Waiting {
  readonly asker: Asker;
  readonly go: () => void;
}

/** Queues look-ups by address; one address waits for another for one look-up at most. */
export class Lookups {
  readonly #turns: Turns;
  readonly #waiting = new Map<string, Waiting[]>();
  #busy = false;
  /** Whose turn is next: that of who has waited longest, or of who has asked least. */
  #oldestNext = false;
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
    if (this.#busy) await new Promise<void>((go) => this.#wait({ asker, go }));
    this.#busy = true;
    asker.lookups++;
    try {
      for (let lookup: Lookup<T> | undefined; !this.#closed;) {
        const turn = this.#turns.next(asker.account.address);
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

  #wait(waiting: Waiting): void {
    const { address } = waiting.asker.account;
    const queue = this.#waiting.get(address);
    if (queue === undefined) this.#waiting.set(address, [waiting]);
    else queue.push(waiting);
  }

  /** Hands the turn on: `#busy` stays where somebody waits. */
  #next(): void {
    for (const [address, queue] of this.#waiting) {
      const index = this.#oldestNext ? 0 : leastAsked(queue);
      this.#oldestNext = !this.#oldestNext;
      const [first] = queue.splice(index, 1);
      this.#waiting.delete(address);
      if (queue.length > 0) this.#waiting.set(address, queue);
      return first!.go();
    }
    this.#busy = false;
  }
}

/** Where the one is that has asked least; of several the one that came first. */
function leastAsked(queue: readonly Waiting[]): number {
  let least = 0;
  for (const [index, { asker }] of queue.entries()) {
    if (asker.lookups < queue[least]!.asker.lookups) least = index;
  }
  return least;
}
