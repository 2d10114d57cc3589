/**
 * The work on a database that can wait: the index, the ids of sessions, and what is no longer to be
 * kept. It is done in small steps, so that it never holds the server up for long.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import type { SqliteIndex } from "./index.ts";
import { type Meta, transact } from "./meta.ts";
import { type Removed, type Retain, SqliteRetention } from "./retention.ts";
import type { SqliteSessions } from "./sessions.ts";

/** What {@linkcode SqliteMaintenance} works on. */
export interface MaintenanceParts {
  /** A database with our schema. */
  readonly db: DatabaseSync;
  /** How far things have come. */
  readonly meta: Meta;
  /** The index. */
  readonly index: SqliteIndex;
  /** Sessions and their ids. */
  readonly sessions: SqliteSessions;
  /** What is kept; empty: everything. */
  readonly retain: Retain;
  /** Told of what `retain` has taken away, a few events at a time. */
  readonly onRemoved?: ((removed: Removed) => void) | undefined;
}

/** Does the work that can wait. */
export class SqliteMaintenance {
  readonly #parts: MaintenanceParts;
  readonly #retention: SqliteRetention;

  /** Nothing is done yet. */
  constructor(parts: MaintenanceParts) {
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
    const { index, sessions } = this.#parts;
    sessions.fileSome(lastSeq);
    index.step(lastSeq, budgetRows);
    sessions.expireSome(nowMs);
    const isTrimmed = this.#trimStep(lastSeq, nowMs, budgetRows);
    return !isTrimmed || sessions.isBehind(lastSeq) || index.isBehind(lastSeq, budgetRows);
  }

  /** Returns whether nothing is left to trim. */
  #trimStep(lastSeq: number, nowMs: number, budgetRows: number): boolean {
    const range = this.#retention.next(lastSeq, nowMs, budgetRows);
    if (range === undefined) return true;
    const { db, meta, index, sessions, onRemoved } = this.#parts;
    const last = index.lastOfStep(range.first, range.last);
    // The ids outlive their events.
    sessions.file(last);
    const removed = transact(db, () => {
      index.remove(range.first, last);
      meta.set("last_seq", lastSeq);
      return this.#retention.remove(last);
    });
    index.removed(last);
    onRemoved?.(removed);
    return false;
  }
}
