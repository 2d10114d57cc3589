/**
 * One server a database: locks of our own.
 *
 * SQLite's own exclusive mode would keep `sqlite3` and backups out while the server runs. So the
 * server holds an operating system's lock on `FILE-lock` instead, which ends with the process,
 * however that ends. The file itself stays: removing it would let two servers lock two files of one
 * name.
 *
 * But somebody else may remove it, and a hard link to the database has another `FILE-lock`. So on
 * Linux the database's own file is locked too, with `flock`, which there has nothing to do with the
 * locks of SQLite (measured). Elsewhere the two would get into each other's way, or shut readers
 * out: there a database with two names is refused, and a lock that is removed counts as a loss (see
 * `watch.ts`).
 *
 * @module
 */

import { messageOfError, StoreOpenError } from "./errors.ts";

/** Whether the database's own file can be locked, too. */
export const LOCKS_DATABASE: boolean = Deno.build.os === "linux";

/** What people say is for the server's eyes only. SQLite gives `-wal` and `-shm` the same mode. */
const MODE = 0o600;

/** A lock that is held until it is disposed, or until the process ends. */
export class DatabaseLock implements Disposable {
  /** The lock's own file. */
  readonly path: string;
  readonly #databasePath: string;
  readonly #file: Deno.FsFile;
  readonly #isNew: boolean;
  #database: Deno.FsFile | undefined;
  #isDatabaseNew = false;

  /**
   * Takes the lock of the lock's own file.
   *
   * @param databasePath The database, as the operator named it.
   * @param path The lock's own file.
   * @throws {StoreOpenError} When another process holds it, or its file cannot be made.
   */
  constructor(databasePath: string, path: string) {
    this.path = path;
    this.#databasePath = databasePath;
    this.#isNew = !exists(this.path);
    try {
      this.#file = Deno.openSync(this.path, { create: true, read: true, write: true, mode: MODE });
    } catch (error) {
      throw new StoreOpenError(
        `cannot make ${this.path} (${messageOfError(error)}): make its directory writable`,
      );
    }
    if (this.#file.tryLockSync(true)) return;
    this.#file.close();
    throw inUse(databasePath);
  }

  /**
   * Locks the database's own file, which is made if it does not exist. To be called before SQLite
   * opens it.
   *
   * @param locksDatabase False: as on systems where that is impossible.
   * @returns Whether it is locked; otherwise nobody may remove the lock's own file.
   * @throws {StoreOpenError} When another server has it, under another name.
   */
  lockDatabase(locksDatabase: boolean = LOCKS_DATABASE): boolean {
    const path = this.#databasePath;
    if (locksDatabase) {
      this.#database = this.#openDatabase();
      const isLocked = tryLock(this.#database);
      if (isLocked === false) throw inUse(path);
      if (isLocked) return true;
    }
    if (!exists(path)) this.#openDatabase().close();
    const names = exists(path) ? Deno.statSync(path).nlink ?? 1 : 1;
    if (names <= 1) return false;
    throw new StoreOpenError(
      `${path} has ${names} names (hard links), and SQLite keeps a log for each name: ` +
        "remove the others, or choose another file",
    );
  }

  /** Only a file that was made here may be taken away again. */
  #openDatabase(): Deno.FsFile {
    const options = { read: true, write: true, mode: MODE };
    try {
      const file = Deno.openSync(this.#databasePath, { ...options, createNew: true });
      this.#isDatabaseNew = true;
      return file;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      return Deno.openSync(this.#databasePath, options);
    }
  }

  /** Takes files away that were made for nothing: the database was refused after all. */
  abandon(): void {
    if (this.#isNew) removeQuietly(this.path);
    if (this.#isDatabaseNew) removeQuietly(this.#databasePath);
    this[Symbol.dispose]();
  }

  /** Lets another server take it. To be called after SQLite has closed the database. */
  [Symbol.dispose](): void {
    this.#database?.close();
    this.#file.close();
  }
}

function inUse(path: string): StoreOpenError {
  return new StoreOpenError(
    `${path} is in use by another server: stop that one, or choose another file`,
  );
}

/** Undefined where the file system has no such locks. */
function tryLock(file: Deno.FsFile): boolean | undefined {
  try {
    return file.tryLockSync(true);
  } catch {
    return undefined;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // An empty file beside a refused database harms nobody.
  }
}
