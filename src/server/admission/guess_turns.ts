/**
 * One password is tried at a time for each address, however many connections it opens; other
 * addresses never wait for it. Somebody who knows the password is let in soon, whether thousands wait
 * or new ones keep coming: see `fair_queue.ts`.
 *
 * @module
 */

import { FairQueue } from "./fair_queue.ts";

/** Lets one guess in at a time for each address. */
export class Guesses {
  /** Who waits, by the address of which one is being tried. */
  readonly #waiting = new Map<string, FairQueue>();

  /**
   * Asks for a turn, which {@linkcode leave} ends.
   *
   * @param address As `networkOf` gives it.
   * @param had Passwords that this one has tried before.
   * @param go Called when it is there: now, or later.
   * @returns Gives up waiting; harmless once `go` was called.
   */
  enter(address: string, had: number, go: () => void): () => void {
    const queue = this.#waiting.get(address);
    if (queue !== undefined) return queue.push(had, go);
    this.#waiting.set(address, new FairQueue());
    go();
    return () => {};
  }

  /** Ends a turn. */
  leave(address: string): void {
    if (this.#waiting.get(address)?.next() !== true) this.#waiting.delete(address);
  }
}
