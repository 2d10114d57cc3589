/**
 * The work on a database that can wait: the index, the ids of sessions, and what an operator does not
 * want to keep (`--retain 90d|100000`), the oldest first. It is done in small steps, so that it never
 * holds the server up for long, and in idle time, so that it takes a tenth of the server at most.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { atOf, isoOf } from "../events.ts";
import type { SqliteIndex } from "./index.ts";
import { type Meta, transact } from "./meta.ts";
import type { SqliteSessions } from "./sessions.ts";

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
class SqliteRetention {
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

/** What can be tidied in steps. */
export interface Maintainable {
  /**
   * One small step.
   *
   * @param nowMs Milliseconds since 1970.
   * @returns There is more to do.
   */
  maintain(nowMs: number): boolean;
}

/** How it is done, and who hears of trouble. */
export interface MaintenanceScheduleOptions {
  /** Told of what a step has thrown, once until a step works again. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds since 1970 by which things are removed; default: the wall clock's. */
  readonly time?: () => number;
  /** Told when there is nothing more to do for now. */
  readonly onIdle?: () => void;
  /** Pause when there is nothing to do, or a step has failed, in milliseconds; default 1,000. */
  readonly idleMs?: number;
}

/** After some steps comes a pause this many times as long, while there is more to do. */
const PAUSE_FACTOR = 9;

/** Small steps follow on each other for so long, in milliseconds: timers are no finer than that. */
const TURN_MS = 2;

/** Tidies until it is disposed. Its timer does not keep the process alive. */
export class MaintenanceSchedule implements Disposable {
  readonly #store: Maintainable;
  readonly #options: MaintenanceScheduleOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasFailed = false;

  /**
   * Begins after one pause.
   *
   * @param store What is tidied.
   * @param options How.
   */
  constructor(store: Maintainable, options: MaintenanceScheduleOptions) {
    this.#store = store;
    this.#options = options;
    this.#schedule(this.#idleMs);
  }

  /** Ends it; to be called before the store is closed. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  get #idleMs(): number {
    return this.#options.idleMs ?? 1_000;
  }

  #schedule(delayMs: number): void {
    const timer = setTimeout(() => this.#step(), delayMs);
    Deno.unrefTimer(timer);
    this.#timer = timer;
  }

  #step(): void {
    const { time = Date.now, onIdle, onError } = this.#options;
    const beginMs = performance.now();
    let pauseMs = this.#idleMs;
    try {
      let hasMore = true;
      while (hasMore && performance.now() - beginMs < TURN_MS) {
        hasMore = this.#store.maintain(time());
        this.#hasFailed = false;
      }
      if (hasMore) pauseMs = PAUSE_FACTOR * (performance.now() - beginMs);
      else onIdle?.();
    } catch (error) {
      if (!this.#hasFailed) onError(error);
      this.#hasFailed = true;
    }
    this.#schedule(pauseMs);
  }
}
