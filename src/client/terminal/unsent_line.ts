/**
 * When an unsent line may return to the editor: a message that was refused comes back into the line
 * being typed, unless its sender has gone on typing. So it is remembered what is on its way, and how
 * many keys had been pressed when it was sent.
 *
 * @module
 */

import type { Key } from "./keys.ts";
import type { Outgoing } from "../core/outbox.ts";

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

/** Messages that nobody has acknowledged yet. */
export class SentLines {
  readonly #now: () => number;
  /** When each was sent, and how many keys had been pressed by then. */
  readonly #sent = new Map<string, { readonly atMs: number; readonly presses: number }>();

  /**
   * Nothing was sent yet.
   *
   * @param now Milliseconds of a clock that never goes back.
   */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * A message was sent.
   *
   * @param presses Keys pressed so far.
   */
  add({ id }: Outgoing, presses: number): void {
    this.#sent.set(id, { atMs: this.#now(), presses });
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
    const nowMs = this.#now();
    return unacknowledged().filter(({ id }) =>
      nowMs - (this.#sent.get(id)?.atMs ?? nowMs) >= forMs
    );
  }
}
