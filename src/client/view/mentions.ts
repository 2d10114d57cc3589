/**
 * The bell that tells of mentions: at most once a second.
 *
 * @module
 */

export { mentionFinder, type Range } from "../../protocol/mentions.ts";

/** Who writes a name a hundred times rings for a second once. */
const BELL_MS = 1_000;

/** Rings at most once a second. */
export class Bell {
  readonly #on: boolean;
  #wanted = false;
  #rangAtMs = -Infinity;

  /**
   * Silent at first.
   *
   * @param on False: it never rings.
   */
  constructor(on: boolean) {
    this.#on = on;
  }

  /** There is a reason to ring. */
  want(): void {
    this.#wanted = true;
  }

  /**
   * Whether it rings now: there was a reason since it was asked last.
   *
   * @param nowMs The time now, in milliseconds.
   */
  rings(nowMs: number): boolean {
    const rings = this.#wanted && this.#on && Math.abs(nowMs - this.#rangAtMs) >= BELL_MS;
    this.#wanted = false;
    if (rings) this.#rangAtMs = nowMs;
    return rings;
  }
}
