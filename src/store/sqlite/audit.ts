/**
 * The table `audit`: what operators and keepers have done.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type Act,
  type Actor,
  type ActPage,
  type AuditOptions,
  type AuditStore,
  MAX_ACTS,
} from "../audit.ts";
import { orUnavailable, transact } from "./errors.ts";
import type { DatabaseWatch } from "./watch.ts";

/** Makes it, also in a database that an older program has made. */
export const AUDIT_TABLE = `
  CREATE TABLE IF NOT EXISTS audit (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    by TEXT NOT NULL,
    act TEXT NOT NULL,
    target TEXT NOT NULL,
    details TEXT NOT NULL,
    operator INTEGER NOT NULL DEFAULT 1
  ) STRICT`;

/** By which the oldest act of operators, or of keepers, is found. */
export const AUDIT_INDEX = "CREATE INDEX IF NOT EXISTS audit_operator ON audit (operator)";

/** Reads and writes it. */
export class SqliteAudit implements AuditStore {
  readonly #db: DatabaseSync;
  readonly #watch: DatabaseWatch;
  readonly #insert: StatementSync;
  readonly #trim: StatementSync;
  readonly #page: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with {@linkcode AUDIT_TABLE} and {@linkcode AUDIT_INDEX}.
   * @param watch Asked before anything is written.
   */
  constructor(
    db: DatabaseSync,
    watch: DatabaseWatch,
    { maxActs = MAX_ACTS }: AuditOptions = {},
  ) {
    this.#db = db;
    this.#watch = watch;
    this.#insert = db.prepare(
      "INSERT INTO audit (at_ms, by, act, target, details, operator) VALUES (?, ?, ?, ?, ?, ?)",
    );
    // Counting those of an index: 0.2 ms.
    this.#trim = db.prepare(`
      DELETE FROM audit WHERE operator = ?1 AND n <= (
        SELECT n FROM audit WHERE operator = ?1 ORDER BY n DESC LIMIT 1 OFFSET ${maxActs})`);
    this.#page = db.prepare(`
      SELECT at_ms AS atMs, by, act, target, details FROM audit
      ORDER BY n DESC LIMIT ? OFFSET ?`);
  }

  /** See {@linkcode AuditStore.add}. @throws {StoreUnavailable} When it cannot be kept. */
  add({ atMs, by, act, target, details }: Act, actor: Actor): void {
    this.#watch.check();
    const operator = actor === "operator" ? 1 : 0;
    orUnavailable(() =>
      transact(this.#db, () => {
        this.#insert.run(atMs, by, act, target, details, operator);
        this.#trim.run(operator);
      })
    );
  }

  /** See {@linkcode AuditStore.page}. @throws {StoreUnavailable} When it cannot be read. */
  page(skip: number, limit: number): ActPage {
    return orUnavailable(() => {
      const rows = this.#page.all(limit + 1, skip) as unknown as Act[];
      // Rows have no prototype.
      return { acts: rows.slice(0, limit).map((row) => ({ ...row })), more: rows.length > limit };
    });
  }
}
