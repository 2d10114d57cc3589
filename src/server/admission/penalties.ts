/**
 * Wrong passwords make the answers to their address slower, right and wrong ones alike: a right one
 * is never refused, so nobody can lock out a class that shares an address, and nobody can tell by
 * the time which one it was.
 *
 * One password is tried at a time for each address, however many connections it opens; other
 * addresses never wait for it. Somebody who knows the password is let in soon, whether thousands
 * wait or new ones keep coming: see `fair_queue.ts`.
 *
 * @module
 */

import { forgetOldest } from "../../forget_oldest.ts";
import { networkOf } from "../../net/address_range.ts";
import { FairQueue } from "./fair_queue.ts";

/**
 * The longest wait for an answer. One guess is tried at a time for each address, so this is also
 * the time between two of them.
 */
export const MAX_PENALTY_MS = 1_000;

/** The wait after the first wrong one; each further one doubles it. */
const FIRST_PENALTY_MS = 250;

/** A wrong one is forgotten after so long without another: then the wait halves. */
const FORGIVEN_AFTER_MS = 60_000;

/** Addresses remembered; beyond it the longest known is forgotten. */
const MAX_ADDRESSES = 10_000;

/** Lets one guess in at a time for each address. */
export class Guesses {
  /** Who waits, by the address of which one is being tried. */
  readonly #waiting = new Map<string, FairQueue>();

  /**
   * Asks for a turn, which {@linkcode leave} ends.
   *
   * @param address As `networkOf` gives it, and what is done in its turn.
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

interface Tries {
  wrong: number;
  atMs: number;
}

/** Counts wrong passwords by address. */
export class Penalties {
  readonly #byNetwork = new Map<string, Tries>();

  /**
   * How long the next answer to an address has to wait.
   *
   * @param nowMs Milliseconds of a clock that never goes back.
   * @returns 0 to {@linkcode MAX_PENALTY_MS}.
   */
  waitMs(address: string, nowMs: number): number {
    const wrong = this.#wrong(networkOf(address), nowMs);
    return wrong === 0 ? 0 : Math.min(MAX_PENALTY_MS, FIRST_PENALTY_MS * 2 ** (wrong - 1));
  }

  /** A wrong password came from an address. */
  add(address: string, nowMs: number): void {
    const network = networkOf(address);
    // Beyond the longest wait, more of them would only make it last longer.
    const wrong = Math.min(8, this.#wrong(network, nowMs) + 1);
    this.#byNetwork.delete(network);
    this.#byNetwork.set(network, { wrong, atMs: nowMs });
    forgetOldest(this.#byNetwork, MAX_ADDRESSES);
  }

  #wrong(network: string, nowMs: number): number {
    const tries = this.#byNetwork.get(network);
    if (tries === undefined) return 0;
    return Math.max(0, tries.wrong - Math.floor((nowMs - tries.atMs) / FORGIVEN_AFTER_MS));
  }
}
