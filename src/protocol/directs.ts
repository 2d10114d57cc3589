/**
 * Direct messages as people are shown them.
 *
 * @module
 */

import type { DirectMessage } from "./messages.ts";

/**
 * Whether somebody has said a direct message, and is not its recipient.
 *
 * @param me The present name: the sender of what has waited may have had the same one.
 */
export function isOwnDirect({ from, n }: DirectMessage, me: string): boolean {
  return n === undefined && from === me;
}

/**
 * How long a message waits for a program, in words. One that is started anew, or another tab, comes
 * with another session, unless it has remembered that or signs in to it.
 */
export const UNTIL_BACK =
  "to connect again, for 24 hours at most; one that is started anew may miss it.";

/** What its sender is told of a message that waits. One sentence. */
export function waitsText(name: string): string {
  return `${name} is away: your message waits for ${name}'s program ${UNTIL_BACK}`;
}
