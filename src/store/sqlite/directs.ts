/**
 * The ids that sessions have used for direct messages, so that none is delivered twice. They are
 * committed before the message is delivered; what became of it only the running server knows.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { SESSION_IDS } from "../stored_sessions.ts";

/** Makes its table, also in a database that an older program has made. */
export const DIRECTS_TABLE = `
  CREATE TABLE IF NOT EXISTS directs (
    n INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    waits INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS directs_session ON directs (session)`;

/** Reads and writes the table `directs`. Sessions go by their `ref` in the table `sessions`. */
export class SqliteDirects {
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #expire: StatementSync;
  readonly #prune: StatementSync;
  readonly #newest: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with {@linkcode DIRECTS_TABLE}.
   */
  constructor(db: DatabaseSync) {
    this.#insert = db.prepare(`
      INSERT INTO directs (session, id, at_ms, waits) VALUES (?, ?, ?, ?)`);
    this.#delete = db.prepare("DELETE FROM directs WHERE session = ? AND id = ?");
    this.#expire = db.prepare("DELETE FROM directs WHERE session = ? AND at_ms < ?");
    this.#prune = db.prepare(`
      DELETE FROM directs WHERE session = ?1 AND n <= (
        SELECT n FROM directs WHERE session = ?1 ORDER BY n DESC LIMIT 1 OFFSET ${SESSION_IDS})`);
    this.#newest = db.prepare("SELECT id FROM directs WHERE session = ? ORDER BY n DESC LIMIT ?");
  }

  /**
   * Keeps an id.
   *
   * @param waits The message is kept, too: see `waiting.ts`.
   */
  add(session: number, id: string, atMs: number, waits = false): void {
    this.#insert.run(session, id, atMs, waits ? 1 : 0);
  }

  /** Forgets an id. */
  remove(session: number, id: string): void {
    this.#delete.run(session, id);
  }

  /**
   * Forgets what is old, and what is more than is kept of a session.
   *
   * @param sinceMs Milliseconds since 1970; what is older is forgotten.
   */
  expire(session: number, sinceMs: number): void {
    this.#expire.run(session, sinceMs);
    this.#prune.run(session);
  }

  /** The newest ids of a session, oldest first. */
  newest(session: number, limit: number): string[] {
    return this.#newest.all(session, limit).map((row) => row["id"] as string).reverse();
  }
}
