/**
 * The table `audit`: what operators and keepers have done.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Act, type ActPage, type AuditStore, MAX_ACTS } from "../store.ts";
import { orUnavailable } from "./errors.ts";
import type { DatabaseWatch } from "./watch.ts";

/** Makes it, also in a database that an older program has made. */
export const AUDIT_TABLE = `
  CREATE TABLE IF NOT EXISTS audit (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    by TEXT NOT NULL,
    act TEXT NOT NULL,
    target TEXT NOT NULL,
    details TEXT NOT NULL
  ) STRICT`;

/** Reads and writes it. */
export class SqliteAudit implements AuditStore {
  readonly #watch: DatabaseWatch;
  readonly #insert: StatementSync;
  readonly #trim: StatementSync;
  readonly #page: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with {@linkcode AUDIT_TABLE}.
   * @param watch Asked before anything is written.
   */
  constructor(db: DatabaseSync, watch: DatabaseWatch) {
    this.#watch = watch;
    this.#insert = db.prepare(
      "INSERT INTO audit (at_ms, by, act, target, details) VALUES (?, ?, ?, ?, ?)",
    );
    this.#trim = db.prepare("DELETE FROM audit WHERE n <= ?");
    this.#page = db.prepare(`
      SELECT at_ms AS atMs, by, act, target, details FROM audit
      ORDER BY n DESC LIMIT ? OFFSET ?`);
  }

  /** See {@linkcode AuditStore.add}. @throws {StoreUnavailable} When it cannot be kept. */
  add({ atMs, by, act, target, details }: Act): void {
    this.#watch.check();
    orUnavailable(() => {
      const { lastInsertRowid } = this.#insert.run(atMs, by, act, target, details);
      this.#trim.run(Number(lastInsertRowid) - MAX_ACTS);
    });
  }

  /** See {@linkcode AuditStore.page}. @throws {StoreUnavailable} When it cannot be read. */
  page(skip: number, limit: number): ActPage {
    return orUnavailable(() => {
      const acts = this.#page.all(limit + 1, skip) as unknown as Act[];
      return { acts: acts.slice(0, limit), more: acts.length > limit };
    });
  }
}
