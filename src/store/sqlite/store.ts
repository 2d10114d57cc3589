/**
 * Keeps the events of all rooms in a SQLite database (`--db FILE`): everything, over restarts.
 *
 * A commit writes to the end of each room in one table and nothing else that grows. What makes
 * searching and resuming fast follows in idle time, through {@linkcode SqliteStore.maintain}; until
 * it has, the same answers are found by reading the few newest rows.
 *
 * In `sqlite/` lives all that knows SQL.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { LogEvent } from "../../protocol/messages.ts";
import { eventOf } from "../events.ts";
import { SqliteAudit } from "./audit.ts";
import { readBans } from "./bans.ts";
import { SqliteErasing } from "./erasing.ts";
import { openError, orUnavailable, rollBack, transact, unavailable } from "./errors.ts";
import { MAINTENANCE_ROWS, SqliteIndex } from "./search_index.ts";
import { loadSessions } from "./loading.ts";
import { SCHEMA_VERSION } from "./migrations.ts";
import { SqlitePresence } from "./presence.ts";
import { SqliteReader } from "./reader.ts";
import type { SqliteRoom } from "./room.ts";
import { SqliteRooms } from "./rooms.ts";
import { SqliteMaintenance } from "./maintenance.ts";
import { SqliteRefolding } from "./refolding.ts";
import type { Removed, Retain } from "./retention.ts";
import { type Durability, type OpenDatabase, openDatabase } from "./schema.ts";
import { SqliteSearch, type SqliteSearchOptions } from "./search.ts";
import { SqliteSessions } from "./sessions.ts";
import type { DatabaseWatch } from "./watch.ts";
import { EventWriter } from "./writer.ts";
import type { Ban, Entry, Note, Present, Store, StoredRoom } from "../store.ts";
import type { RoomStore } from "../room_store.ts";
import type { SessionBounds, StoredSession } from "../stored_sessions.ts";
import type { AuditOptions, AuditStore } from "../audit.ts";

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
export interface SqliteStoreParts
  extends
    Omit<SqliteStoreOptions, "durability">,
    Pick<SqliteSearchOptions, "scanFirstRows">,
    AuditOptions {
  /** A monotonic clock in milliseconds, for steps and budgets; default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Opens a database, or makes it.
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

/** All rooms in one database. */
export class SqliteStore implements Store {
  /** See {@linkcode Store.audit}. */
  readonly audit: AuditStore;
  readonly #lock: Disposable;
  readonly #watch: DatabaseWatch;
  readonly #db: DatabaseSync;
  readonly #rooms: SqliteRooms;
  readonly #sessions: SqliteSessions;
  readonly #presence: SqlitePresence;
  readonly #maintenance: SqliteMaintenance;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #writer: EventWriter;

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
    const rooms = new SqliteRooms(db, {
      reader: new SqliteReader(db, parts),
      search: new SqliteSearch(db, parts),
    });
    this.#rooms = rooms;
    this.#sessions = new SqliteSessions(db, rooms, parts);
    this.#presence = new SqlitePresence(db);
    const index = new SqliteIndex(db, rooms);
    const erasing = new SqliteErasing(db, index);
    this.#maintenance = new SqliteMaintenance({
      db,
      rooms,
      index,
      erasing,
      refolding: new SqliteRefolding(db, rooms, index),
      sessions: this.#sessions,
      retain: parts.retain ?? {},
      onRemoved: parts.onRemoved,
    });
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    this.#writer = new EventWriter({
      db,
      rooms,
      sessions: this.#sessions,
      presence: this.#presence,
      erasing,
    });
    this.audit = new SqliteAudit(db, this.#watch, parts);
  }

  /**
   * What has become of the database, in one line: somebody has taken its files away. Nothing is
   * written any more then; what is still there can be read. Undefined: all is well.
   */
  get lost(): string | undefined {
    return this.#watch.lost;
  }

  /** See {@linkcode Store.rooms}. @throws {StoreUnavailable} When the database cannot be read. */
  rooms(): StoredRoom[] {
    return orUnavailable(() => this.#rooms.stored());
  }

  /** Nothing has ever happened in it. */
  get isEmpty(): boolean {
    return this.#rooms.isEmpty;
  }

  /**
   * Gives the lobby the log that other servers have.
   *
   * @param log Another one than its own where the database is empty, or the stream begun anew.
   * @throws {StoreUnavailable} When it cannot be written.
   */
  setLobbyLog(log: string): void {
    orUnavailable(() => this.#rooms.setLobbyLog(log));
  }

  /** See {@linkcode Store.room}. */
  room(id: number): RoomStore {
    return this.#rooms.get(id);
  }

  /** See {@linkcode Store.newRoomId}. @throws {StoreUnavailable} When it cannot be read. */
  newRoomId(): number {
    return orUnavailable(() => this.#rooms.newId());
  }

  /** See {@linkcode Store.newestRoomId}. @throws {StoreUnavailable} When it cannot be read. */
  get newestRoomId(): number {
    return orUnavailable(() => this.#rooms.newestId);
  }

  /**
   * Keeps the entries in one transaction.
   *
   * @param entries What happened, oldest first.
   * @param at ISO 8601 in UTC with milliseconds.
   * @param notes What is to be kept with them.
   * @returns The events, in the same order.
   * @throws {StoreUnavailable} When they cannot be kept; then nothing has changed, and the next
   * call tries afresh.
   */
  append(entries: readonly Entry[], at: string, notes: readonly Note[] = []): LogEvent[] {
    if (entries.length + notes.length === 0) return [];
    this.#watch.check();
    const events: LogEvent[] = [];
    const made: SqliteRoom[] = [];
    try {
      this.#begin.run();
      for (const note of notes) if (note.type === "room") made.push(this.#rooms.make(note));
      for (const { room, draft } of entries) {
        events.push(eventOf(draft, this.#rooms.nextSeq(room), at));
      }
      this.#writer.writeDirects(notes, at);
      this.#writer.write(entries, events, at);
      this.#writer.writeNotes(notes);
      this.#commit.run();
    } catch (error) {
      for (let n = events.length - 1; n >= 0; n--) this.#rooms.get(entries[n]!.room).lastSeq--;
      for (const room of made) this.#rooms.forget(room);
      this.#sessions.forget();
      rollBack(this.#db);
      throw unavailable(error);
    }
    for (const note of notes) {
      if (note.type === "room-gone") this.#rooms.gone.add(this.#rooms.get(note.id));
    }
    return events;
  }

  /** See {@linkcode Store.tryWriting}: writes one page. @throws {StoreUnavailable} */
  tryWriting(): void {
    this.#watch.check();
    const same = `PRAGMA user_version = ${SCHEMA_VERSION}`;
    orUnavailable(() => transact(this.#db, () => this.#db.exec(same)));
  }

  /**
   * The sessions that were heard of since a time, or are present. Meant for the start: it first
   * files all ids that are not filed yet, which takes a second or two after a million events in a
   * hurry; a million sessions with an id each take 3 s more.
   *
   * @param sinceMs Milliseconds since 1970; what is kept may lag by a second.
   * @throws {StoreUnavailable} When the database cannot be read or written.
   */
  *sessions(sinceMs: number, bounds: SessionBounds): Iterable<StoredSession> {
    try {
      for (const room of this.#rooms.all()) this.#sessions.file(room, room.lastSeq);
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
   * to be kept. Holds the server up for 1 to 5 ms, whatever the texts. To be called now and then,
   * and again soon while it returns true.
   *
   * @param nowMs Milliseconds since 1970.
   * @param budgetRows At most this many rows of each kind; default {@linkcode MAINTENANCE_ROWS}.
   * @returns There is more to do.
   * @throws {StoreUnavailable} When the database cannot be written; the next call tries again.
   */
  maintain(nowMs: number, budgetRows: number = MAINTENANCE_ROWS): boolean {
    if (this.#watch.look() !== undefined) return false;
    return orUnavailable(() => this.#maintenance.step(nowMs, budgetRows));
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
