/**
 * What the flags of a server allow strangers to get into the room, for the attacks that try to get
 * more. The server of the stage has default flags; these are their numbers.
 *
 * @module
 */

import { DEFAULT_LIMITS } from "../../../../src/server/limits.ts";
import type { Ran } from "../attack.ts";

/** Seconds' worth of tokens that a session may save up; see `allowance.ts`. */
const BURST_SECONDS = 5;

/** Lines of so many sessions. */
export function linesAllowed({ seconds, count }: Ran): number {
  return Math.ceil(count * DEFAULT_LIMITS.rate * (BURST_SECONDS + seconds));
}

/** Other names of so many sessions. */
export function renamesAllowed({ seconds, count }: Ran): number {
  return Math.ceil(count * DEFAULT_LIMITS.renamesPerMinute * (1 + seconds / 60));
}

/** Guesses of one address at the beginning, before anybody knows that they are wrong. */
const FIRST_GUESSES = 10;

/** And then in a second. */
const GUESSES_A_SECOND = 2;

/** Wrong passwords and keys of one address that are answered. */
export function guessesAllowed({ seconds }: Ran): number {
  return FIRST_GUESSES + Math.ceil(GUESSES_A_SECOND * seconds);
}

/** Joins of one address. */
export function joinsAllowed({ seconds }: Ran): number {
  return Math.ceil(DEFAULT_LIMITS.joinsPerSecond * (BURST_SECONDS + seconds));
}

/** Lines of sessions that are new each time: a full bucket for each join, and what comes in. */
export function linesOfJoinsAllowed(ran: Ran): number {
  const { rate } = DEFAULT_LIMITS;
  return joinsAllowed(ran) * rate * BURST_SECONDS + Math.ceil(ran.count * rate * ran.seconds);
}
