/**
 * The messages of this terminal that are on their way: since when, and whether anything was typed
 * since, so that a refused one can come back into the line.
 *
 * @module
 */

import type { Outgoing } from "../core/outbox.ts";

/** Messages that nobody has acknowledged yet. */
export class SentLines {
  /** When each was sent, and how many keys had been pressed by then. */
  readonly #sent = new Map<string, { readonly atMs: number; readonly presses: number }>();

  /**
   * A message was sent.
   *
   * @param presses Keys pressed so far.
   */
  add({ id }: Outgoing, presses: number): void {
    this.#sent.set(id, { atMs: performance.now(), presses });
  }

  /**
   * A message was answered, or given up.
   *
   * @returns Keys that had been pressed when it was sent; -1 when it was not sent from here.
   */
  settle({ id }: Outgoing): number {
    const presses = this.#sent.get(id)?.presses ?? -1;
    this.#sent.delete(id);
    return presses;
  }

  /**
   * The messages that have waited for some time.
   *
   * @param unacknowledged Gives all that are on their way, oldest first.
   * @param forMs Milliseconds that they have waited at least.
   */
  waiting(unacknowledged: () => readonly Outgoing[], forMs: number): readonly Outgoing[] {
    if (this.#sent.size === 0) return [];
    const nowMs = performance.now();
    return unacknowledged().filter(({ id }) =>
      nowMs - (this.#sent.get(id)?.atMs ?? nowMs) >= forMs
    );
  }
}
