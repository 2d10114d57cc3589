/**
 * Time and chance as the client core sees them, so that tests do not wait and use no randomness;
 * and what is tried again a little later: connecting, messages that the server cannot keep now, and
 * pages of history that it cannot give.
 *
 * Nothing of Deno.
 *
 * @module
 */

import { type Clock, systemClock } from "../../clock.ts";

/** The first wait is at most twice this long: most losses are over at once. */
const FIRST_RETRY_MS = 250;

/** The longest wait: the contract of sessions (places are held for 15 s, 30 s after a restart). */
const MAX_RETRY_MS = 5_000;

/** Where the client core gets its time and chance from. */
export interface Timers extends Pick<Clock, "now" | "after"> {
  /** At least 0, less than 1. */
  random(): number;
}

/** The real ones. */
export const realTimers: Timers = { ...systemClock, random: Math.random };

/**
 * How long to wait before trying to connect again: twice as long each time, up to 5 s, and by
 * chance up to half of it less, so that a thousand clients of a server that came back do not come
 * at once.
 *
 * @param attempt 0 for the first try after a loss.
 * @param random At least 0, less than 1.
 * @returns Milliseconds, 250 to 5,000.
 */
export function retryDelayMs(attempt: number, random: number): number {
  const longestMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (Math.min(attempt, 10) + 1));
  return Math.round(longestMs / 2 + (random * longestMs) / 2);
}

/**
 * Waits.
 *
 * @param stopped Each of them ends the waiting early.
 */
export function sleep(
  timers: Timers,
  delayMs: number,
  ...stopped: readonly AbortSignal[]
): Promise<void> {
  if (stopped.some(({ aborted }) => aborted)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      for (const signal of stopped) signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = timers.after(delayMs, done);
    for (const signal of stopped) signal.addEventListener("abort", done);
  });
}

/** How long something is tried again. */
export interface RetryLimits {
  /** Tries at most, the first one included; default: any number. */
  readonly maxTries?: number;
  /** Milliseconds from the first failure on; default: forever. */
  readonly giveUpAfterMs?: number;
}

/**
 * Trying again what the server could not do, later and later, until it can or a limit is reached.
 */
export class Retries {
  readonly #timers: Timers;
  readonly #maxTries: number;
  readonly #giveUpAfterMs: number;
  #failures = 0;
  #sinceMs = 0;
  #cancel: (() => void) | undefined;

  /**
   * Nothing has failed yet.
   *
   * @param timers Time and chance.
   * @param limits When it is given up.
   */
  constructor(timers: Timers, { maxTries = Infinity, giveUpAfterMs = Infinity }: RetryLimits) {
    this.#timers = timers;
    this.#maxTries = maxTries;
    this.#giveUpAfterMs = giveUpAfterMs;
  }

  /** Nothing is to be tried before that time has come. */
  get waiting(): boolean {
    return this.#cancel !== undefined;
  }

  /**
   * It has failed. Not to be called while {@linkcode waiting}.
   *
   * @param retry Tries again, later.
   * @returns Milliseconds until then; undefined when it is given up, and `retry` will not be
   * called.
   */
  later(retry: () => void): number | undefined {
    if (this.#failures === 0) this.#sinceMs = this.#timers.now();
    const leftMs = this.#sinceMs + this.#giveUpAfterMs - this.#timers.now();
    if (leftMs <= 0 || this.#failures + 1 >= this.#maxTries) return undefined;
    const delayMs = Math.min(retryDelayMs(this.#failures++, this.#timers.random()), leftMs);
    this.#cancel = this.#timers.after(delayMs, () => {
      this.#cancel = undefined;
      retry();
    });
    return delayMs;
  }

  /** It has worked, or there is another connection. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** The connection is gone: nothing is tried on the next one before it is asked for anew. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
