/**
 * Keeps the events of a room in a SQLite database (`--db FILE`): everything, over restarts.
 *
 * A commit writes to the end of one table and nothing else that grows. What makes searching and
 * resuming fast follows in idle time, through {@linkcode SqliteStore.maintain}; until it has, the same
 * answers are found by reading the few newest rows.
 *
 * In `sqlite/` lives all that knows SQL.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Fits } from "../../protocol/limits.ts";
import type { LogEvent } from "../../protocol/messages.ts";
import { eventOf } from "../events.ts";
import { readBans } from "./bans.ts";
import { openError, orUnavailable, stepsOrUnavailable, unavailable } from "./errors.ts";
import { MAINTENANCE_ROWS, SqliteIndex } from "./index.ts";
import { Meta, rollBack } from "./meta.ts";
import { loadSessions } from "./loading.ts";
import { SqlitePresence } from "./presence.ts";
import { SqliteReader } from "./reader.ts";
import { type Removed, type Retain, SqliteMaintenance } from "./maintenance.ts";
import { type Durability, type OpenDatabase, openDatabase } from "./schema.ts";
import { SqliteSearch } from "./search.ts";
import { SqliteSessions } from "./sessions.ts";
import type { DatabaseWatch } from "./watch.ts";
import { EventWriter } from "./writer.ts";
import { LOBBY, LOBBY_NAME, StoreUnavailable } from "../store.ts";
import type {
  Ban,
  Entry,
  Lookup,
  Matches,
  Note,
  Page,
  Place,
  Present,
  RoomStore,
  SessionBounds,
  Store,
  StoredRoom,
  StoredSession,
  TailBounds,
  TalkBounds,
} from "../store.ts";

/** How a database is opened. */
export interface SqliteStoreOptions {
  /** What a commit survives. */
  readonly durability: Durability;
  /** What is kept; default: everything. */
  readonly retain?: Retain;
  /** Told of what `retain` has taken away, a few events at a time. */
  readonly onRemoved?: (removed: Removed) => void;
  /** Told once, when somebody has taken the database away: what has happened. */
  readonly onLost?: (what: string) => void;
}

/** How {@linkcode SqliteStore} works on a database that is open. */
export interface SqliteStoreParts extends Omit<SqliteStoreOptions, "durability"> {
  /** A monotonic clock in milliseconds, for steps and budgets; default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Opens the database of a room, or makes it.
 *
 * @param path The file; its directory must exist.
 * @param options How.
 * @throws {StoreOpenError} One line: what is wrong, the path, what to try. Nothing was changed.
 */
export function openSqliteStore(path: string, options: SqliteStoreOptions): SqliteStore {
  const database = openDatabase(path, options.durability);
  try {
    return new SqliteStore(database, options);
  } catch (error) {
    database.db.close();
    database.watch[Symbol.dispose]();
    database.lock.abandon();
    throw openError(path, error);
  }
}

/** A room's events in a database. */
export class SqliteStore implements Store, RoomStore {
  readonly id: number = LOBBY;

  /** Made with the file. */
  readonly logId: string;
  /** Everything is kept that `retain` does not take away. */
  readonly windowOnly = false;

  readonly #lock: Disposable;
  readonly #watch: DatabaseWatch;
  readonly #db: DatabaseSync;
  readonly #reader: SqliteReader;
  readonly #search: SqliteSearch;
  readonly #index: SqliteIndex;
  readonly #sessions: SqliteSessions;
  readonly #presence: SqlitePresence;
  readonly #maintenance: SqliteMaintenance;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #writer: EventWriter;
  #lastSeq: number;

  /**
   * Takes a database over; {@linkcode openSqliteStore} opens one.
   *
   * @param database Closed by {@linkcode SqliteStore.close}.
   * @param parts How.
   */
  constructor(database: OpenDatabase, parts: SqliteStoreParts = {}) {
    const db = database.db;
    this.#db = db;
    this.#lock = database.lock;
    this.#watch = database.watch;
    this.#watch.onLost = parts.onLost;
    const meta = new Meta(db);
    this.logId = meta.logId;
    this.#reader = new SqliteReader(db, parts);
    this.#search = new SqliteSearch(db, parts);
    this.#index = new SqliteIndex(db, meta);
    this.#sessions = new SqliteSessions(db, meta, parts);
    this.#presence = new SqlitePresence(db);
    this.#maintenance = new SqliteMaintenance({
      db,
      meta,
      index: this.#index,
      sessions: this.#sessions,
      retain: parts.retain ?? {},
      onRemoved: parts.onRemoved,
    });
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    this.#writer = new EventWriter(db, this.#sessions, this.#presence);
    const newest = Number(db.prepare("SELECT max(seq) AS seq FROM events").get()?.["seq"] ?? 0);
    this.#lastSeq = Math.max(newest, meta.get("last_seq"));
  }

  /** `seq` of the newest event, 0 when there is none. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * What has become of the database, in one line: somebody has taken its files away. Nothing is
   * written any more then; what is still there can be read. Undefined: all is well.
   */
  get lost(): string | undefined {
    return this.#watch.lost;
  }

  /**
   * Keeps the entries in one transaction.
   *
   * @param entries What happened, oldest first.
   * @param at ISO 8601 in UTC with milliseconds.
   * @param notes What is to be kept with them.
   * @returns The events, in the same order.
   * @throws {StoreUnavailable} When they cannot be kept; then nothing has changed, and the next call
   * tries afresh.
   */
  append(entries: readonly Entry[], at: string, notes: readonly Note[] = []): LogEvent[] {
    if (entries.length + notes.length === 0) return [];
    this.#watch.check();
    try {
      this.#begin.run();
      this.#writer.write(entries, this.#lastSeq + 1, at);
      this.#writer.writeNotes(notes, at);
      this.#commit.run();
    } catch (error) {
      this.#sessions.forget();
      rollBack(this.#db);
      throw unavailable(error);
    }
    const events: LogEvent[] = [];
    for (const entry of entries) events.push(eventOf(entry.draft, ++this.#lastSeq, at));
    return events;
  }

  /**
   * The newest events before a `seq`, rising by `seq`.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   * @param limit At most this many, 1 or more.
   * @throws {StoreUnavailable} When the database cannot be read.
   */
  before(before: number, limit: number): Page {
    return orUnavailable(() => this.#reader.before(Math.min(before, this.#lastSeq + 1), limit));
  }

  /**
   * The newest events without a hole, rising by `seq`. Meant for the start and for a log that is made
   * late: 50,000 events take some 50 ms.
   *
   * @throws {StoreUnavailable} When the database cannot be read.
   */
  tail(bounds: TailBounds): LogEvent[] {
    return orUnavailable(() => this.#reader.tail(bounds, this.#lastSeq));
  }

  /**
   * Where the newest messages are, rising by `seq`. Meant for the start.
   *
   * @param limit At most this many.
   * @throws {StoreUnavailable} When the database cannot be read.
   */
  places(limit: number): Place[] {
    return orUnavailable(() => this.#reader.places(limit));
  }

  /** See {@linkcode Store.page}. @throws {StoreUnavailable} When the database cannot be read. */
  *page(before: number, limit: number, fits: Fits = always): Lookup<Page> {
    const end = Math.min(before, this.#lastSeq + 1);
    return yield* stepsOrUnavailable(this.#reader.page(end, limit, fits));
  }

  /** See {@linkcode Store.talk}. @throws {StoreUnavailable} When it cannot be read. */
  *talk(before: number, bounds: TalkBounds, fits: Fits = always): Lookup<Page> {
    const end = Math.min(before, this.#lastSeq + 1);
    return yield* stepsOrUnavailable(this.#reader.talk(end, bounds, fits));
  }

  /** See {@linkcode Store.pageAfter}. @throws {StoreUnavailable} When it cannot be read. */
  *pageAfter(after: number, limit: number, fits: Fits = always): Lookup<Page> {
    return yield* stepsOrUnavailable(this.#reader.pageAfter(after, limit, fits));
  }

  /** See {@linkcode RoomStore.matches}. @throws {StoreUnavailable} When it cannot be read. */
  *matches(words: readonly string[]): Matches {
    const range = { base: 0, indexed: this.#index.indexed, last: this.#lastSeq };
    yield* stepsOrUnavailable(this.#search.find(words, range));
  }

  rooms(): StoredRoom[] {
    const state = { topic: null, key: null, keeper: null, unlisted: false, lastMessageAtMs: null };
    return [{ id: LOBBY, name: LOBBY_NAME, log: this.logId, ...state }];
  }

  room(_id: number): RoomStore {
    return this;
  }

  newRoomId(): number {
    throw new StoreUnavailable("this database keeps one room");
  }

  /**
   * The sessions that were heard of since a time, or are in the room. Meant for the start: it first
   * files all ids that are not filed yet, which takes a second or two after a million events in a
   * hurry; a million sessions with an id each take 3 s more.
   *
   * @param sinceMs Milliseconds since 1970; what is kept may lag by a second.
   * @throws {StoreUnavailable} When the database cannot be read or written.
   */
  *sessions(sinceMs: number, bounds: SessionBounds): Iterable<StoredSession> {
    try {
      this.#sessions.file(this.#lastSeq);
      yield* loadSessions(this.#db, sinceMs, bounds);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** The bans that were kept, oldest first. @throws {StoreUnavailable} When it cannot be read. */
  bans(): Ban[] {
    return orUnavailable(() => readBans(this.#db));
  }

  /**
   * Who was here when the database was last written. Meant for the start.
   *
   * @throws {StoreUnavailable} When the database cannot be read.
   */
  present(): Present[] {
    return orUnavailable(() => this.#presence.all());
  }

  /**
   * One small step of the work that can wait: the index, the ids of sessions, and what is no longer
   * to be kept. Holds the server up for 1 to 5 ms, whatever the texts. To be called now and then, and
   * again soon while it returns true.
   *
   * @param nowMs Milliseconds since 1970.
   * @param budgetRows At most this many rows of each kind; default {@linkcode MAINTENANCE_ROWS}.
   * @returns There is more to do.
   * @throws {StoreUnavailable} When the database cannot be written; the next call tries again.
   */
  maintain(nowMs: number, budgetRows: number = MAINTENANCE_ROWS): boolean {
    if (this.#watch.look() !== undefined) return false;
    return orUnavailable(() => this.#maintenance.step(this.#lastSeq, nowMs, budgetRows));
  }

  /** Closes the database and lets another server have it. */
  close(): void {
    try {
      this.#db.close();
    } finally {
      this.#watch[Symbol.dispose]();
      this.#lock[Symbol.dispose]();
    }
  }
}

function always(): boolean {
  return true;
}
