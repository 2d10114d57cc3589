/**
 * Keeps the events of a room in a SQLite database (`--db FILE`): everything, over restarts.
 *
 * A commit writes to the end of one table and nothing else that grows. What makes searching and
 * resuming fast follows in idle time, through {@linkcode SqliteStore.tidy}; until it has, the same
 * answers are found by reading the few newest rows.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { LogEvent } from "../protocol/messages.ts";
import { eventOf } from "./memory_store.ts";
import { deleteBan, readBans, writeBan } from "./sqlite_bans.ts";
import { reasonOf, StoreOpenError, unavailable } from "./sqlite_errors.ts";
import { Meta, rollBack } from "./sqlite_meta.ts";
import { presentIn } from "./sqlite_presence.ts";
import type { Retain } from "./sqlite_retention.ts";
import { type EventRow, fromRow, ROW_COLUMNS } from "./sqlite_rows.ts";
import { type Durability, type OpenDatabase, openDatabase } from "./sqlite_schema.ts";
import { SqliteSearch } from "./sqlite_search.ts";
import { SqliteSessions } from "./sqlite_sessions.ts";
import { SqliteUpkeep } from "./sqlite_upkeep.ts";
import { EventWriter } from "./sqlite_writer.ts";
import type { Ban, Entry, Lookup, Page, Present, Store, StoredSession } from "./store.ts";

/** Rows of one step of {@linkcode SqliteStore.tidy}: about 5 ms. */
export const TIDY_ROWS = 256;

/** How a database is opened. */
export interface SqliteStoreOptions {
  /** What a commit survives. */
  readonly durability: Durability;
  /** What is kept; default: everything. */
  readonly retain?: Retain;
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
    return new SqliteStore(database, { retain: options.retain ?? {} });
  } catch (error) {
    database.db.close();
    database.lock.abandon();
    throw new StoreOpenError(`cannot use ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** A room's events in a database. */
export class SqliteStore implements Store {
  /** Made with the file. */
  readonly logId: string;
  /** Everything is kept that `retain` does not take away. */
  readonly windowOnly = false;

  readonly #lock: Disposable;
  readonly #db: DatabaseSync;
  readonly #search: SqliteSearch;
  readonly #sessions: SqliteSessions;
  readonly #upkeep: SqliteUpkeep;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #writer: EventWriter;
  readonly #before: StatementSync;
  #lastSeq: number;

  /**
   * Takes a database over; {@linkcode openSqliteStore} opens one.
   *
   * @param database Closed by {@linkcode SqliteStore.close}.
   * @param options.retain What is kept; default: everything.
   * @param options.now A monotonic clock in milliseconds for the budget of searches.
   */
  constructor(
    database: OpenDatabase,
    options: { readonly retain?: Retain; readonly now?: () => number } = {},
  ) {
    const db = database.db;
    this.#db = db;
    this.#lock = database.lock;
    const meta = new Meta(db);
    this.logId = meta.logId;
    this.#search = new SqliteSearch(db, meta, options);
    this.#sessions = new SqliteSessions(db, meta);
    this.#upkeep = new SqliteUpkeep({
      db,
      meta,
      search: this.#search,
      sessions: this.#sessions,
      retain: options.retain ?? {},
    });
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    this.#writer = new EventWriter(db, this.#sessions);
    this.#before = db.prepare(
      `SELECT ${ROW_COLUMNS} FROM events WHERE seq < ? ORDER BY seq DESC LIMIT ?`,
    );
    const newest = Number(db.prepare("SELECT max(seq) AS seq FROM events").get()?.["seq"] ?? 0);
    this.#lastSeq = Math.max(newest, meta.get("last_seq"));
  }

  /** `seq` of the newest event, 0 when there is none. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * Keeps the entries in one transaction.
   *
   * @param entries What happened, oldest first.
   * @param at ISO 8601 in UTC with milliseconds.
   * @returns The events, in the same order.
   * @throws {StoreUnavailable} When they cannot be kept; then nothing has changed, and the next call
   * tries afresh.
   */
  append(entries: readonly Entry[], at: string): LogEvent[] {
    if (entries.length === 0) return [];
    try {
      this.#begin.run();
      this.#writer.write(entries, this.#lastSeq + 1, at);
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
    try {
      const end = Math.min(before, this.#lastSeq + 1);
      const rows = this.#before.all(end, limit + 1) as unknown as EventRow[];
      const more = rows.length > limit;
      if (more) rows.pop();
      return { events: rows.reverse().map(fromRow), more };
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * The newest messages that hold all words of the query, falling by `seq`.
   *
   * @param query Words divided by white space; compared without case; never query syntax.
   * @param limit At most this many, 1 or more.
   * @returns `more` also when the search was stopped, so that it does not hold the server up.
   * @throws {StoreUnavailable} When the database cannot be read.
   */
  *search(query: string, limit: number): Lookup<Page> {
    try {
      return yield* this.#search.find(query, limit, this.#lastSeq);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * The sessions that were heard of since a time. Meant for the start: it first files all ids that
   * are not filed yet, which takes a second or two after a million events in a hurry.
   *
   * @param sinceMs Milliseconds since 1970; what is kept may lag by a second.
   * @param maxIds At most this many ids of each, the newest; more than 1,000 are not kept.
   * @throws {StoreUnavailable} When the database cannot be read or written.
   */
  sessions(sinceMs: number, maxIds: number): StoredSession[] {
    try {
      this.#sessions.file(this.#lastSeq);
      return this.#sessions.load(sinceMs, maxIds);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** The bans that were kept, oldest first. */
  bans(): Ban[] {
    return readBans(this.#db);
  }

  /**
   * Keeps a ban, in place of one with the same key.
   *
   * @throws {StoreUnavailable} When it cannot be kept.
   */
  keepBan(ban: Ban): void {
    try {
      writeBan(this.#db, ban);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * Drops a ban.
   *
   * @throws {StoreUnavailable} When that cannot be kept.
   */
  dropBan(key: string): void {
    try {
      deleteBan(this.#db, key);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * Who was here when the database was last written. Meant for the start.
   *
   * @throws {StoreUnavailable} When the database cannot be read.
   */
  present(): Present[] {
    try {
      return presentIn(this.#db);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * One small step of the work that can wait: the index, the ids of sessions, and what is no longer
   * to be kept. Holds the server up for about 5 ms. To be called now and then, and again soon while
   * it returns true.
   *
   * @param nowMs Milliseconds since 1970.
   * @param budgetRows At most this many rows of each kind; default {@linkcode TIDY_ROWS}.
   * @returns There is more to do.
   * @throws {StoreUnavailable} When the database cannot be written; the next call tries again.
   */
  tidy(nowMs: number, budgetRows: number = TIDY_ROWS): boolean {
    try {
      return this.#upkeep.step(this.#lastSeq, nowMs, budgetRows);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Closes the database and lets another server have it. */
  close(): void {
    this.#db.close();
    this.#lock[Symbol.dispose]();
  }
}
