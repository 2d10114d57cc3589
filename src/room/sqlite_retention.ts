/**
 * Removes what an operator does not want to keep (`--retain 90d|100000`), the oldest first and a few
 * rows at a time, from the table of the events and from the index.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { INDEXED_TEXT } from "./sqlite_rows.ts";

/** What is kept; both bounds hold when both are given, and without one everything is. */
export interface Retain {
  /** At most this many events, 1 or more. */
  readonly maxEvents?: number;
  /** Only events that are younger than this, in milliseconds, more than 0. */
  readonly maxAgeMs?: number;
}

/** Trims the tables `events` and `search`. */
export class SqliteRetention {
  readonly #retain: Retain;
  readonly #oldest: StatementSync;
  readonly #firstYoung: StatementSync;
  readonly #unindex: StatementSync;
  readonly #delete: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   * @param retain What is kept.
   */
  constructor(db: DatabaseSync, retain: Retain) {
    this.#retain = retain;
    this.#oldest = db.prepare("SELECT min(seq) AS seq FROM events");
    this.#firstYoung = db.prepare(
      "SELECT seq FROM events WHERE seq >= ? AND seq <= ? AND at >= ? ORDER BY seq LIMIT 1",
    );
    // An index without content has to be told the very text that it was given.
    this.#unindex = db.prepare(`
      INSERT INTO search (search, rowid, text)
      SELECT 'delete', seq, ${INDEXED_TEXT} FROM events
      WHERE seq >= ?1 AND seq <= ?2 AND type = 'message'`);
    this.#delete = db.prepare("DELETE FROM events WHERE seq <= ?");
  }

  /**
   * The events that have to go next.
   *
   * @param lastSeq `seq` of the newest event.
   * @param nowMs Milliseconds since 1970.
   * @param budgetRows At most this many.
   * @returns `seq` of the first and the last of them; undefined when there are none.
   */
  next(
    lastSeq: number,
    nowMs: number,
    budgetRows: number,
  ): { readonly first: number; readonly last: number } | undefined {
    const { maxEvents, maxAgeMs } = this.#retain;
    if (maxEvents === undefined && maxAgeMs === undefined) return undefined;
    const first = this.#oldest.get()?.["seq"];
    if (typeof first !== "number") return undefined;
    const most = Math.min(first + budgetRows - 1, lastSeq);
    let last = maxEvents === undefined ? 0 : Math.min(most, lastSeq - maxEvents);
    if (maxAgeMs !== undefined) {
      // Times of one form compare as text.
      const cutoff = new Date(nowMs - maxAgeMs).toISOString();
      const young = this.#firstYoung.get(first, most, cutoff)?.["seq"];
      last = Math.max(last, typeof young === "number" ? young - 1 : most);
    }
    return last < first ? undefined : { first, last };
  }

  /**
   * Removes events. To be called in a transaction.
   *
   * @param first `seq` of the oldest event.
   * @param last `seq` of the last that goes.
   * @param indexed `seq` up to which events are in the index.
   */
  remove(first: number, last: number, indexed: number): void {
    this.#unindex.run(first, Math.min(last, indexed));
    this.#delete.run(last);
  }
}
