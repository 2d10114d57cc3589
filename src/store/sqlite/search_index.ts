/**
 * Writes the index of the database, in idle time and in small steps.
 *
 * Each step adds a small segment to the index, and small ones are merged into larger ones in steps
 * of their own, until there are few again: merging too little, or leaving it to FTS5, makes it
 * catch up all at once, which takes as long as the index is large.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { transact } from "./errors.ts";
import type { SqliteRoom } from "./room.ts";
import type { SqliteRooms } from "./rooms.ts";
import { INDEXED_TEXT } from "./rows.ts";

/** Rows of one step of indexing or trimming, at most: 1 to 3 ms, of everyday length. */
export const MAINTENANCE_ROWS = 128;

/** Bytes of their texts, about: one of the longest, with 4,000 trigrams, takes 1 to 3 ms. */
const STEP_BYTES = 16 * 1024;

/** Pages of the index that one step merges: 0.5 to 2 ms. */
const MERGE_PAGES = 16;

/** Fewer changed rows than these say that there was nothing to merge: FTS5's own rule. */
const MERGED_CHANGES = 2;

/**
 * Keeps the table `search`, whose rows have the keys of the events. Each step takes rows of one
 * room, rising, since FTS5 begins a new segment where a key is lower than the one before.
 */
export class SqliteIndex {
  readonly #db: DatabaseSync;
  readonly #rooms: SqliteRooms;
  readonly #lengths: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;
  readonly #merge: StatementSync;
  readonly #changes: StatementSync;
  /** There may be something to merge. */
  #isMerging = true;
  /** Not only what is worth it. */
  #mustMergeAll = false;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   * @param rooms Keep how far the index has come in each.
   */
  constructor(db: DatabaseSync, rooms: SqliteRooms) {
    this.#db = db;
    this.#rooms = rooms;
    this.#lengths = db.prepare(`
      SELECT seq, iif(folded IS NULL, octet_length(text), octet_length(folded)) AS bytes
      FROM events WHERE seq >= ?1 AND seq <= ?2 ORDER BY seq`);
    this.#add = db.prepare(`
      INSERT INTO search (rowid, text)
      SELECT seq, ${INDEXED_TEXT} FROM events
      WHERE seq > ?1 AND seq <= ?2 AND type = 'message'`);
    // An index without content has to be told the very text that it was given.
    this.#remove = db.prepare(`
      INSERT INTO search (search, rowid, text)
      SELECT 'delete', seq, ${INDEXED_TEXT} FROM events
      WHERE seq >= ?1 AND seq <= ?2 AND type = 'message'`);
    this.#merge = db.prepare("INSERT INTO search (search, rank) VALUES ('merge', ?)");
    this.#changes = db.prepare("SELECT total_changes() AS changes");
  }

  /** There may be something to merge, which goes before new rows. */
  get isMerging(): boolean {
    return this.#isMerging;
  }

  /**
   * A room has rows for a step. Few large segments make a smaller index than many small ones, so it
   * waits until there are as many rows as a step takes.
   *
   * @param budgetRows Rows of a step.
   */
  isBehind({ lastSeq, indexed }: SqliteRoom, budgetRows: number): boolean {
    return lastSeq - indexed >= budgetRows;
  }

  /** One small step of merging, if there is something to merge. */
  merge(): void {
    if (this.#isMerging) this.#isMerging = transact(this.#db, () => this.#mergeSome());
  }

  /** All of the index is to be merged into one piece, which has nothing of what was removed. */
  mergeAll(): void {
    this.#isMerging = this.#mustMergeAll = true;
  }

  /**
   * One small step: takes the next events of a room into the index.
   *
   * @param budgetRows At most this many, which there are.
   */
  add(room: SqliteRoom, budgetRows: number): void {
    const after = room.base + room.indexed;
    const upTo = this.lastOfStep(after + 1, after + budgetRows);
    transact(this.#db, () => {
      this.#add.run(after, upTo);
      this.#rooms.setPointer(room, "indexed", upTo - room.base);
    });
    room.indexed = upTo - room.base;
    this.#isMerging = true;
  }

  /**
   * How far a step goes that reads the texts of its rows.
   *
   * @param first Key of its first event.
   * @param most Not beyond this key.
   * @returns Key of its last event, at least `first`.
   */
  lastOfStep(first: number, most: number): number {
    let bytes = 0;
    for (const row of this.#lengths.all(first, most)) {
      bytes += Number(row["bytes"] ?? 0);
      if (bytes > STEP_BYTES) return Math.max(first, Number(row["seq"]) - 1);
    }
    return most;
  }

  /**
   * Takes the oldest events of a room out of the index, which are about to be removed. To be called
   * in their transaction.
   *
   * @param first Key of the oldest event.
   * @param last Key of the last one.
   */
  remove(room: SqliteRoom, first: number, last: number): void {
    const { base, indexed } = room;
    this.#remove.run(first, Math.min(last, base + indexed));
    this.#rooms.setPointer(room, "indexed", Math.max(indexed, last - base));
  }

  /**
   * The transaction in which events were removed has been committed.
   *
   * @param last Key of the last one.
   */
  removed(room: SqliteRoom, last: number): void {
    room.indexed = Math.max(room.indexed, last - room.base);
    this.#isMerging = true;
  }

  /**
   * Changes what the index has of events, in the transaction that is open.
   *
   * @param room Theirs.
   * @param keys Rising; those that the index does not have yet are left alone.
   * @param change Changes the row of one: what is searched of it is another text afterwards.
   */
  replace(
    { base, indexed }: SqliteRoom,
    keys: readonly number[],
    change: (key: number) => void,
  ): void {
    for (const key of keys) {
      const isIndexed = key <= base + indexed;
      if (isIndexed) this.#remove.run(key, key);
      change(key);
      if (isIndexed) this.#add.run(key - 1, key);
      this.#isMerging ||= isIndexed;
    }
  }

  /**
   * Returns whether there may be more. All is merged only when nothing is under way: each time that
   * it is begun again leaves one segment more, and FTS5 has at most 2,000 (then it says
   * `SQLITE_FULL`).
   */
  #mergeSome(): boolean {
    if (this.#mergePages(MERGE_PAGES)) return true;
    if (!this.#mustMergeAll) return false;
    this.#mustMergeAll = false;
    // A negative number begins to merge all, whatever there is (FTS5, "merge").
    return this.#mergePages(-MERGE_PAGES);
  }

  /** Returns whether it has merged anything. */
  #mergePages(pages: number): boolean {
    const before = this.#totalChanges();
    this.#merge.run(pages);
    return this.#totalChanges() - before >= MERGED_CHANGES;
  }

  #totalChanges(): number {
    return Number(this.#changes.get()?.["changes"] ?? 0);
  }
}
