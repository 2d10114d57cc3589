/**
 * The limits of a server, with the reasons for their defaults. Each has a flag.
 *
 * @module
 */

import { MAX_LINE_CHARS, MAX_TEXT_CHARS } from "../protocol/limits.ts";

/** What a server allows. */
export interface Limits {
  /** Connections in all. */
  readonly maxClients: number;
  /** Connections from one address; 0 is no limit. */
  readonly maxPerAddress: number;
  /** Tokens a second for each client; 0 is no limit. */
  readonly rate: number;
  /** People who may join in a second from one address; 0 is no limit. */
  readonly joinsPerSecond: number;
  /** Milliseconds to give a name. */
  readonly nameTimeoutMs: number;
  /** Characters of one line that a client sends, at most {@linkcode MAX_LINE_CHARS}. */
  readonly maxLineChars: number;
  /** Code points of one text, at most {@linkcode MAX_TEXT_CHARS}. */
  readonly maxTextChars: number;
  /** Bytes that may wait for one client alone before direct messages to it are refused. */
  readonly queueBytes: number;
  /** Bytes that each log keeps: how far a reader may lag. */
  readonly windowBytes: number;
  /** Milliseconds that a plain client may say nothing; 0 is no limit. */
  readonly idleMs: number;
  /** Names that one client may take in a minute; 0 is no limit. */
  readonly renamesPerMinute: number;
  /** Rooms in all, the lobby included, 1 or more. */
  readonly maxRooms: number;
  /** Rooms that one address may make in an hour; 0 is no limit. */
  readonly newRoomsPerHour: number;
}

/** What holds when nothing else was said. */
export const DEFAULT_LIMITS: Limits = {
  // Most systems give a process 1,024 file descriptors.
  maxClients: 1_000,
  // A class may sit behind one address.
  maxPerAddress: 0,
  // Faster than anybody types or reads; a paste of 100 lines still goes through at once.
  rate: 20,
  // A class of 250 comes in at once and the rest within seconds; who comes and goes for ever writes
  // 100 events a second.
  joinsPerSecond: 50,
  // Time to think of a name; silent strangers do not hold a place for longer.
  nameTimeoutMs: 60_000,
  maxLineChars: MAX_LINE_CHARS,
  maxTextChars: MAX_TEXT_CHARS,
  // Four of the longest replies. 1,000 clients that do not read hold 256 MiB at the very most.
  queueBytes: 256 * 1024,
  // Minutes of a busy room, and nothing beside what a process needs anyway.
  windowBytes: 4 * 1024 * 1024,
  // People leave nc open all day.
  idleMs: 0,
  // Enough to mend a slip; too few to hide behind.
  renamesPerMinute: 10,
  // A page of their list; each costs memory whether anybody is in it or not.
  maxRooms: 100,
  // More than a team needs in an hour. One address alone fills the list in ten.
  newRoomsPerHour: 10,
};

/** The limits that were given, and the defaults for the others. */
export function limitsOf(given: Partial<Limits>): Limits {
  const known = Object.entries(given).filter(([key, value]) =>
    key in DEFAULT_LIMITS && value !== undefined
  );
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(known) };
}
