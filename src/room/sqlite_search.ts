/**
 * Searches the database for words, and keeps its index.
 *
 * The index holds which trigrams (three characters in a row) each message has. It is written in idle
 * time, since writing it in the commit would cost ten times the commit itself (measured); the
 * messages behind the index are few and are looked through one by one. What the index finds are
 * candidates: each is read and compared, so that every store means the same by "holds all words".
 * `sqlite_clues.ts` decides what the index is asked for.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { holdsAll, wordsOf } from "./memory_store.ts";
import { hasTrigram, INDEX_RANGE, SqliteClues } from "./sqlite_clues.ts";
import { type EventRow, fromRow, INDEXED_TEXT, ROW_COLUMNS } from "./sqlite_rows.ts";
import { type Lookup, type Page, STEP_MS } from "./store.ts";
import type { LogEvent } from "../protocol/messages.ts";
import type { Meta } from "./sqlite_meta.ts";

/** A search looks no further when it has held the server up for so long, in milliseconds. */
export const SEARCH_BUDGET_MS = 50;

/** Rows that the first step looks through: a few ms even of the longest texts. */
const FIRST_ROWS = 256;

/** Rows that a step looks through at most, once the steps before it were quick. */
const SCAN_ROWS = 8_192;

/** Events whose index entries the first step walks through, and at most. */
const FIRST_INDEXED = 16_384;
const MAX_INDEXED = 1 << 20;

/** Characters of a word that SQL compares; the whole word is compared afterwards. */
const MAX_LIKE_CHARS = 64;

/** Candidates that are read at once, at least, and at most once few of them were right: 5 ms. */
const MIN_CANDIDATES = 64;
const MAX_CANDIDATES = 1_024;

/** Pages of the index that are merged after each step of indexing: bounds it to about 5 ms. */
const MERGE_PAGES = 16;

/** One search: what is looked for, what was found, and when to stop. */
interface Quest {
  readonly words: readonly string[];
  readonly limit: number;
  /** Milliseconds of work that are left. */
  budgetMs: number;
  /** Rows that the next step looks through. */
  rows: number;
  /** Events whose index entries the next step walks through. */
  indexed: number;
  readonly found: LogEvent[];
  /** Candidates that are read at once. */
  atOnce: number;
  /** The limit was passed, or the time was up. */
  isOver: boolean;
}

/** Finds messages, and keeps the table `search`. */
export class SqliteSearch {
  readonly #meta: Meta;
  readonly #now: () => number;
  readonly #scan: StatementSync;
  readonly #match: StatementSync;
  readonly #clues: SqliteClues;
  readonly #index: StatementSync;
  readonly #merge: StatementSync;
  #indexed: number;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema, and `temp.terms`.
   * @param meta Keeps how far the index has come.
   * @param options.now A monotonic clock in milliseconds; default `performance.now`.
   */
  constructor(db: DatabaseSync, meta: Meta, options: { readonly now?: () => number } = {}) {
    this.#meta = meta;
    this.#now = options.now ?? monotonicMs;
    this.#indexed = meta.get("indexed");
    this.#scan = db.prepare(`
      SELECT ${ROW_COLUMNS} FROM events
      WHERE seq > ?1 AND seq <= ?2 AND type = 'message'
        AND coalesce(folded, text) LIKE ?3 ESCAPE '\\'
      ORDER BY seq DESC LIMIT ?4`);
    this.#match = db.prepare(`
      SELECT ${ROW_COLUMNS} FROM search CROSS JOIN events ON events.seq = search.rowid
      WHERE search MATCH ?3 AND ${INDEX_RANGE}
      ORDER BY search.rowid DESC LIMIT ?4`);
    this.#clues = new SqliteClues(db);
    this.#index = db.prepare(`
      INSERT INTO search (rowid, text)
      SELECT seq, ${INDEXED_TEXT} FROM events
      WHERE seq > ?1 AND seq <= ?2 AND type = 'message'`);
    this.#merge = db.prepare("INSERT INTO search (search, rank) VALUES ('merge', ?)");
  }

  /** `seq` up to which all messages are in the index. */
  get indexed(): number {
    return this.#indexed;
  }

  /**
   * Takes the next events into the index. To be called in a transaction.
   *
   * @param upTo `seq` of the last of them.
   */
  index(upTo: number): void {
    this.#index.run(this.#indexed, upTo);
    this.#merge.run(MERGE_PAGES);
    this.#meta.set("indexed", upTo);
  }

  /**
   * The transaction in which the index was changed has been committed.
   *
   * @param seq How far the index has come.
   */
  committed(seq: number): void {
    this.#indexed = Math.max(this.#indexed, seq);
  }

  /**
   * The newest messages that hold all words, falling by `seq`.
   *
   * @param query Words divided by white space; none of them finds nothing.
   * @param limit At most this many, 1 or more.
   * @param lastSeq `seq` of the newest event.
   * @returns `more` also when the search stopped after {@linkcode SEARCH_BUDGET_MS}.
   */
  *find(query: string, limit: number, lastSeq: number): Lookup<Page> {
    const words = wordsOf(query);
    const quest: Quest = {
      words,
      limit,
      budgetMs: SEARCH_BUDGET_MS,
      rows: FIRST_ROWS,
      indexed: FIRST_INDEXED,
      found: [],
      atOnce: MIN_CANDIDATES,
      isOver: words.length === 0,
    };
    // The index may grow between two steps: what it had at first is what it is asked for.
    const indexed = this.#indexed;
    yield* this.#lookThrough(quest, indexed, lastSeq);
    yield* this.#askIndex(quest, indexed);
    return { events: quest.found, more: quest.isOver && words.length > 0 };
  }

  *#askIndex(quest: Quest, indexed: number): Lookup<void> {
    let newest = indexed;
    if (!quest.words.some(hasTrigram)) {
      // A frequent short word is found here, before the index is asked for all that begins so.
      newest = Math.max(newest - SCAN_ROWS, 0);
      yield* this.#lookThrough(quest, newest, indexed);
    }
    if (quest.isOver || newest === 0) return;
    const expression = yield* this.#clues.expressionFor(quest.words, indexed);
    if (expression === undefined) yield* this.#lookThrough(quest, 0, newest);
    else if (expression !== "") yield* this.#matchBack(quest, expression, newest);
  }

  /** Compares one message after the other, the newest first. */
  *#lookThrough(quest: Quest, after: number, upTo: number): Lookup<void> {
    const pattern = likePattern(quest.words);
    for (let high = upTo; high > after && !quest.isOver;) {
      const low = Math.max(high - quest.rows, after);
      const beganMs = this.#now();
      high = this.#take(quest, this.#scan, low, high, pattern);
      quest.rows = this.#next(quest, beganMs, quest.rows, SCAN_ROWS);
      if (high > 0 && quest.budgetMs <= 0) quest.isOver = true;
      yield;
    }
  }

  /** Reads what the index finds, the newest first. */
  *#matchBack(quest: Quest, expression: string, upTo: number): Lookup<void> {
    for (let high = upTo; high > 0 && !quest.isOver;) {
      const low = Math.max(high - quest.indexed, 0);
      const beganMs = this.#now();
      high = this.#take(quest, this.#match, low, high, expression);
      quest.indexed = this.#next(quest, beganMs, quest.indexed, MAX_INDEXED);
      if (high > 0 && quest.budgetMs <= 0) quest.isOver = true;
      yield;
    }
  }

  /** Reads candidates in a range; returns the `seq` up to which the range is still to be read. */
  #take(quest: Quest, from: StatementSync, low: number, high: number, wanted: string): number {
    const most = quest.atOnce;
    const rows = from.all(low, high, wanted, most) as unknown as EventRow[];
    for (const row of rows) {
      if (!holdsAll(row.text ?? "", quest.words)) continue;
      if (quest.found.length === quest.limit) {
        quest.isOver = true;
        return low;
      }
      quest.found.push(fromRow(row));
    }
    const last = rows.length < most ? undefined : rows.at(-1);
    return last === undefined ? low : last.seq - 1;
  }

  /** Pays for a step, and says how large the next one of its kind may be. */
  #next(quest: Quest, beganMs: number, size: number, most: number): number {
    const tookMs = this.#now() - beganMs;
    quest.budgetMs -= tookMs;
    if (tookMs > STEP_MS) {
      quest.atOnce = Math.max(MIN_CANDIDATES, quest.atOnce >> 1);
      return Math.max(FIRST_ROWS >> 4, size >> 1);
    }
    if (tookMs < STEP_MS / 2) quest.atOnce = Math.min(2 * quest.atOnce, MAX_CANDIDATES);
    return tookMs < STEP_MS / 2 ? Math.min(2 * size, most) : size;
  }
}

function monotonicMs(): number {
  return performance.now();
}

/** Matches what holds the longest word, the one that says most. */
function likePattern(words: readonly string[]): string {
  let longest = "";
  for (const word of words) if (word.length > longest.length) longest = word;
  const start = [...longest.slice(0, 2 * MAX_LIKE_CHARS)].slice(0, MAX_LIKE_CHARS).join("");
  return `%${start.replace(/[\\%_]/g, "\\$&")}%`;
}
