/**
 * When an unsent line may return to the editor: a message that was refused comes back into the line
 * being typed, unless its sender has gone on typing.
 *
 * @module
 */

import type { Key } from "./keys.ts";

/**
 * Who types within this time after a text was given back has not seen it yet, and means another
 * line. It takes people about 0.3 s to see something, and longer to read it.
 */
const UNSEEN_MS = 1_000;

/** Counts keys, and knows whether a line that was given back has been seen. */
export class UnsentLine {
  readonly #now: () => number;
  #presses = 0;
  #unseenUntilMs = -Infinity;

  /**
   * No key was pressed yet.
   *
   * @param now Milliseconds of a clock that never goes back.
   */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Keys pressed so far. */
  get presses(): number {
    return this.#presses;
  }

  /** Whether a line may return: no key was pressed since it was sent, `presses` keys ago. */
  mayReturn(presses: number): boolean {
    return presses === this.#presses;
  }

  /** A line has returned. */
  returned(): void {
    this.#unseenUntilMs = this.#now() + UNSEEN_MS;
  }

  /**
   * A key is pressed.
   *
   * @returns The line that has just returned makes way for it: it was typed without being seen.
   */
  press(key: Key): boolean {
    this.#presses++;
    const unseen = this.#now() < this.#unseenUntilMs;
    this.#unseenUntilMs = -Infinity;
    return unseen && key.type !== "key";
  }
}
