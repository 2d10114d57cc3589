/**
 * Clients that are still to be told something of others that is in no log, a few in each turn of
 * the loop: three hundred writes take 10 ms, and who is told ten lines meanwhile is written to
 * once.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";

/** Clients that are told in one turn of the loop: 50 writes take 1 ms. */
const TOLD_AT_ONCE = 50;

/**
 * Between two such turns, in milliseconds: a shorter timer would not let the loop look at sockets.
 */
const REST_MS = 1;

/** Those who are still to be told something, each once, in the order in which they came. */
export class Hearers<T> {
  readonly #clock: Pick<Clock, "after">;
  readonly #tell: (hearer: T) => void;
  readonly #waiting = new Set<T>();
  /** Calls off that the rest is told soon; null: there is no rest. */
  #cancel: (() => void) | null = null;

  /**
   * There are none.
   *
   * @param tell Tells one of them what there is.
   */
  constructor(clock: Pick<Clock, "after">, tell: (hearer: T) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** One more is to be told something. */
  add(hearer: T): void {
    this.#waiting.add(hearer);
  }

  /** One is told nothing more, or has been told otherwise. */
  delete(hearer: T): void {
    this.#waiting.delete(hearer);
    if (this.#waiting.size > 0) return;
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Tells some of them, and soon the others. */
  tellSome(): void {
    if (this.#waiting.size === 0 || this.#cancel !== null) return;
    let left = TOLD_AT_ONCE;
    for (const hearer of this.#waiting) {
      if (left-- === 0) break;
      this.#waiting.delete(hearer);
      this.#tell(hearer);
    }
    if (this.#waiting.size === 0) return;
    this.#cancel = this.#clock.after(REST_MS, () => {
      this.#cancel = null;
      this.tellSome();
    });
  }
}
