/**
 * The bell that tells of mentions: once for a batch of rows, and at most once a second.
 *
 * @module
 */

export { mentionFinder, type Range } from "../../protocol/mentions.ts";

/** Who writes a name a hundred times rings for a second once. */
const BELL_MS = 1_000;

/** What makes a terminal ring. */
const BELL = "\x07";

/** Adds BEL to rows, at most once a second. */
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
   * Rings with these rows, if there was a reason to.
   *
   * @param rows The first one then begins with BEL.
   * @param nowMs The time now, in milliseconds.
   */
  ring(rows: string[], nowMs: number): void {
    const rings = this.#wanted && this.#on && Math.abs(nowMs - this.#rangAtMs) >= BELL_MS;
    this.#wanted = false;
    if (!rings || rows[0] === undefined) return;
    this.#rangAtMs = nowMs;
    rows[0] = BELL + rows[0];
  }
}
