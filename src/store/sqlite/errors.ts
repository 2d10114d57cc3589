/**
 * What went wrong with the database, in one line for people: when it is opened, and later.
 *
 * @module
 */

import { type Lookup, StoreUnavailable } from "../store.ts";

/** Thrown when a database cannot be opened: its message says what is wrong and what to try. */
export class StoreOpenError extends Error {
  /** Says so by its name in logs. */
  override name = "StoreOpenError";
}

/** The primary result codes of SQLite (https://sqlite.org/rescode.html) that have their own words. */
const REASONS: ReadonlyMap<number, string> = new Map([
  [5, "the database is locked by another program; it goes on by itself when that one has finished"],
  [6, "the database is locked by another program; it goes on by itself when that one has finished"],
  [8, "the database cannot be written; make its file and its directory writable"],
  [10, "the disk reports an error; look at the system's log"],
  [11, "the database is damaged; stop the server and recover it as docs/operations.md says"],
  [13, "the disk is full; free some space and it goes on by itself"],
  [14, "the database file cannot be opened; look at its directory"],
  [
    26,
    "the file is no database any more; stop the server and recover it as docs/operations.md says",
  ],
]);

/**
 * The primary result code of an error of `node:sqlite`.
 *
 * @param error Whatever was thrown.
 * @returns Undefined when it does not come from SQLite.
 */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

/**
 * What a person should read about an error of the database.
 *
 * @param error Whatever was thrown.
 * @returns One line without a full stop.
 */
export function reasonOf(error: unknown): string {
  const code = sqliteCode(error);
  const known = code === undefined ? undefined : REASONS.get(code);
  return known ?? `the database failed: ${messageOfError(error)}`;
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
export function* stepsOrUnavailable<T>(lookup: Lookup<T>): Lookup<T> {
  try {
    return yield* lookup;
  } catch (error) {
    throw unavailable(error);
  }
}

/** The first line of what an error says. */
export function messageOfError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1)[0] ?? "";
}
