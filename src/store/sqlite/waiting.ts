/**
 * Direct messages that wait for who is away: each is one row until its recipient has been given it.
 * Sessions go by their `ref` in the table `sessions`, which keeps the last number of each.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { WaitingDirect } from "../stored_sessions.ts";

/** Makes its table, also in a database that an older program has made. */
export const WAITING_TABLE = `
  CREATE TABLE IF NOT EXISTS waiting (
    session INTEGER NOT NULL,
    n INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    name TEXT NOT NULL,
    recipient TEXT NOT NULL,
    text TEXT NOT NULL,
    id TEXT,
    notice INTEGER,
    PRIMARY KEY (session, n)
  ) STRICT, WITHOUT ROWID`;

interface Row {
  readonly n: number;
  readonly at_ms: number;
  readonly name: string;
  readonly recipient: string;
  readonly text: string;
  readonly id: string | null;
  readonly notice: number | null;
}

/** Reads and writes the table `waiting`. */
export class SqliteWaiting {
  readonly #insert: StatementSync;
  readonly #count: StatementSync;
  readonly #remove: StatementSync;
  readonly #expire: StatementSync;
  readonly #all: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with {@linkcode WAITING_TABLE}.
   */
  constructor(db: DatabaseSync) {
    // A server of several may hear again what it has stored.
    this.#insert = db.prepare("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.#count = db.prepare("UPDATE sessions SET last_direct = ? WHERE ref = ?");
    this.#remove = db.prepare("DELETE FROM waiting WHERE session = ? AND n <= ?");
    this.#expire = db.prepare("DELETE FROM waiting WHERE session = ? AND at_ms < ?");
    this.#all = db.prepare("SELECT * FROM waiting WHERE session = ? ORDER BY n");
  }

  /** Keeps a message for a session, which is in the table `sessions`. */
  add(session: number, { n, atMs, from, to, text, id, notice }: WaitingDirect): void {
    this.#insert.run(session, n, atMs, from, to, text, id ?? null, notice ? 1 : null);
    this.#count.run(n, session);
  }

  /** Removes those up to a number. */
  remove(session: number, upTo: number): void {
    this.#remove.run(session, upTo);
  }

  /**
   * Removes what is old.
   *
   * @param sinceMs Milliseconds since 1970; what is older is removed.
   */
  expire(session: number, sinceMs: number): void {
    this.#expire.run(session, sinceMs);
  }

  /** What waits for a session, rising by number. */
  of(session: number): WaitingDirect[] {
    const rows = this.#all.all(session) as unknown as Row[];
    return rows.map(({ n, at_ms, name, recipient, text, id, notice }) => ({
      n,
      atMs: at_ms,
      from: name,
      to: recipient,
      text,
      ...(id === null ? {} : { id }),
      ...(notice === null ? {} : { notice: true as const }),
    }));
  }
}
