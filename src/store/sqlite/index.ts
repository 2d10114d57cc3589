/**
 * Writes the index of the database, in idle time and in small steps.
 *
 * Each step adds a small segment to the index, and small ones are merged into larger ones in steps of
 * their own, until there are few again: merging too little, or leaving it to FTS5, makes it catch up
 * all at once, which takes as long as the index is large.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Meta, transact } from "./meta.ts";
import { INDEXED_TEXT } from "./rows.ts";

/** Rows of one step of indexing or trimming, at most: 1 to 3 ms, of everyday length. */
export const MAINTENANCE_ROWS = 128;

/** Bytes of their texts, about: one of the longest, with 4,000 trigrams, takes 1 to 3 ms. */
const TIDY_BYTES = 16 * 1024;

/** Pages of the index that one step merges: 0.5 to 2 ms. */
const MERGE_PAGES = 16;

/** Fewer changed rows than these say that there was nothing to merge: FTS5's own rule. */
const MERGED_CHANGES = 2;

/** Keeps the table `search`. */
export class SqliteIndex {
  readonly #db: DatabaseSync;
  readonly #meta: Meta;
  readonly #lengths: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;
  readonly #merge: StatementSync;
  readonly #changes: StatementSync;
  #indexed: number;
  /** There may be something to merge. */
  #isMerging = true;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   * @param meta Keeps how far the index has come.
   */
  constructor(db: DatabaseSync, meta: Meta) {
    this.#db = db;
    this.#meta = meta;
    this.#indexed = meta.get("indexed");
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

  /** `seq` up to which all messages are in the index. */
  get indexed(): number {
    return this.#indexed;
  }

  /**
   * There is work. Few large segments make a smaller index than many small ones, so it waits until
   * there are as many rows as a step takes.
   *
   * @param lastSeq `seq` of the newest event.
   * @param budgetRows Rows of a step.
   */
  isBehind(lastSeq: number, budgetRows: number): boolean {
    return this.#isMerging || lastSeq - this.#indexed >= budgetRows;
  }

  /**
   * One small step: merges, or takes the next events into the index.
   *
   * @param lastSeq `seq` of the newest event.
   * @param budgetRows At most this many.
   */
  step(lastSeq: number, budgetRows: number): void {
    if (this.#isMerging) {
      this.#isMerging = transact(this.#db, () => this.#mergeSome());
    } else if (this.isBehind(lastSeq, budgetRows)) {
      const upTo = this.lastOfStep(this.#indexed + 1, this.#indexed + budgetRows);
      transact(this.#db, () => {
        this.#add.run(this.#indexed, upTo);
        this.#meta.set("indexed", upTo);
      });
      this.#indexed = upTo;
      this.#isMerging = true;
    }
  }

  /**
   * How far a step goes that reads the texts of its rows.
   *
   * @param first `seq` of its first event.
   * @param most Not beyond this `seq`.
   * @returns `seq` of its last event, at least `first`.
   */
  lastOfStep(first: number, most: number): number {
    let bytes = 0;
    for (const row of this.#lengths.iterate(first, most)) {
      bytes += Number(row["bytes"] ?? 0);
      const seq = Number(row["seq"]);
      if (bytes > TIDY_BYTES) return Math.max(first, seq - 1);
    }
    return most;
  }

  /**
   * Takes events out of the index that are about to be removed. To be called in their transaction.
   *
   * @param first `seq` of the oldest event.
   * @param last `seq` of the last one.
   */
  remove(first: number, last: number): void {
    this.#remove.run(first, Math.min(last, this.#indexed));
    this.#meta.set("indexed", Math.max(this.#indexed, last));
  }

  /**
   * The transaction in which events were removed has been committed.
   *
   * @param last `seq` of the last one.
   */
  removed(last: number): void {
    this.#indexed = Math.max(this.#indexed, last);
    this.#isMerging = true;
  }

  /** Returns whether there may be more. */
  #mergeSome(): boolean {
    const before = this.#totalChanges();
    this.#merge.run(MERGE_PAGES);
    return this.#totalChanges() - before >= MERGED_CHANGES;
  }

  #totalChanges(): number {
    return Number(this.#changes.get()?.["changes"] ?? 0);
  }
}
