/**
 * What the server remembers of json clients beyond their connections: the name that a session had,
 * and which of its ids have been published, so that a message sent again is never said twice.
 *
 * The secret itself is not kept, only its hash: who reads the database takes up nobody's place.
 *
 * @module
 */

import { nodeCrypto } from "../node.ts";
import { foldedName } from "../protocol/normalize.ts";
import { hasMail, Mailboxes } from "./mailboxes.ts";
import type { Session } from "./room.ts";
import { ROOM_SPAN } from "../store/store.ts";
import {
  SESSION_IDS,
  SESSION_KEPT_MS,
  type SessionBounds,
  type StoredSession,
} from "../store/stored_sessions.ts";

/**
 * About 440 MB of heap when each of the ids is of another session (measured); 100 MB when few
 * sessions have many. A server that starts with so many takes 8 s of processor time and 870 MB for
 * a moment; a million ids of 1,000 sessions take 4 s and 520 MB (measured).
 */
export const SESSION_BOUNDS: SessionBounds = { sessions: 100_000, ids: 1_000_000 };

/**
 * What became of the id of a direct message: it is settled, and nobody has said yet whether it was
 * delivered. So it stays when the server dies in between.
 */
export const SETTLED_DIRECT = 0;

/** It was delivered. */
export const DELIVERED_DIRECT: number = -1;

/** It could not be delivered: its id may be used again. */
export const UNDELIVERED_DIRECT: number = -2;

/**
 * What became of the id of a message, as a number: an object for each of a million ids is too much.
 */
export function outcomeOf(room: number, seq: number): number {
  return room * ROOM_SPAN + seq;
}

/** Of the outcome of a message: the number of its room, and the `seq` of its event there. */
export function eventOf(outcome: number): { readonly room: number; readonly seq: number } {
  return { room: Math.floor(outcome / ROOM_SPAN), seq: outcome % ROOM_SPAN };
}

/** The sessions that are remembered. */
export class Sessions {
  readonly #bounds: SessionBounds;
  readonly #byHash = new Map<string, Session>();
  /**
   * In the order in which they were last taken up or given up. Who is here is taken out, lest
   * everybody has to be passed who is.
   */
  #absent = new Set<Session>();
  /** Those of them that have no id. */
  #withoutIds = new Set<Session>();
  /** Those that have used an id since the last {@linkcode trim}. */
  readonly #changed = new Set<Session>();
  /** For each id the session that has used it, the oldest first, from {@linkcode #first} on. */
  #users: Session[] = [];
  #first = 0;
  /** How many entries of {@linkcode #users}, the oldest of a session, stand for ids it has lost. */
  readonly #lost = new Map<Session, number>();
  #ids = 0;
  /** Direct messages that wait for them. */
  readonly mailboxes: Mailboxes = new Mailboxes();
  /** Whose time was over by then has been forgotten. */
  #expiredMs = -Infinity;

  /**
   * Begins with what is known already; to be trimmed once it is known who is here.
   *
   * @param stored What a database still knows from before.
   */
  constructor(stored: Iterable<StoredSession> = [], bounds: SessionBounds = SESSION_BOUNDS) {
    this.#bounds = bounds;
    const uses: { readonly session: Session; readonly atMs: number }[] = [];
    const gone: { readonly session: Session; readonly name: string }[] = [];
    for (const { hash, name, seenMs, ids, isGone, mailbox } of stored) {
      const session = this.open(hash, seenMs);
      if (isGone) gone.push({ session, name });
      if (mailbox !== undefined) this.mailboxes.restore(session, mailbox);
      for (const { id, room, outcome, atMs } of ids) {
        session.ids.set(id, outcome > 0 ? outcomeOf(room, outcome) : outcome);
        uses.push({ session, atMs });
      }
      if (ids.length > 0) this.#changed.add(session);
    }
    // Of several that had one name, the one counts that left last.
    gone.sort((a, b) => a.session.seenMs - b.session.seenMs);
    for (const { session, name } of gone) {
      this.mailboxes.left(session, { name, fold: foldedName(name) });
    }
    this.#users = uses.sort((a, b) => a.atMs - b.atMs).map(({ session }) => session);
    this.#ids = uses.length;
    const all = [...this.#byHash.values()].sort((a, b) => a.seenMs - b.seenMs);
    this.#absent = new Set(all);
    this.#withoutIds = new Set(all.filter(({ ids }) => ids.size === 0));
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
    return this.known(hashSecret(secret), nowMs);
  }

  /**
   * The session of a hash, unless its time is over.
   *
   * @param nowMs Milliseconds since 1970.
   */
  known(hash: string, nowMs: number): Session | undefined {
    const session = this.#byHash.get(hash);
    return session === undefined || isOver(session, nowMs) ? undefined : session;
  }

  /**
   * Begins a session.
   *
   * @param hash Of its secret; not known yet.
   * @param nowMs Milliseconds since 1970.
   */
  open(hash: string, nowMs: number): Session {
    const session = {
      hash,
      ids: new Map(),
      member: null,
      seenMs: nowMs,
      goneAs: null,
      mailbox: null,
    };
    this.#byHash.set(hash, session);
    this.#absent.add(session);
    this.#withoutIds.add(session);
    return session;
  }

  /** Forgets a session, with its ids. */
  drop(session: Session): void {
    this.#byHash.delete(session.hash);
    this.#absent.delete(session);
    this.#withoutIds.delete(session);
    this.mailboxes.forget(session);
    const { size } = session.ids;
    if (size === 0) return;
    session.ids.clear();
    this.#ids -= size;
    this.#lose(session, size);
  }

  /** A session is taken up, or given up: it becomes the newest. */
  seen(session: Session, nowMs: number): void {
    session.seenMs = nowMs;
    moveToEnd(this.#absent, session);
    if (session.ids.size === 0) moveToEnd(this.#withoutIds, session);
  }

  /**
   * Notes what became of an id of a session.
   *
   * @param id Of a message, or the `directKey` of a direct message's.
   * @param outcome Of a message: {@linkcode outcomeOf} its event; of a direct message
   * {@linkcode SETTLED_DIRECT}, {@linkcode DELIVERED_DIRECT}, {@linkcode UNDELIVERED_DIRECT} or
   * `WAITING_DIRECT`.
   */
  note(session: Session, id: string, outcome: number): void {
    if (!session.ids.has(id)) {
      this.#ids++;
      this.#users.push(session);
      this.#changed.add(session);
    }
    session.ids.set(id, outcome);
  }

  /** Takes back the id that was noted last of all. */
  forget(session: Session, id: string): void {
    session.ids.delete(id);
    this.#ids--;
    this.#users.pop();
  }

  /**
   * What is remembered, to begin with it elsewhere: `atMs` of an id says only which is older.
   * Nothing may change before it is done.
   *
   * @returns One after the other; null after some work, of which a caller may rest.
   */
  *saved(): Generator<StoredSession | null, void> {
    const uses = new Map<Session, number[]>();
    const lost = new Map<Session, number>();
    for (const [session, count] of this.#lost) {
      lost.set(session, count);
      if (lost.size % PIECE === 0) yield null;
    }
    for (let index = this.#first; index < this.#users.length; index++) {
      const user = this.#users[index]!;
      const its = lost.get(user) ?? 0;
      const at = index - this.#first;
      if (its > 0) lost.set(user, its - 1);
      else if (uses.has(user)) uses.get(user)!.push(at);
      else uses.set(user, [at]);
      if (index % PIECE === 0) yield null;
    }
    // Those without ids that are not here go first of all, by their order.
    const leaving = this.#withoutIds;
    for (const session of this.#byHash.values()) {
      if (session.member !== null || !leaving.has(session)) yield saved(session, uses.get(session));
    }
    for (const session of leaving) {
      if (session.member === null) yield saved(session, uses.get(session));
    }
  }

  /**
   * Forgets what is beyond the bounds: the oldest ids of a session that has too many, sessions
   * whose time is over, the oldest ids of all, and sessions without ids.
   *
   * @param nowMs Milliseconds since 1970.
   */
  trim(nowMs: number): void {
    for (const session of this.#changed) this.#trimIds(session);
    this.#changed.clear();
    // By the time alone, and not by when that was last done: all servers forget the same.
    const due = Math.floor(nowMs / EXPIRE_EVERY_MS) * EXPIRE_EVERY_MS;
    if (due !== this.#expiredMs) this.#expire(due);
    while (this.#ids > this.#bounds.ids) this.#dropOldestUse();
    if (this.#users.length > 2 * (this.#ids + LEAST_USERS)) this.#compact();
    for (const session of this.#withoutIds) {
      if (this.#byHash.size <= this.#bounds.sessions) return;
      // Nor does anybody's coming and going take away what waits for somebody.
      const isKept = session.member !== null || hasMail(session);
      if (isKept) this.#withoutIds.delete(session);
      else this.drop(session);
    }
  }

  /** Forgets those whose time is over. */
  #expire(nowMs: number): void {
    this.#expiredMs = nowMs;
    for (const session of this.#absent) {
      if (session.member !== null) this.#absent.delete(session);
      else if (isOver(session, nowMs)) this.drop(session);
      else return;
    }
  }

  /** Forgets the oldest id of all, unless it is lost already. */
  #dropOldestUse(): void {
    const user = this.#users[this.#first++]!;
    if (!this.#lost.has(user)) this.#dropOldestId(user);
    else this.#found(user);
  }

  #trimIds(session: Session): void {
    const { ids } = session;
    if (ids.size > 0) this.#withoutIds.delete(session);
    while (ids.size > SESSION_IDS) {
      this.#dropOldestId(session);
      this.#lose(session, 1);
    }
  }

  /** So many entries of {@linkcode #users}, the oldest of a session, stand for nothing now. */
  #lose(session: Session, count: number): void {
    this.#lost.set(session, (this.#lost.get(session) ?? 0) + count);
  }

  /** One of these entries has been found. */
  #found(session: Session): void {
    const left = this.#lost.get(session)! - 1;
    if (left === 0) this.#lost.delete(session);
    else this.#lost.set(session, left);
  }

  #dropOldestId(session: Session): void {
    const { ids } = session;
    for (const oldest of ids.keys()) {
      ids.delete(oldest);
      break;
    }
    this.#ids--;
    if (ids.size === 0) this.#withoutIds.add(session);
  }

  /** Takes out what stands for ids that are forgotten. */
  #compact(): void {
    const users: Session[] = [];
    for (const user of this.#users.slice(this.#first)) {
      if (this.#lost.has(user)) this.#found(user);
      else users.push(user);
    }
    this.#users = users;
    this.#first = 0;
  }
}

/**
 * How often those are looked for whose time is over: of 100,000 sessions that takes 30 µs, since a
 * set passes those that were deleted (measured), and a batch takes hardly more.
 */
const EXPIRE_EVERY_MS = 1_000;

/** So many steps of what is to be saved take less than 1 ms. */
const PIECE = 1_024;

/** So many entries are not worth compacting. */
const LEAST_USERS = 10_000;

/** @param uses Of each of its ids, the oldest first: when it was used. */
function saved(session: Session, uses: readonly number[] = []): StoredSession {
  const { hash, seenMs, ids, goneAs, mailbox } = session;
  const savedIds = [...ids].map(([id, outcome], index) => {
    const atMs = uses[index]!;
    if (outcome <= 0) return { id, room: 0, outcome, atMs };
    const { room, seq } = eventOf(outcome);
    return { id, room, outcome: seq, atMs };
  });
  return {
    hash,
    name: goneAs?.name ?? "",
    seenMs,
    ...(goneAs === null ? {} : { isGone: true as const }),
    ...(mailbox === null ? {} : { mailbox }),
    ids: savedIds,
  };
}

function moveToEnd(sessions: Set<Session>, session: Session): void {
  sessions.delete(session);
  sessions.add(session);
}

function isOver({ member, seenMs }: Session, nowMs: number): boolean {
  return member === null && nowMs - seenMs > SESSION_KEPT_MS;
}

/** Under which a session is remembered: SHA-256 of its secret, hexadecimal. */
export function hashSecret(secret: string): string {
  return nodeCrypto().createHash("sha256").update(secret).digest("hex");
}
