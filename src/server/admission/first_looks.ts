/**
 * Passwords that are looked at as soon as they are given, so that somebody who knows it does not
 * wait for hundreds at the same address who guess.
 *
 * Only the first one of a connection is, and only as long as few of its address were wrong: the
 * number of wrong ones in all is what protects a password, not how they are spread over time. When
 * they are used up, all wait in the queue of `penalties.ts`, as those do that are wrong.
 *
 * @module
 */

import { forgetOldest } from "../../forget_oldest.ts";

/** Wrong ones of an address that were looked at: what the queue lets through in an hour. */
export const MAX_WRONG_LOOKS = 3_600;

/** So often an address may be wrong once more: 1,440 times a day, where the queue has 86,400. */
const FORGIVEN_EVERY_MS = 60_000;

/** Addresses remembered; beyond it the longest known is forgotten. */
const MAX_ADDRESSES = 10_000;

/** Counts them by address. */
export class FirstLooks {
  /** For each address when it will have been forgiven everything. */
  readonly #forgivenAt = new Map<string, number>();

  /**
   * Looks at one.
   *
   * @param address As `networkOf` gives it.
   * @param nowMs Milliseconds of a clock that never goes back.
   * @param isRight Compares what was given; called at most once.
   * @returns Undefined: it has to wait for its turn.
   */
  look(address: string, nowMs: number, isRight: () => boolean): boolean | undefined {
    const forgivenAt = Math.max(nowMs, this.#forgivenAt.get(address) ?? 0);
    if (forgivenAt - nowMs > (MAX_WRONG_LOOKS - 1) * FORGIVEN_EVERY_MS) return undefined;
    if (isRight()) return true;
    this.#forgivenAt.delete(address);
    this.#forgivenAt.set(address, forgivenAt + FORGIVEN_EVERY_MS);
    forgetOldest(this.#forgivenAt, MAX_ADDRESSES);
    return false;
  }
}
