/**
 * Somebody in the room, and what is remembered of them beyond a connection.
 *
 * @module
 */

import type { PrivateEvent } from "../protocol/messages.ts";

/** The connection that reads for a member. */
export interface Recipient {
  /**
   * Gives the member an event of its own, behind all that has been published.
   *
   * @returns False when it has too much unread: nothing was given.
   */
  deliver(event: PrivateEvent): boolean;
  /** Its place has been taken up by another connection of the same session: it has to go. */
  replaced(): void;
}

/** Somebody in the room. */
export interface Member {
  /** The name that everybody sees. */
  readonly name: string;
  /** The session that the place belongs to; null for clients that cannot resume. */
  readonly session: Session | null;
  /** From where it came in; empty after a restart. */
  readonly address: string;
  /** Keeps it from speaking, as long as that holds; null: nothing does. */
  mute: Mute | null;
  /** How often the place has been taken up again. */
  epoch: number;
  /** Who reads for this member; null while nobody does. It belongs to this server alone. */
  recipient: Recipient | null;
}

/** Keeps somebody from speaking, and from taking another name. */
export interface Mute {
  /** Whom it belongs to: the hash of a session, or an address where there is none. */
  readonly key: string;
  /** The name at that time, folded: an operator lifts it by that. */
  readonly fold: string;
  /** Until when, in milliseconds since 1970. */
  untilMs: number;
}

/** A session that is remembered. */
export interface Session {
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  /** Ids that it has used, oldest first, and what became of them: see `Sessions.note`. */
  readonly ids: Map<string, number>;
  /** Its place in the room, while it has one. */
  member: Member | null;
  /** When it was last heard of: milliseconds since 1970. */
  seenMs: number;
}
