/**
 * Removes what an operator does not want to keep (`--retain 90d|100000`), the oldest first and a few
 * rows at a time.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { atOf, isoOf } from "../times.ts";

/** What is kept; both bounds hold when both are given, and without one everything is. */
export interface Retain {
  /** At most this many events, 1 or more. */
  readonly maxEvents?: number;
  /** Only events that are younger than this, in milliseconds, more than 0. */
  readonly maxAgeMs?: number;
}

/** What has been removed. */
export interface Removed {
  /** How many events. */
  readonly count: number;
  /** `at` of the newest of them. */
  readonly upTo: string;
}

/** Trims the table `events`. */
export class SqliteRetention {
  readonly #retain: Retain;
  readonly #oldest: StatementSync;
  readonly #firstYoung: StatementSync;
  readonly #at: StatementSync;
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
    // A plus sign begins the times of an earlier version whose clock was beyond the year 9999.
    this.#firstYoung = db.prepare(`
      SELECT seq FROM events WHERE seq >= ? AND seq <= ? AND (at >= ? OR at LIKE '+%')
      ORDER BY seq LIMIT 1`);
    this.#at = db.prepare("SELECT at FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1");
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
      const cutoff = isoOf(nowMs - maxAgeMs);
      const young = this.#firstYoung.get(first, most, cutoff)?.["seq"];
      last = Math.max(last, typeof young === "number" ? young - 1 : most);
    }
    return last < first ? undefined : { first, last };
  }

  /**
   * Removes events. To be called in a transaction.
   *
   * @param last `seq` of the last that goes.
   * @returns What went.
   */
  remove(last: number): Removed {
    const upTo = atOf(String(this.#at.get(last)?.["at"] ?? ""));
    return { count: Number(this.#delete.run(last).changes), upTo };
  }
}
