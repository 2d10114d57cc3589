/**
 * What the client core tells when ada comes into a room.
 *
 * @module
 */

import type { Connected, Entered } from "../../../src/client/core/events.ts";

/** How she comes; see {@linkcode Connected} and {@linkcode Entered}. */
export interface Coming {
  /** She was there before. */
  readonly again?: boolean;
  /** Its log is another one. */
  readonly newLog?: boolean;
}

/** The welcome of ada. */
export function connected({ again = false }: Coming = {}): Connected {
  return {
    type: "connected",
    welcome: { type: "welcome", protocol: 1, name: "ada", session: "s", resumed: again },
    again,
  };
}

/** Ada and bob are in a room, or others. */
export function entered(
  { room = "lobby", seq = 0, names = ["ada", "bob"], again = false, newLog = false }: Coming & {
    readonly room?: string;
    readonly seq?: number;
    readonly names?: readonly string[];
  } = {},
): Entered {
  const count = names.length;
  return {
    type: "entered",
    room,
    joined: { type: "joined", room, log: "l", seq, names, count, resumed: again },
    again,
    newLog,
  };
}
