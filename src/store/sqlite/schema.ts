/**
 * The database file: what is in it, and how it is opened or refused. `docs/operations.md` describes
 * the tables for operators.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { dirname } from "node:path";
import { AUDIT_INDEX, AUDIT_TABLE } from "./audit.ts";
import { TERMS_TABLE } from "./search_plan.ts";
import { DIRECTS_TABLE } from "./directs.ts";
import { ERASING_TABLE } from "./erasing.ts";
import { messageOfError, openError, StoreOpenError, transact } from "./errors.ts";
import { DatabaseLock, LOCKS_DATABASE } from "./lock.ts";
import { newLogId } from "../events.ts";
import { migrate, SCHEMA_VERSION } from "./migrations.ts";
import { PRESENT_TABLE } from "./presence.ts";
import { ROOMS_TABLE } from "./rooms.ts";
import { LOBBY } from "../../protocol/messages.ts";
import { LOBBY_ID } from "../store.ts";
import { WAITING_TABLE } from "./waiting.ts";
import { DatabaseWatch, type WatchedFile, watchedFile } from "./watch.ts";

/** Marks our files (`PRAGMA application_id`): "chat" in ASCII. */
const APPLICATION_ID = 0x63686174;

/**
 * How long a commit may wait for another writer, in milliseconds. It holds up the whole server, so
 * it is as short as a person hardly notices; readers and backups never make a commit wait.
 */
const BUSY_TIMEOUT_MS = 100;

/**
 * Pages of the write-ahead log after which a commit copies them into the database: 16 MB. Where
 * many rooms talk at the same time each commit writes the last page of each, again and again, and
 * only the newest of each is copied: with 4,000 a commit takes three quarters of the time that it
 * takes with SQLite's 1,000 (measured with 100 rooms), and as long with one room.
 */
const CHECKPOINT_PAGES = 4_000;

/** What a commit survives: the end of the process, or the loss of power too. */
export type Durability = "process" | "power";

/** A database that is ready, and the lock that goes with it. */
export interface OpenDatabase {
  /** The one connection. */
  readonly db: DatabaseSync;
  /** To be disposed after the connection is closed, or abandoned when it is refused. */
  readonly lock: DatabaseLock;
  /** To be disposed after the connection is closed, and asked before anything is written. */
  readonly watch: DatabaseWatch;
}

/**
 * `search` keeps only which trigrams a message has (`detail=none`): a third of the size of a whole
 * FTS5 index and half the time to write it. `contentless_delete` would make trimming simpler, but
 * SQLite before 3.43 (Debian 12 has 3.40) cannot open such a table. `published` is filled from
 * `events` in idle time, so that a commit writes to the end of one table only.
 */
const SCHEMA = `
  ${ROOMS_TABLE};
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT,
    new_name TEXT,
    reason TEXT,
    action INTEGER,
    id TEXT,
    session INTEGER,
    folded TEXT,
    by TEXT,
    erases TEXT
  ) STRICT;
  CREATE INDEX events_notable ON events (seq) WHERE type <> 'message';
  CREATE TABLE sessions (
    ref INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    seen_ms INTEGER NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0,
    last_direct INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE published (
    session INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (session, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE bans (
    key TEXT PRIMARY KEY,
    shown TEXT NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    until_ms INTEGER
  ) STRICT;
  ${AUDIT_TABLE};
  ${AUDIT_INDEX};
  ${PRESENT_TABLE};
  CREATE VIRTUAL TABLE search USING fts5(
    text, content = '', columnsize = 0, detail = none, tokenize = 'trigram'
  );
  INSERT INTO search(search, rank) VALUES ('automerge', 0);
`;

/**
 * Opens a database, or makes it where the file does not exist or is empty. A refusal changes
 * nothing and leaves nothing behind.
 *
 * @param path The file; its directory must exist.
 * @param durability What a commit survives.
 * @param options.locksDatabase False: as on systems that cannot lock the database's own file.
 * @param options.now A monotonic clock in milliseconds, for the watch over the files.
 * @throws {StoreOpenError} One line: what is wrong, the path, what to try.
 */
export function openDatabase(
  path: string,
  durability: Durability,
  options: { readonly locksDatabase?: boolean; readonly now?: () => number } = {},
): OpenDatabase {
  checkPath(path);
  const lock = new DatabaseLock(path, `${realPath(path)}-lock`);
  using files = new DisposableStack();
  let db: DatabaseSync | undefined;
  try {
    // Under the lock: closing a second handle on a database in use would drop SQLite's own locks.
    checkHeader(path);
    const isLocked = lock.lockDatabase(options.locksDatabase ?? LOCKS_DATABASE);
    db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    // What is moved to another page leaves no copy behind, so that all of a text can be erased. Not
    // a page more is written for that.
    db.exec("PRAGMA secure_delete = FAST");
    if (versionOf(db) === 0) createSchema(db);
    if (versionOf(db) < SCHEMA_VERSION) migrateFile(db);
    // The header that was checked may be older than the newest commit, which is still in the log.
    checkVersion(path, versionOf(db));
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${durability === "power" ? "FULL" : "NORMAL"};
      PRAGMA cache_size = -16384;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA temp_store = MEMORY;
      PRAGMA journal_size_limit = 67108864;
      ${DIRECTS_TABLE};
      ${WAITING_TABLE};
      ${ERASING_TABLE};
      ${TERMS_TABLE};
    `);
    // The first reading makes the files beside it.
    versionOf(db);
    const database = files.use(watchedFile(path));
    const others: WatchedFile[] = [];
    const paths = ["-wal", "-shm"].map((suffix) => realPath(path) + suffix);
    if (!isLocked) paths.push(lock.path);
    for (const other of paths) if (isThere(other)) others.push(files.use(watchedFile(other)));
    const kept = files.move();
    const watched = { database, others, [Symbol.dispose]: () => kept.dispose() };
    return { db, lock, watch: new DatabaseWatch(watched, options.now) };
  } catch (error) {
    if (db?.isOpen) db.close();
    lock.abandon();
    throw openError(path, error);
  }
}

/**
 * In one transaction and before WAL, so that the marks are in the file itself from the beginning.
 */
function createSchema(db: DatabaseSync): void {
  db.exec("BEGIN EXCLUSIVE");
  db.exec(SCHEMA);
  db.prepare("INSERT INTO rooms (id, name, log) VALUES (?, ?, ?)")
    .run(LOBBY_ID, LOBBY, newLogId());
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  db.exec("COMMIT");
}

/** The new version is in the file's own header before anything else. */
function migrateFile(db: DatabaseSync): void {
  transact(db, () => migrate(db));
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

function checkPath(path: string): void {
  if (isMissing(dirname(path))) {
    throw new StoreOpenError(
      `cannot use ${path}: the directory ${dirname(path)} does not exist; make it first`,
    );
  }
  if (isDirectory(path)) {
    throw new StoreOpenError(`cannot use ${path}: it is a directory; name a file in it`);
  }
}

/**
 * Reads the file's header by hand: SQLite itself would already write beside a database that is not
 * ours. The header is 100 bytes, big-endian:
 * https://sqlite.org/fileformat.html#the_database_header.
 */
function checkHeader(path: string): void {
  const header = new Uint8Array(100);
  const length = readHeader(path, header);
  if (length === 0) return;
  const magic = new TextDecoder().decode(header.subarray(0, 16));
  if (length < header.length || magic !== "SQLite format 3\0") {
    throw new StoreOpenError(`${path} is not a database: choose another file`);
  }
  const view = new DataView(header.buffer);
  if (view.getUint32(68) !== APPLICATION_ID) {
    throw new StoreOpenError(
      `${path} is a database of another application, not of chat: choose another file`,
    );
  }
  checkVersion(path, view.getUint32(60));
}

function checkVersion(path: string, version: number): void {
  if (version <= SCHEMA_VERSION) return;
  throw new StoreOpenError(
    `${path} has schema version ${version}, this chat knows ${SCHEMA_VERSION}: ` +
      "use the newer chat that wrote it",
  );
}

/** Opens it for writing too, which a read-only file does not survive. Returns 0 for no file. */
function readHeader(path: string, header: Uint8Array): number {
  try {
    using file = Deno.openSync(path, { read: true, write: true });
    return file.readSync(header) ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw new StoreOpenError(
      `cannot read and write ${path} (${messageOfError(error)}): ` +
        "change its permissions, or choose another file",
      { cause: error },
    );
  }
}

/** Two names of one file (symbolic links) are one database, and must be one lock. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

/** Whether there is a file; not being allowed to look counts as no. */
function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Not being allowed to look is not the same as missing: the grant may be for the file alone. */
function isMissing(path: string): boolean {
  try {
    return !Deno.statSync(path).isDirectory;
  } catch (error) {
    return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
  }
}

/** Not being allowed to look counts as no. */
function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
