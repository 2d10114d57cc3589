/**
 * Tells the operator what `--retain` has removed: at once when a removal is over, but while a busy
 * room goes on losing its oldest events, once a minute.
 *
 * @module
 */

import type { Removed } from "../store/sqlite/retention.ts";
import type { Logger } from "./logger.ts";

/** Not more often than this, in milliseconds. */
const PAUSE_MS = 60_000;

/** Sums up what was removed. */
export class RemovalLog {
  readonly #logger: Logger;
  readonly #now: () => number;
  #count = 0;
  #upTo = "";
  #toldMs = -Infinity;

  /**
   * Nothing has been removed yet.
   *
   * @param logger Where it is told.
   * @param now A monotonic clock in milliseconds.
   */
  constructor(logger: Logger, now: () => number = () => performance.now()) {
    this.#logger = logger;
    this.#now = now;
  }

  /** A few events more have been removed. */
  add({ count, upTo }: Removed): void {
    this.#count += count;
    this.#upTo = upTo;
  }

  /** There is nothing more to remove for now. */
  pause(): void {
    if (this.#now() - this.#toldMs >= PAUSE_MS) this.tell();
  }

  /** Tells what has not been told. */
  tell(): void {
    if (this.#count === 0) return;
    this.#toldMs = this.#now();
    this.#logger.info("events removed", { count: this.#count, upTo: this.#upTo });
    this.#count = 0;
  }
}
