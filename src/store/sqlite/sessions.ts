/**
 * What the database remembers of sessions: their newest names, and which ids they have used.
 *
 * A commit writes the session's number and the id into the event's own row, nothing else. From
 * there idle time files the ids into `published`, ordered by session: writing them there at once
 * would touch as many pages as there are senders, and cost ten times the commit itself (measured).
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Draft } from "../../protocol/messages.ts";
import { SESSION_IDS, SESSION_KEPT_MS } from "../stored_sessions.ts";
import { SqliteDirects } from "./directs.ts";
import { SqliteWaiting } from "./waiting.ts";
import { transact } from "./errors.ts";
import type { SqliteRoom } from "./room.ts";
import type { SqliteRooms } from "./rooms.ts";
import { Pace } from "../steps.ts";

/** `seen_ms` may lag by this much, so that a session that floods is not written at each flush. */
const SEEN_PRECISION_MS = 1_000;

/** Sessions whose rows are known; past it they are simply looked up again. */
const MAX_KNOWN = 20_000;

/**
 * Events that are filed at once, at least and at most, and for how long: 256 take 1 ms when a few
 * talk, and 10 ms when each comes from another session that has 1,000 ids already.
 */
const FILING = { least: 32, most: 256, targetMs: 1 } as const;

/**
 * Ids by which a session may be over its number before the oldest are removed: counting is dear.
 */
const PRUNE_SLACK = 256;

/** How long sessions are visited in one step, in milliseconds; at least one is. */
const EXPIRING_MS = 1;

interface VisitedRow {
  readonly ref: number;
  readonly hash: string;
  readonly seen_ms: number;
}

interface KnownSession {
  readonly ref: number;
  name: string;
  seenMs: number;
  isGone: boolean;
}

/** Reads and writes the tables `sessions` and `published`. */
export class SqliteSessions {
  /** The ids of direct messages. */
  readonly directs: SqliteDirects;
  /** The direct messages that wait. */
  readonly waiting: SqliteWaiting;
  readonly #db: DatabaseSync;
  readonly #rooms: SqliteRooms;
  readonly #known = new Map<string, KnownSession>();
  readonly #upsert: StatementSync;
  readonly #find: StatementSync;
  readonly #seen: StatementSync;
  readonly #file: StatementSync;
  readonly #filedOf: StatementSync;
  readonly #prune: StatementSync;
  readonly #next: StatementSync;
  readonly #place: StatementSync;
  readonly #expireIds: StatementSync;
  readonly #expire: StatementSync;
  readonly #filing = new Pace(FILING.least, FILING.most, FILING.targetMs);
  readonly #now: () => number;
  /** Ids that were filed of a session since its oldest were last removed. */
  readonly #unpruned = new Map<number, number>();
  #visited = 0;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   * @param rooms Keep how far the filing has come in each.
   * @param options.now A monotonic clock in milliseconds; default `performance.now`.
   */
  constructor(
    db: DatabaseSync,
    rooms: SqliteRooms,
    { now = () => performance.now() }: { readonly now?: (() => number) | undefined } = {},
  ) {
    this.directs = new SqliteDirects(db);
    this.waiting = new SqliteWaiting(db);
    this.#db = db;
    this.#rooms = rooms;
    this.#now = now;
    this.#upsert = db.prepare(`
      INSERT INTO sessions (hash, name, seen_ms, gone) VALUES (?, ?, ?, ?)
      ON CONFLICT (hash) DO UPDATE
      SET name = excluded.name, seen_ms = excluded.seen_ms, gone = excluded.gone
      RETURNING ref`);
    this.#find = db.prepare("SELECT ref FROM sessions WHERE hash = ?");
    this.#seen = db.prepare("SELECT seen_ms FROM sessions WHERE hash = ?");
    this.#file = db.prepare(`
      INSERT OR REPLACE INTO published (session, seq, id, at_ms)
      SELECT session, seq, id, coalesce(CAST(unixepoch(at, 'subsec') * 1000 AS INTEGER), 0)
      FROM events
      WHERE seq > ?1 AND seq <= ?2 AND session IS NOT NULL AND id IS NOT NULL
      ORDER BY session, seq`);
    this.#filedOf = db.prepare(`
      SELECT session, count(*) AS count FROM events
      WHERE seq > ?1 AND seq <= ?2 AND session IS NOT NULL AND id IS NOT NULL GROUP BY session`);
    this.#prune = db.prepare(`
      DELETE FROM published WHERE session = ?1 AND (at_ms, seq) <= (
        SELECT at_ms, seq FROM published WHERE session = ?1
        ORDER BY at_ms DESC, seq DESC LIMIT 1 OFFSET ${SESSION_IDS})`);
    this.#next = db.prepare(
      "SELECT ref, hash, seen_ms FROM sessions WHERE ref > ? ORDER BY ref LIMIT 64",
    );
    this.#place = db.prepare("SELECT name FROM present WHERE session = ?");
    this.#expireIds = db.prepare("DELETE FROM published WHERE session = ? AND at_ms < ?");
    this.#expire = db.prepare("DELETE FROM sessions WHERE ref = ?");
  }

  /**
   * The number of a session in the rows of its events; keeps its newest name and time. To be called
   * in the transaction of those events.
   *
   * @param hash The session's hash.
   * @param name Its newest name.
   * @param seenMs When it did something: milliseconds since 1970.
   * @param isGone It has left without saying so.
   */
  touch(hash: string, name: string, seenMs: number, isGone = false): number {
    const known = this.#known.get(hash);
    const isSame = known?.name === name && known.isGone === isGone;
    if (isSame && Math.abs(seenMs - known.seenMs) < SEEN_PRECISION_MS) {
      return known.ref;
    }
    const ref = Number(this.#upsert.get(hash, name, seenMs, isGone ? 1 : 0)?.["ref"]);
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(hash, { ref, name, seenMs, isGone });
    return ref;
  }

  /**
   * The same for what stands in a note. Servers of a cluster may hear of it again after they have
   * been stopped: by then the session may have done something else.
   */
  touchByNote(hash: string, name: string, atMs: number, isGone = false): number {
    const seenMs = Number(this.#seen.get(hash)?.["seen_ms"] ?? 0);
    return seenMs <= atMs ? this.touch(hash, name, atMs, isGone) : this.refOf(hash);
  }

  /** The number of a session; 0 when there is none. */
  refOf(hash: string): number {
    return this.#known.get(hash)?.ref ?? Number(this.#find.get(hash)?.["ref"] ?? 0);
  }

  /** The transaction was undone: what is known may not be in the database. */
  forget(): void {
    this.#known.clear();
  }

  /** A room has enough to file for a step of its own. */
  isBehind({ lastSeq, filed }: SqliteRoom): boolean {
    return lastSeq - filed >= FILING.most;
  }

  /** Files a few ids of a room, which {@linkcode SqliteSessions.isBehind}. */
  fileSome(room: SqliteRoom): void {
    const { size } = this.#filing;
    const beganMs = this.#now();
    this.file(room, room.filed + size);
    this.#filing.took(size, this.#now() - beganMs);
  }

  /**
   * Files the ids of a room's events up to a `seq`, in one transaction.
   *
   * @param upTo `seq` of the last of them.
   */
  file(room: SqliteRoom, upTo: number): void {
    const { base, filed } = room;
    if (upTo <= filed) return;
    transact(this.#db, () => {
      this.#file.run(base + filed, base + upTo);
      for (const row of this.#filedOf.all(base + filed, base + upTo)) {
        this.#pruneLater(Number(row["session"]), Number(row["count"]));
      }
      this.#rooms.setPointer(room, "filed", upTo);
    });
    room.filed = upTo;
  }

  /**
   * A session that is missed here, because too many are known, is pruned when its turn comes to
   * expire.
   */
  #pruneLater(ref: number, count: number): void {
    const unpruned = (this.#unpruned.get(ref) ?? 0) + count;
    if (this.#unpruned.size >= MAX_KNOWN) this.#unpruned.clear();
    if (unpruned < PRUNE_SLACK) {
      this.#unpruned.set(ref, unpruned);
    } else {
      this.#unpruned.delete(ref);
      this.#prune.run(ref);
    }
  }

  /**
   * Visits the next sessions, for about a millisecond, in turns, and removes what is older than 24
   * hours, and ids beyond their number. A session that is here stays, however long it has been
   * silent. One a call would not do: more than one may begin each second.
   *
   * @param nowMs Milliseconds since 1970.
   */
  expireSome(nowMs: number): void {
    const rows = this.#next.all(this.#visited) as unknown as VisitedRow[];
    this.#visited = 0;
    if (rows.length === 0) return;
    const endMs = this.#now() + EXPIRING_MS;
    transact(this.#db, () => {
      for (const row of rows) {
        this.#expireOne(row, nowMs);
        this.#visited = row.ref;
        if (this.#now() >= endMs) return;
      }
    });
  }

  #expireOne({ ref, hash, seen_ms }: VisitedRow, nowMs: number): void {
    const sinceMs = nowMs - SESSION_KEPT_MS;
    const isOver = seen_ms < sinceMs && this.#place.get(ref) === undefined;
    this.#prune.run(ref);
    this.#expireIds.run(ref, isOver ? Number.MAX_SAFE_INTEGER : sinceMs);
    this.directs.expire(ref, isOver ? Number.MAX_SAFE_INTEGER : sinceMs);
    this.waiting.expire(ref, isOver ? Number.MAX_SAFE_INTEGER : sinceMs);
    if (!isOver) return;
    this.#expire.run(ref);
    this.#known.delete(hash);
  }
}

/** The name that somebody has behind an event. */
export function newestName(draft: Draft): string {
  switch (draft.type) {
    case "message":
      return draft.from;
    case "rename":
      return draft.to;
    case "join":
    case "leave":
    case "topic":
      return draft.name;
  }
}
