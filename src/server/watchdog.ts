/**
 * How long the server did nothing but one thing: the longest turns of its event loop. While a turn
 * lasts nobody is read and nobody is answered, so a turn of a second is a second's wait for
 * everybody on the server.
 *
 * Everything that holds the loop counts, a commit that waits for the disk (`fsync`) included: the
 * watchdog cannot tell them apart. With `--db` on a slow disk, or with `--durability power`, its
 * lines are about the disk until the same is seen without a database.
 *
 * @module
 */

import type { Logger } from "./logger.ts";

/**
 * How often it looks, in milliseconds, and so how exact it is: a turn that begins right behind a
 * look is measured short by at most so much.
 */
export const LOOK_MS = 10;

/** Turns of a busy server that nobody feels: a person notices a wait of some 100 ms. */
export const SLOW_TURN_MS = 100;

/** Options of {@linkcode Watchdog}. */
export interface WatchdogOptions {
  /** Called after each turn of {@linkcode thresholdMs} or more, with its length in milliseconds. */
  readonly onTurn: (ms: number) => void;
  /** Shorter turns are not told, milliseconds; default {@linkcode SLOW_TURN_MS}. */
  readonly thresholdMs?: number;
  /** Milliseconds of a clock that never goes back; default `performance.now`. */
  readonly now?: () => number;
  /**
   * Calls back again and again until the function that it returns is called. Default: a timer that
   * keeps no program alive.
   */
  readonly every?: (ms: number, call: () => void) => () => void;
}

/** Measures from its beginning until it is disposed of. */
export class Watchdog implements Disposable {
  readonly #onTurn: (ms: number) => void;
  readonly #thresholdMs: number;
  readonly #now: () => number;
  readonly #stop: () => void;
  #lookedAt: number;
  #longestMs = 0;

  /** Begins to measure. */
  constructor(options: WatchdogOptions) {
    const { now = monotonic, every = everyUnref } = options;
    this.#onTurn = options.onTurn;
    this.#thresholdMs = options.thresholdMs ?? SLOW_TURN_MS;
    this.#now = now;
    this.#lookedAt = now();
    this.#stop = every(LOOK_MS, () => this.#look());
  }

  /** The longest turn so far, whether or not it was told, in milliseconds; 0: none was late. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /** Measures no more. */
  [Symbol.dispose](): void {
    this.#stop();
  }

  #look(): void {
    const now = this.#now();
    const lateMs = now - this.#lookedAt - LOOK_MS;
    this.#lookedAt = now;
    if (lateMs > this.#longestMs) this.#longestMs = lateMs;
    if (lateMs >= this.#thresholdMs) this.#onTurn(lateMs);
  }
}

/**
 * Logs every turn of {@linkcode SLOW_TURN_MS} or more as a warning, `slow turn ms=240`.
 *
 * @returns To be disposed of when the server ends.
 */
export function logSlowTurns(logger: Logger): Watchdog {
  return new Watchdog({ onTurn: (ms) => logger.warn("slow turn", { ms: Math.round(ms) }) });
}

function monotonic(): number {
  return performance.now();
}

function everyUnref(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms);
  Deno.unrefTimer(timer);
  return () => clearInterval(timer);
}
