/**
 * One server a database: a lock of our own beside it.
 *
 * SQLite's own exclusive mode would keep `sqlite3` and backups out while the server runs. So the
 * server holds an operating system's lock on `FILE-lock` instead, which ends with the process,
 * however that ends. The file itself stays: removing it would let two servers lock two files of one
 * name. It is not the database's own file, because closing any handle of that one would drop the
 * locks of SQLite (POSIX), and because a lock on it shuts readers out on Windows.
 *
 * @module
 */

import { messageOfError, StoreOpenError } from "./sqlite_errors.ts";

/** A lock that is held until it is disposed, or until the process ends. */
export class DatabaseLock implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #isNew: boolean;

  /**
   * Takes the lock.
   *
   * @param databasePath The database, as the operator named it.
   * @param path The lock's own file.
   * @throws {StoreOpenError} When another process holds it, or its file cannot be made.
   */
  constructor(databasePath: string, path: string) {
    this.#path = path;
    this.#isNew = !exists(this.#path);
    try {
      this.#file = Deno.openSync(this.#path, { create: true, read: true, write: true });
    } catch (error) {
      throw new StoreOpenError(
        `cannot make ${this.#path} (${messageOfError(error)}): make its directory writable`,
      );
    }
    if (this.#file.tryLockSync(true)) return;
    this.#file.close();
    throw new StoreOpenError(
      `${databasePath} is in use by another server: stop that one, or choose another file`,
    );
  }

  /** Takes a file away that was made for nothing: the database was refused after all. */
  abandon(): void {
    if (this.#isNew) removeQuietly(this.#path);
    this[Symbol.dispose]();
  }

  /** Lets another server take it. */
  [Symbol.dispose](): void {
    this.#file.close();
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
