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
 * What its sender is told of a message that waits. One sentence. Whoever begins anew, with a tab
 * opened or a program started again, comes with another session.
 */
export function waitsText(name: string): string {
  const until = `until ${name}'s session comes back, for 24 hours at most`;
  return `${name} is away: your message waits ${until}.`;
}
