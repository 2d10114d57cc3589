/**
 * Time and chance as the client core sees them, so that tests wait for nothing and throw no dice;
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

/** A page of history is asked for so often before the gap is given up. */
const MAX_PAGE_TRIES = 3;

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
 * @param stopped Ends the waiting early.
 */
export function sleep(timers: Timers, delayMs: number, stopped: AbortSignal): Promise<void> {
  if (stopped.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      stopped.removeEventListener("abort", done);
      resolve();
    };
    const cancel = timers.after(delayMs, done);
    stopped.addEventListener("abort", done);
  });
}

/** Sending again what the server could not keep: later and later, until it can or time is up. */
export class Resending {
  readonly #timers: Timers;
  readonly #giveUpAfterMs: number;
  #times = 0;
  #sinceMs = 0;
  #cancel: (() => void) | undefined;

  /**
   * Nothing is to be sent again yet.
   *
   * @param timers Time and chance.
   * @param giveUpAfterMs From the first refusal on, in milliseconds; may be infinite.
   */
  constructor(timers: Timers, giveUpAfterMs: number) {
    this.#timers = timers;
    this.#giveUpAfterMs = giveUpAfterMs;
  }

  /** Nothing is to be sent before that time has come. */
  get waiting(): boolean {
    return this.#cancel !== undefined;
  }

  /**
   * The server could not keep a message. Not to be called while {@linkcode waiting}.
   *
   * @param resend Sends again, later.
   * @returns Milliseconds until then; undefined when the time is up, and it will not be called.
   */
  later(resend: () => void): number | undefined {
    if (this.#times === 0) this.#sinceMs = this.#timers.now();
    const leftMs = this.#sinceMs + this.#giveUpAfterMs - this.#timers.now();
    if (leftMs <= 0) return undefined;
    const delayMs = Math.min(retryDelayMs(this.#times++, this.#timers.random()), leftMs);
    this.#cancel = this.#timers.after(delayMs, () => {
      this.#cancel = undefined;
      resend();
    });
    return delayMs;
  }

  /** The server keeps messages again. */
  succeeded(): void {
    this.#times = 0;
  }

  /** The connection is gone: everything is sent again on the next one anyway. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

/** Asking again for a page of history that did not come. */
export class PageRetries {
  readonly #timers: Timers;
  #tries = 0;
  #cancel: (() => void) | undefined;

  /**
   * Nothing has failed yet.
   *
   * @param timers Time and chance.
   */
  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Nothing is to be asked for before that time has come, whatever else happens. */
  get waiting(): boolean {
    return this.#cancel !== undefined;
  }

  /**
   * The page did not come.
   *
   * @param ask Asks again, later.
   * @returns False when it was asked for often enough, and will not be again.
   */
  later(ask: () => void): boolean {
    if (++this.#tries >= MAX_PAGE_TRIES) return false;
    this.#cancel?.();
    this.#cancel = this.#timers.after(retryDelayMs(this.#tries, this.#timers.random()), () => {
      this.#cancel = undefined;
      ask();
    });
    return true;
  }

  /** A page has come, or there is another connection. */
  succeeded(): void {
    this.#tries = 0;
  }

  /** The connection is gone, or the page is not waited for. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
