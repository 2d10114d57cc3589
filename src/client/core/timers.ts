/**
 * Time and chance as the client core sees them, so that tests wait for nothing and throw no dice.
 *
 * @module
 */

import { type Clock, systemClock } from "../../clock.ts";

/** Where the client core gets its time and chance from. */
export interface Timers extends Pick<Clock, "now" | "after"> {
  /** At least 0, less than 1. */
  random(): number;
}

/** The real ones. */
export const realTimers: Timers = { ...systemClock, random: Math.random };

/** The first wait is at most twice this long: most losses are over at once. */
const FIRST_RETRY_MS = 250;

/** The longest wait: the contract of sessions (places are held for 15 s, 30 s after a restart). */
const MAX_RETRY_MS = 5_000;

/**
 * How long to wait before trying to connect again: twice as long each time, up to 5 s, and by chance
 * up to half of it less, so that a thousand clients of a server that came back do not come at once.
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
