/**
 * Removes what an operator does not want to keep (`--retain 90d|100000`), and what was in rooms
 * that are gone: the oldest first and a few rows at a time.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { atOf, isoOf } from "../events.ts";
import type { SqliteRoom } from "./room.ts";

/** What is kept; both bounds hold when both are given, and without one everything is. */
export interface Retain {
  /** At most this many events of each room, 1 or more. */
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

/** Keys of events of one room. */
export interface KeyRange {
  /** Of the first, which exists. */
  readonly first: number;
  /** Of the last, which may not exist. */
  readonly last: number;
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
    this.#oldest = db.prepare(
      "SELECT seq FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT 1",
    );
    // A plus sign begins the times of an earlier version whose clock was beyond the year 9999.
    this.#firstYoung = db.prepare(`
      SELECT seq FROM events WHERE seq >= ? AND seq <= ? AND (at >= ? OR at LIKE '+%')
      ORDER BY seq LIMIT 1`);
    this.#at = db.prepare(
      "SELECT at FROM events WHERE seq >= ? AND seq <= ? ORDER BY seq DESC LIMIT 1",
    );
    this.#delete = db.prepare("DELETE FROM events WHERE seq >= ? AND seq <= ?");
  }

  /** There is anything to trim at all. */
  get trims(): boolean {
    const { maxEvents, maxAgeMs } = this.#retain;
    return maxEvents !== undefined || maxAgeMs !== undefined;
  }

  /**
   * The events of a room that have to go next.
   *
   * @param nowMs Milliseconds since 1970.
   * @param budgetRows At most this many.
   * @returns Undefined when there are none.
   */
  next(room: SqliteRoom, nowMs: number, budgetRows: number): KeyRange | undefined {
    const { maxEvents, maxAgeMs } = this.#retain;
    const range = this.oldest(room, budgetRows);
    if (range === undefined) return undefined;
    const { first, last: most } = range;
    const newest = room.base + room.lastSeq;
    let last = maxEvents === undefined ? 0 : Math.min(most, newest - maxEvents);
    if (maxAgeMs !== undefined) {
      // Times of one form compare as text.
      const cutoff = isoOf(nowMs - maxAgeMs);
      const young = this.#firstYoung.get(first, most, cutoff)?.["seq"];
      last = Math.max(last, typeof young === "number" ? young - 1 : most);
    }
    return last < first ? undefined : { first, last };
  }

  /** The oldest events of a room, at most so many; undefined when there are none. */
  oldest({ base, lastSeq }: SqliteRoom, budgetRows: number): KeyRange | undefined {
    const first = this.#oldest.get(base, base + lastSeq)?.["seq"];
    if (typeof first !== "number") return undefined;
    return { first, last: Math.min(first + budgetRows - 1, base + lastSeq) };
  }

  /**
   * Removes events. To be called in a transaction.
   *
   * @returns What went.
   */
  remove({ first, last }: KeyRange): Removed {
    const upTo = atOf(String(this.#at.get(first, last)?.["at"] ?? ""));
    return { count: Number(this.#delete.run(first, last).changes), upTo };
  }
}
