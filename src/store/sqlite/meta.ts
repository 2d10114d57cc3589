/**
 * The numbers that the database keeps beside its events: how far `seq` has come, and how far the
 * work of idle time has followed it.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** The keys of the table `meta` that hold a `seq`. */
export type MetaKey = "last_seq" | "indexed" | "filed";

/** Reads and writes the table `meta`. */
export class Meta {
  /** Identifies the log. */
  readonly logId: string;
  readonly #get: StatementSync;
  readonly #set: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   */
  constructor(db: DatabaseSync) {
    this.#get = db.prepare("SELECT value FROM meta WHERE key = ?");
    this.#set = db.prepare("UPDATE meta SET value = ? WHERE key = ?");
    this.logId = String(this.#get.get("log")?.["value"] ?? "");
  }

  /**
   * The number that is kept under a key.
   *
   * @param key Which.
   */
  get(key: MetaKey): number {
    return Number(this.#get.get(key)?.["value"] ?? 0);
  }

  /**
   * Keeps a number, in the transaction that is open.
   *
   * @param key Which.
   * @param value A `seq`.
   */
  set(key: MetaKey, value: number): void {
    this.#set.run(value, key);
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
