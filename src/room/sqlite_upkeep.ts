/**
 * The work on a database that can wait: the index, the ids of sessions, and what is no longer to be
 * kept. It is done in small steps, so that it never holds the server up for long.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { type Meta, transact } from "./sqlite_meta.ts";
import { type Retain, SqliteRetention } from "./sqlite_retention.ts";
import type { SqliteSearch } from "./sqlite_search.ts";
import { FILING_STEP, type SqliteSessions } from "./sqlite_sessions.ts";

/** What {@linkcode SqliteUpkeep} works on. */
export interface UpkeepParts {
  /** A database with our schema. */
  readonly db: DatabaseSync;
  /** How far things have come. */
  readonly meta: Meta;
  /** The index. */
  readonly search: SqliteSearch;
  /** Sessions and their ids. */
  readonly sessions: SqliteSessions;
  /** What is kept; empty: everything. */
  readonly retain: Retain;
}

/** Does the work that can wait. */
export class SqliteUpkeep {
  readonly #parts: UpkeepParts;
  readonly #retention: SqliteRetention;

  /** Nothing is done yet. */
  constructor(parts: UpkeepParts) {
    this.#parts = parts;
    this.#retention = new SqliteRetention(parts.db, parts.retain);
  }

  /**
   * One small step of each kind.
   *
   * @param lastSeq `seq` of the newest event.
   * @param nowMs Milliseconds since 1970.
   * @param budgetRows At most this many rows of each kind.
   * @returns There is more to do.
   */
  step(lastSeq: number, nowMs: number, budgetRows: number): boolean {
    const { sessions } = this.#parts;
    if (sessions.isBehind(lastSeq)) sessions.file(sessions.filed + FILING_STEP);
    this.#indexStep(lastSeq, budgetRows);
    sessions.expireOne(nowMs);
    const isTrimmed = this.#trimStep(lastSeq, nowMs, budgetRows);
    return !isTrimmed || sessions.isBehind(lastSeq) || this.#isIndexBehind(lastSeq, budgetRows);
  }

  /** Few large steps make a smaller index than many small ones, so it waits for a whole one. */
  #isIndexBehind(lastSeq: number, budgetRows: number): boolean {
    return lastSeq - this.#parts.search.indexed >= budgetRows;
  }

  #indexStep(lastSeq: number, budgetRows: number): void {
    if (!this.#isIndexBehind(lastSeq, budgetRows)) return;
    const { db, search } = this.#parts;
    const upTo = search.indexed + budgetRows;
    transact(db, () => search.index(upTo));
    search.committed(upTo);
  }

  /** Returns whether nothing is left to trim. */
  #trimStep(lastSeq: number, nowMs: number, budgetRows: number): boolean {
    const range = this.#retention.next(lastSeq, nowMs, budgetRows);
    if (range === undefined) return true;
    const { db, meta, search, sessions } = this.#parts;
    const { first, last } = range;
    // The ids outlive their events.
    sessions.file(last);
    transact(db, () => {
      this.#retention.remove(first, last, search.indexed);
      meta.set("last_seq", lastSeq);
      meta.set("indexed", Math.max(search.indexed, last));
    });
    search.committed(last);
    return false;
  }
}
