/**
 * Notices when the files of a database are taken away while the server runs. SQLite would go on
 * writing into a file that nobody will ever find again, and every message would be acknowledged.
 *
 * Names cannot be looked at any more once the permissions are given back, but descriptors that were
 * opened before can (`fstat` through `node:fs`; measured). A file that was deleted, or replaced by
 * another, has no name left; one that was cut is shorter; one that was written over has another
 * header. What stays unnoticed: a file that was given another name.
 *
 * Closing any descriptor of a file drops the locks of SQLite on it (POSIX), so these are closed
 * after the database.
 *
 * @module
 */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StoreUnavailable } from "../store.ts";

/**
 * How long a look is good for, in milliseconds: it takes 20 µs, so that a flood does not feel it.
 */
const LOOK_MS = 10;

/** What can be seen of a file that is open. */
export interface Sight {
  /** How many names it has; undefined where the system does not tell. */
  readonly links: number | undefined;
  /** Its bytes. */
  readonly size: number;
}

/** A file that is watched over. */
export interface WatchedFile {
  /** Its path, for people. */
  readonly path: string;
  /** Looks at it. */
  readonly look: () => Sight;
}

/** The database's own file. */
export interface WatchedDatabase extends WatchedFile {
  /** Reads its first 100 bytes; fewer when there are fewer. */
  readonly readHeader: () => Uint8Array;
}

/** The files of a database, and how to let go of them. */
export interface WatchedFiles extends Disposable {
  /** The database's own file. */
  readonly database: WatchedDatabase;
  /** Those beside it: while one of them is missing, what is written may be lost. */
  readonly others: readonly WatchedFile[];
}

/** What the header says: https://sqlite.org/fileformat.html#the_database_header, big-endian. */
interface Header {
  readonly magic: string;
  readonly applicationId: number;
  /** Never goes back. */
  readonly changes: number;
  /** Grows with each VACUUM, the only thing that makes a database shorter. */
  readonly cookie: number;
}

/** Looks at the database's files when it is asked, at most once in `LOOK_MS`. */
export class DatabaseWatch implements Disposable {
  /** Told once what has happened. */
  onLost: ((what: string) => void) | undefined;
  readonly #files: WatchedFiles;
  readonly #now: () => number;
  #header: Header | undefined;
  #size: number;
  #lookedMs: number;
  #lost: string | undefined;

  /**
   * Begins to watch: everything is right as it is now.
   *
   * @param files Closed by it.
   * @param now A monotonic clock in milliseconds.
   */
  constructor(files: WatchedFiles, now: () => number = () => performance.now()) {
    this.#files = files;
    this.#now = now;
    this.#size = files.database.look().size;
    this.#header = parseHeader(files.database.readHeader());
    this.#lookedMs = now();
  }

  /** What has happened to the database, in one line without a full stop; undefined: nothing. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** Looks again, unless it has just done so. Once lost, a database stays so. */
  look(): string | undefined {
    const nowMs = this.#now();
    if (this.#lost === undefined && nowMs - this.#lookedMs >= LOOK_MS) {
      this.#lookedMs = nowMs;
      this.#lost = this.#whatIsWrong();
      if (this.#lost !== undefined) this.onLost?.(this.#lost);
    }
    return this.#lost;
  }

  /**
   * Looks again before something is written.
   *
   * @throws {StoreUnavailable} When the database is lost.
   */
  check(): void {
    const lost = this.look();
    if (lost === undefined) return;
    throw new StoreUnavailable(`${lost}: nothing is kept any more; see docs/operations.md`);
  }

  /** To be called after the database is closed. */
  [Symbol.dispose](): void {
    this.#files[Symbol.dispose]();
  }

  #whatIsWrong(): string | undefined {
    const { database, others } = this.#files;
    const { path } = database;
    const { links, size } = database.look();
    if (links === 0) return `${path} was deleted or replaced while the server ran`;
    const header = parseHeader(database.readHeader());
    const was = this.#header;
    this.#header = header;
    if (was !== undefined) {
      const isOther = header === undefined || header.magic !== was.magic ||
        header.applicationId !== was.applicationId || header.changes < was.changes;
      if (size < this.#size && (isOther || header.cookie <= was.cookie)) {
        return `${path} was cut from ${this.#size} to ${size} bytes while the server ran`;
      }
      if (isOther) return `${path} was written over while the server ran`;
    }
    this.#size = size;
    const gone = others.find((file) => file.look().links === 0);
    return gone === undefined ? undefined : `${gone.path} was deleted while the server ran`;
  }
}

function parseHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length < 100) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    magic: new TextDecoder().decode(bytes.subarray(0, 16)),
    applicationId: view.getUint32(68),
    changes: view.getUint32(24),
    cookie: view.getUint32(40),
  };
}

/**
 * Opens a file for being watched.
 *
 * @param path The file, which exists.
 * @throws When it cannot be opened.
 */
export function watchedFile(path: string): WatchedDatabase & Disposable {
  const fd = openSync(path, "r");
  const first = fstatSync(fd).nlink;
  const header = new Uint8Array(100);
  return {
    path,
    look() {
      const { nlink, size } = fstatSync(fd);
      return { links: first > 0 ? nlink : undefined, size };
    },
    readHeader: () => header.subarray(0, readSync(fd, header, 0, header.length, 0)),
    [Symbol.dispose]: () => closeSync(fd),
  };
}
