/**
 * What went wrong with the database, in one line for people: when it is opened, and later; and how
 * work on it is done that may go wrong.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { StoreUnavailable } from "../store.ts";

/** Thrown when a database cannot be opened: its message says what is wrong and what to try. */
export class StoreOpenError extends Error {
  /** Says so by its name in logs. */
  override name = "StoreOpenError";
}

/** What is wrong, and what to do about it while the server runs, and when it starts. */
interface Reason {
  readonly what: string;
  readonly running: string;
  readonly starting: string;
}

const LOCKED: Reason = {
  what: "the database is locked by another program",
  running: "it goes on by itself when that one has finished",
  starting: "start again when that one has finished",
};

const RECOVER = "recover it as docs/operations.md says";

/**
 * The primary result codes of SQLite (https://sqlite.org/rescode.html) that have their own words.
 */
const REASONS: ReadonlyMap<number, Reason> = new Map([
  [5, LOCKED],
  [6, LOCKED],
  [8, always("the database cannot be written", "make its file and its directory writable")],
  // Also where there is no room for FILE-shm (measured).
  [
    10,
    always("the disk reports an error or is full", "look at its free space and the system's log"),
  ],
  [11, {
    what: "the database is damaged",
    running: `stop the server and ${RECOVER}`,
    starting: RECOVER,
  }],
  [13, {
    what: "the disk is full",
    running: "free some space and it goes on by itself",
    starting: "free some space and start again",
  }],
  [14, always("the database file cannot be opened", "look at its directory")],
  [26, {
    what: "the file is no database any more",
    running: `stop the server and ${RECOVER}`,
    starting: RECOVER,
  }],
]);

/**
 * SQLite's own words for these codes: errors of `DatabaseSync.exec` carry no code (measured with
 * Deno 2.9.6).
 */
const CODES: ReadonlyMap<string, number> = new Map([
  ["database is locked", 5],
  ["database table is locked", 6],
  ["database schema is locked", 6],
  ["attempt to write a readonly database", 8],
  ["disk I/O error", 10],
  ["database disk image is malformed", 11],
  ["database or disk is full", 13],
  ["unable to open database file", 14],
  ["file is not a database", 26],
]);

function always(what: string, todo: string): Reason {
  return { what, running: todo, starting: todo };
}

/**
 * The primary result code of an error of `node:sqlite`.
 *
 * @param error Whatever was thrown.
 * @returns Undefined when it does not come from SQLite.
 */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("errcode" in error && typeof error.errcode === "number") return error.errcode & 0xff;
  return CODES.get(error.message);
}

/**
 * What a person should read about an error of the database.
 *
 * @param error Whatever was thrown.
 * @param when What the server does: it runs, or it starts.
 * @returns One line without a full stop.
 */
export function reasonOf(error: unknown, when: "running" | "starting" = "running"): string {
  const code = sqliteCode(error);
  const known = code === undefined ? undefined : REASONS.get(code);
  if (known !== undefined) return `${known.what}; ${known[when]}`;
  return `the database failed: ${messageOfError(error)}`;
}

/**
 * The error of a database that cannot be used when the server starts.
 *
 * @param path The file, as the operator named it.
 * @param error Whatever was thrown.
 */
export function openError(path: string, error: unknown): StoreOpenError {
  if (error instanceof StoreOpenError) return error;
  const cause = error instanceof StoreUnavailable ? error.cause ?? error : error;
  return new StoreOpenError(`cannot use ${path}: ${reasonOf(cause, "starting")}`, { cause });
}

/**
 * The error that the room is told.
 *
 * @param error Whatever was thrown; it becomes the `cause`.
 */
export function unavailable(error: unknown): StoreUnavailable {
  return new StoreUnavailable(reasonOf(error), { cause: error });
}

/**
 * Does something with the database, or tells that it is unavailable.
 *
 * @param work Synchronous.
 * @throws {StoreUnavailable} When the work throws anything.
 */
export function orUnavailable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unavailable(error);
  }
}

/**
 * Looks something up in the database, or tells that it is unavailable.
 *
 * @param lookup Not begun yet.
 * @throws {StoreUnavailable} At the step that throws anything.
 */
export function* stepsOrUnavailable<Y, T>(lookup: Generator<Y, T, void>): Generator<Y, T, void> {
  try {
    return yield* lookup;
  } catch (error) {
    throw unavailable(error);
  }
}

/**
 * Runs something in a transaction: all of it is kept, or nothing.
 *
 * @param db Not in a transaction.
 * @param work Synchronous; what it throws is thrown on, after everything was undone.
 * @returns What the work returned, once it is committed.
 */
export function transact<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    rollBack(db);
    throw error;
  }
}

/**
 * Undoes the open transaction, if there still is one: after some errors, a full disk among them,
 * SQLite has already done so.
 *
 * @param db After a statement has failed.
 */
export function rollBack(db: DatabaseSync): void {
  try {
    db.exec("ROLLBACK");
  } catch {
    // Nothing was open any more: that is what was wanted.
  }
}

/** The first line of what an error says. */
export function messageOfError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1)[0] ?? "";
}
