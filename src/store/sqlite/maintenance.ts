/**
 * The work on a database that can wait: the index, the ids of sessions, the events of rooms that
 * are gone, and what an operator does not want to keep (`--retain 90d|100000`), the oldest first.
 * It is done in small steps, so that it never holds the server up for long, and in idle time, so
 * that it takes a tenth of the server at most.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import type { SqliteErasing } from "./erasing.ts";
import type { SqliteIndex } from "./search_index.ts";
import type { SqliteRefolding } from "./refolding.ts";
import { transact } from "./errors.ts";
import { type KeyRange, type Removed, type Retain, SqliteRetention } from "./retention.ts";
import type { SqliteRoom } from "./room.ts";
import type { SqliteRooms } from "./rooms.ts";
import type { SqliteSessions } from "./sessions.ts";

/** What {@linkcode SqliteMaintenance} works on. */
export interface MaintenanceParts {
  /** A database with our schema. */
  readonly db: DatabaseSync;
  /** How far things have come in each room. */
  readonly rooms: SqliteRooms;
  /** The index. */
  readonly index: SqliteIndex;
  /** What is erased. */
  readonly erasing: SqliteErasing;
  /** What earlier schemas folded otherwise. */
  readonly refolding: SqliteRefolding;
  /** Sessions and their ids. */
  readonly sessions: SqliteSessions;
  /** What is kept; empty: everything. */
  readonly retain: Retain;
  /** Told of what `retain` has taken away, a few events at a time. */
  readonly onRemoved?: ((removed: Removed) => void) | undefined;
}

/** Rooms that a step looks at, at most, for what is no longer to be kept: 0.5 ms. */
const LOOKED_ROOMS = 64;

/** Does the work that can wait. */
export class SqliteMaintenance {
  readonly #parts: MaintenanceParts;
  readonly #retention: SqliteRetention;
  /**
   * Whose turn it is to be trimmed: first this room, as long as there is something, then the next.
   */
  #trimmed: SqliteRoom | undefined;
  #next: Iterator<SqliteRoom>;

  /** Nothing is done yet. */
  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
    this.#retention = new SqliteRetention(parts.db, parts.retain);
    this.#next = parts.rooms.all();
  }

  /**
   * One small step of each kind, each for one room.
   *
   * @param nowMs Milliseconds since 1970.
   * @param budgetRows At most this many rows of each kind.
   * @returns There is more to do.
   */
  step(nowMs: number, budgetRows: number): boolean {
    const { index, erasing, sessions } = this.#parts;
    const isMerging = index.isMerging;
    index.merge();
    erasing.clean();
    const isFollowing = this.#followStep(budgetRows, !isMerging);
    sessions.expireSome(nowMs);
    const isRemoving = this.#goneStep(budgetRows) || this.#trimStep(nowMs, budgetRows);
    return index.isMerging || isFollowing || isRemoving;
  }

  /**
   * Files ids of a room, and unless the index was merged takes its events into that, or folds some
   * again that are in it. The rooms take turns. Returns whether there may be more.
   */
  #followStep(budgetRows: number, mayIndex: boolean): boolean {
    const { index, refolding, rooms: { gone, touched }, sessions } = this.#parts;
    for (const room of touched) {
      touched.delete(room);
      // Its ids are filed when its events are removed.
      if (gone.has(room)) continue;
      const isUnfiled = sessions.isBehind(room);
      const isUnindexed = index.isBehind(room, budgetRows);
      const isUnfolded = room.refold > 0;
      if (!isUnfiled && !isUnindexed && !isUnfolded) continue;
      touched.add(room);
      if (isUnfiled) sessions.fileSome(room);
      if (isUnindexed && mayIndex) index.add(room, budgetRows);
      else if (isUnfolded && mayIndex) refolding.step(room, budgetRows);
      return true;
    }
    return false;
  }

  /** Removes some events of a room that is gone. Returns whether there was anything. */
  #goneStep(budgetRows: number): boolean {
    const { rooms } = this.#parts;
    for (const room of rooms.gone) {
      const range = this.#retention.oldest(room, budgetRows);
      if (range !== undefined) this.#remove(room, range);
      else rooms.remove(room);
      return true;
    }
    return false;
  }

  /** Trims a room. Returns whether there was anything. */
  #trimStep(nowMs: number, budgetRows: number): boolean {
    if (!this.#retention.trims) return false;
    const { rooms, onRemoved } = this.#parts;
    for (let looked = Math.min(LOOKED_ROOMS, rooms.size); looked > 0; looked--) {
      const room = this.#trimmed ?? this.#nextRoom();
      const range = this.#retention.next(room, nowMs, budgetRows);
      this.#trimmed = range === undefined ? undefined : room;
      if (range === undefined) continue;
      const removed = this.#remove(room, range);
      onRemoved?.(removed);
      return true;
    }
    return false;
  }

  #nextRoom(): SqliteRoom {
    let next = this.#next.next();
    if (next.done) {
      this.#next = this.#parts.rooms.all();
      next = this.#next.next();
    }
    return next.value;
  }

  #remove(room: SqliteRoom, { first, last: most }: KeyRange): Removed {
    const { db, rooms, index, sessions } = this.#parts;
    const last = index.lastOfStep(first, most);
    // The ids outlive their events.
    sessions.file(room, last - room.base);
    const removed = transact(db, () => {
      index.remove(room, first, last);
      rooms.setPointer(room, "lastSeq", room.lastSeq);
      return this.#retention.remove({ first, last });
    });
    index.removed(room, last);
    return removed;
  }
}

/** What can be maintained in steps. */
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

/** Maintains a store until it is disposed. Its timer does not keep the process alive. */
export class MaintenanceSchedule implements Disposable {
  readonly #store: Maintainable;
  readonly #options: MaintenanceScheduleOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasFailed = false;

  /**
   * Begins after one pause.
   *
   * @param store What is maintained.
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
