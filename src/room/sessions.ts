/**
 * What the server remembers of json clients beyond their connections: the name that a session had,
 * and which of its ids have been published, so that a message sent again is never said twice.
 *
 * The secret itself is not kept, only its hash: who reads the database takes up nobody's place.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { newSessionSecret } from "../protocol/ids.ts";
import type { Member } from "./members.ts";
import type { StoredSession } from "../store/store.ts";

/** How long a session is remembered after it was last heard of. */
export const SESSION_KEPT_MS = 24 * 60 * 60 * 1000;

/** How many of its newest ids: twice what a client may have unacknowledged. */
export const SESSION_IDS = 1_000;

/** Sessions remembered in all, so that whoever connects again and again cannot fill the memory. */
export const MAX_SESSIONS = 100_000;

/** Ids remembered in all, for the same reason: about 100 MB. */
export const MAX_IDS = 1_000_000;

/** What became of an id, where it is not the `seq` of a published message. */
export const PENDING_ID: number = -1;
/** See {@linkcode PENDING_ID}. */
export const DIRECT_ID = 0;

/** A session that is remembered. */
export interface Session {
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  /** Ids of its messages, oldest first, with their `seq`, {@linkcode PENDING_ID} or {@linkcode DIRECT_ID}. */
  readonly ids: Map<string, number>;
  /** Its place in the room, while it has one. */
  member: Member | null;
  /** When it was last heard of: milliseconds since 1970. */
  seenMs: number;
}

/** The sessions that are remembered. */
export class Sessions {
  /** In the order in which they were last taken up. */
  readonly #byHash = new Map<string, Session>();
  #ids = 0;

  /**
   * Begins with what is known already.
   *
   * @param stored What a database still knows from before.
   */
  constructor(stored: readonly StoredSession[] = []) {
    for (const { hash, seenMs, ids } of stored) {
      this.#byHash.set(hash, { hash, seenMs, ids: new Map(ids), member: null });
      this.#ids += ids.length;
    }
  }

  /** How many are remembered. */
  get size(): number {
    return this.#byHash.size;
  }

  /**
   * Begins a session.
   *
   * @param nowMs Milliseconds since 1970.
   * @returns Its secret, and what is remembered under it.
   */
  open(nowMs: number): { readonly secret: string; readonly session: Session } {
    const secret = newSessionSecret();
    const session = { hash: hashSecret(secret), ids: new Map(), member: null, seenMs: nowMs };
    this.#byHash.set(session.hash, session);
    this.#bound();
    return { secret, session };
  }

  /**
   * The session of a secret, if it is remembered; it counts as heard of.
   *
   * @param nowMs Milliseconds since 1970.
   */
  find(secret: string, nowMs: number): Session | undefined {
    const session = this.#byHash.get(hashSecret(secret));
    if (session === undefined) return undefined;
    this.#byHash.delete(session.hash);
    if (session.member === null && nowMs - session.seenMs > SESSION_KEPT_MS) {
      this.#ids -= session.ids.size;
      return undefined;
    }
    this.#byHash.set(session.hash, session);
    session.seenMs = nowMs;
    return session;
  }

  /** The session of a hash; it does not count as heard of. */
  get(hash: string): Session | undefined {
    return this.#byHash.get(hash);
  }

  /** Notes what became of an id of a session, and forgets its oldest one beyond the bound. */
  note(session: Session, id: string, outcome: number): void {
    const before = session.ids.size;
    session.ids.set(id, outcome);
    if (session.ids.size > SESSION_IDS) {
      for (const [oldest] of session.ids) {
        session.ids.delete(oldest);
        break;
      }
    }
    this.#ids += session.ids.size - before;
    if (this.#ids > MAX_IDS) this.#bound();
  }

  /** Takes back an id that came to nothing. */
  forget(session: Session, id: string): void {
    if (session.ids.delete(id)) this.#ids--;
  }

  /** Lets the sessions go that have not been taken up for the longest time, beyond the bounds. */
  #bound(): void {
    if (this.#byHash.size <= MAX_SESSIONS && this.#ids <= MAX_IDS) return;
    for (const session of this.#byHash.values()) {
      if (session.member !== null) continue;
      this.#byHash.delete(session.hash);
      this.#ids -= session.ids.size;
      if (this.#byHash.size <= MAX_SESSIONS && this.#ids <= MAX_IDS) return;
    }
  }
}

function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
