/**
 * What the server remembers of json clients beyond their connections: the name that a session had,
 * and which of its ids have been published, so that a message sent again is never said twice.
 *
 * The secret itself is not kept, only its hash: who reads the database takes up nobody's place.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Session } from "./member.ts";
import { SESSION_IDS, SESSION_KEPT_MS, type StoredSession } from "../store/store.ts";

/** Sessions remembered in all, so that reconnecting again and again cannot fill the memory. */
export const MAX_SESSIONS = 100_000;

/** Ids remembered in all, for the same reason: about 100 MB. */
export const MAX_IDS = 1_000_000;

/**
 * What became of the id of a direct message: it is settled, and nobody has said yet whether it was
 * delivered. So it stays when the server dies in between.
 */
export const SETTLED_DIRECT = 0;

/** It was delivered. */
export const DELIVERED_DIRECT: number = -1;

/** It could not be delivered: its id may be used again. */
export const UNDELIVERED_DIRECT: number = -2;

/** The sessions that are remembered. */
export class Sessions {
  /** In the order in which they were last taken up. */
  readonly #byHash = new Map<string, Session>();
  /** Those with more ids than are kept of one. */
  readonly #over = new Set<Session>();
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

  /** The session of a hash. */
  get(hash: string): Session | undefined {
    return this.#byHash.get(hash);
  }

  /**
   * The session of a secret, unless its time is over.
   *
   * @param nowMs Milliseconds since 1970.
   */
  find(secret: string, nowMs: number): Session | undefined {
    const session = this.#byHash.get(hashSecret(secret));
    const isOver = session?.member === null && nowMs - session.seenMs > SESSION_KEPT_MS;
    return isOver ? undefined : session;
  }

  /**
   * Begins a session.
   *
   * @param hash Of its secret; not known yet.
   * @param nowMs Milliseconds since 1970.
   */
  open(hash: string, nowMs: number): Session {
    const session = { hash, ids: new Map(), member: null, seenMs: nowMs };
    this.#byHash.set(hash, session);
    return session;
  }

  /** Forgets a session. */
  drop(hash: string): void {
    this.#ids -= this.#byHash.get(hash)?.ids.size ?? 0;
    this.#byHash.delete(hash);
  }

  /** A session is taken up: it becomes the newest. */
  seen(session: Session, nowMs: number): void {
    session.seenMs = nowMs;
    this.#byHash.delete(session.hash);
    this.#byHash.set(session.hash, session);
  }

  /**
   * Notes what became of an id of a session.
   *
   * @param id Of a message, or the `directKey` of a direct message's.
   * @param outcome `seq` of its event; of a direct message {@linkcode SETTLED_DIRECT},
   * {@linkcode DELIVERED_DIRECT} or {@linkcode UNDELIVERED_DIRECT}.
   */
  note(session: Session, id: string, outcome: number): void {
    if (!session.ids.has(id)) this.#ids++;
    session.ids.set(id, outcome);
    if (session.ids.size > SESSION_IDS) this.#over.add(session);
  }

  /** Takes back an id that came to nothing. */
  forget(session: Session, id: string): void {
    if (session.ids.delete(id)) this.#ids--;
  }

  /**
   * Forgets what is beyond the bounds: the oldest ids of a session that has too many, and the sessions
   * that nobody has taken up for the longest time.
   */
  trim(): void {
    for (const session of this.#over) this.#trimIds(session);
    this.#over.clear();
    if (this.#byHash.size <= MAX_SESSIONS && this.#ids <= MAX_IDS) return;
    for (const session of this.#byHash.values()) {
      if (session.member !== null) continue;
      this.drop(session.hash);
      if (this.#byHash.size <= MAX_SESSIONS && this.#ids <= MAX_IDS) return;
    }
  }

  #trimIds({ ids }: Session): void {
    for (const oldest of ids.keys()) {
      if (ids.size <= SESSION_IDS) return;
      ids.delete(oldest);
      this.#ids--;
    }
  }
}

/** Under which a session is remembered: SHA-256 of its secret, hexadecimal. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
