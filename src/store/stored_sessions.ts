/**
 * What a store remembers of sessions: the ids that they have used, and the direct messages that
 * wait for them.
 *
 * @module
 */

/** How long a session is remembered after it was last heard of. */
export const SESSION_KEPT_MS = 24 * 60 * 60 * 1000;

/** How many of its newest ids: twice what a client may have unacknowledged. */
export const SESSION_IDS = 1_000;

/**
 * Under which the id of a direct message stands among the ids of messages: it is none of theirs.
 */
export function directKey(id: string): string {
  return `direct ${id}`;
}

/** Sessions and ids that are remembered in all, so that nobody can fill the memory. */
export interface SessionBounds {
  /**
   * Beyond so many sessions, those go that have no ids and are not here, the longest gone first.
   */
  readonly sessions: number;
  /**
   * Ids of all sessions. Beyond it the oldest go, whosever they are: others can make somebody's id
   * forgotten by using as many, but not by coming and going.
   */
  readonly ids: number;
}

/** An id that a session has used. */
export interface StoredId {
  /** Of a message, or the {@linkcode directKey} of a direct message. */
  readonly id: string;
  /** Number of the room in which it was used, which may be gone; 0 for a direct message. */
  readonly room: number;
  /** `seq` of its event; 0: a direct message; {@linkcode WAITING_DIRECT}: one that waits. */
  readonly outcome: number;
  /** When: milliseconds since 1970. */
  readonly atMs: number;
}

/** Outcome of the id of a direct message that waits, or has waited, for its recipient. */
export const WAITING_DIRECT: number = -3;

/** A direct message that waits for a session. */
export interface WaitingDirect {
  /** Numbers those that have ever waited for that session: 1, 2, 3 …. */
  readonly n: number;
  /** When it was said: milliseconds since 1970. */
  readonly atMs: number;
  /** Who said it, by the name at that time. */
  readonly from: string;
  /** To whom, by the name at that time. */
  readonly to: string;
  /** What was said. */
  readonly text: string;
  /** The id that the sender chose. */
  readonly id?: string;
  /** See `DirectMessage.notice`. */
  readonly notice?: true;
}

/** The direct messages of one session that wait. */
export interface Mailbox {
  /** Number of the last one that has ever waited. */
  readonly last: number;
  /** Those that it has not been given for certain, rising by their numbers. */
  readonly messages: readonly WaitingDirect[];
}

/** What is remembered of a session. */
export interface StoredSession {
  /** Hash of its secret. */
  readonly hash: string;
  /** Its newest name. */
  readonly name: string;
  /** When it was last heard of: milliseconds since 1970. */
  readonly seenMs: number;
  /** Its newest ids, at most {@linkcode SESSION_IDS}, oldest first. */
  readonly ids: readonly StoredId[];
  /** It left without saying so, under its newest name. */
  readonly isGone?: true;
  /** What waits for it; absent: nothing ever has. */
  readonly mailbox?: Mailbox;
}
