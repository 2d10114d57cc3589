/**
 * Searches the database for words, and keeps its index.
 *
 * The index holds which trigrams (three characters in a row) each message has. It is written in idle
 * time, since writing it in the commit would cost ten times the commit itself (measured); the
 * messages behind the index are few and are looked through one by one. What the index finds are
 * candidates: each is read and compared, so that every store means the same by "holds all words".
 * `clues.ts` decides what the index is asked for.
 *
 * No call of SQLite can be interrupted. So each is small: it looks through a bounded number of rows
 * and of bytes, or through a part of the index that is the shorter the longer the last one took; and
 * between two of them others have their turn.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { holdsAll, wordsOf } from "../words.ts";
import { hasTrigram, INDEX_RANGE, MAX_CLUES, type Question, SqliteClues } from "./clues.ts";
import { type EventRow, fromRow, ROW_COLUMNS, searchedText } from "./rows.ts";
import { Pace, Steps } from "../steps.ts";
import { type Lookup, type Page, SEARCH_BUDGET_MS } from "../store.ts";
import type { Fits } from "../../protocol/limits.ts";
import type { LogEvent } from "../../protocol/messages.ts";

/** The newest rows that are looked through for short words before the index is asked: about 3 ms. */
const SCAN_FIRST_ROWS = 8_192;

/** Rows that are looked through by one statement: 0.1 ms, of everyday length. */
const SCAN_ROWS = 256;

/** Bytes of their texts, about. 2 ms when each is all "a" and one looks for "aaaaaaab". */
const SCAN_BYTES = 64 * 1024;

/** Characters of a word that SQL compares; the whole word is compared afterwards. */
const MAX_LIKE_CHARS = 8;

/** Candidates that the index names at once; each of them is then read by itself. */
const CANDIDATES = 512;

/**
 * Rows of the index that one question goes through: at least, and at most, and for how long. Trigrams
 * that half of all messages have and that never meet take 3 ms for 16,384 rows.
 */
const INDEX_ROWS = { least: 16_384, most: 65_536, targetMs: 3 } as const;

/** So few messages with the rarest trigram are read at once, wherever they are. */
const RARE = 256;

/** One search: what is looked for, what was found, and when to stop. */
interface Quest {
  readonly words: readonly string[];
  readonly limit: number;
  readonly fits: Fits;
  readonly steps: Steps;
  readonly found: LogEvent[];
  /** The limit was passed, or the time was up. */
  isOver: boolean;
}

/** Finds messages. */
export class SqliteSearch {
  readonly #now: (() => number) | undefined;
  readonly #bytes: StatementSync;
  readonly #scan: StatementSync;
  /** By how many things are asked for, less one. */
  readonly #match: readonly StatementSync[];
  readonly #row: StatementSync;
  readonly #clues: SqliteClues;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema, and `temp.terms`.
   * @param options.now A monotonic clock in milliseconds; default `performance.now`.
   */
  constructor(db: DatabaseSync, options: { readonly now?: (() => number) | undefined } = {}) {
    this.#now = options.now;
    // The lengths stand at the beginning of a row, so this does not read the texts.
    this.#bytes = db.prepare(`
      SELECT total(octet_length(text)) + total(octet_length(folded)) AS bytes FROM events
      WHERE seq > ?1 AND seq <= ?2`);
    this.#scan = db.prepare(`
      SELECT ${ROW_COLUMNS} FROM events
      WHERE seq > ?1 AND seq <= ?2 AND type = 'message'
        AND coalesce(folded, text) LIKE ?3 ESCAPE '\\'
      ORDER BY seq DESC`);
    this.#match = Array.from({ length: MAX_CLUES }, (_, n) => db.prepare(matchAll(n + 1)));
    this.#row = db.prepare(`SELECT ${ROW_COLUMNS} FROM events WHERE seq = ?`);
    this.#clues = new SqliteClues(db);
  }

  /**
   * The newest messages that hold all words, falling by `seq`, in steps.
   *
   * @param query Words divided by white space; none of them finds nothing.
   * @param limit At most this many, 1 or more.
   * @param options.lastSeq `seq` of the newest event.
   * @param options.indexed `seq` up to which all messages are in the index.
   * @param options.fits Asked from the newest to the oldest.
   * @returns `more` also when the search stopped after {@linkcode SEARCH_BUDGET_MS}.
   */
  *find(
    query: string,
    limit: number,
    options: { readonly lastSeq: number; readonly indexed: number; readonly fits: Fits },
  ): Lookup<Page> {
    const { lastSeq, indexed, fits } = options;
    const quest: Quest = {
      words: wordsOf(query),
      limit,
      fits,
      steps: new Steps({ now: this.#now, budgetMs: SEARCH_BUDGET_MS }),
      found: [],
      isOver: false,
    };
    if (quest.words.length === 0) return { events: [], more: false };
    yield* this.#lookThrough(quest, indexed, lastSeq);
    yield* this.#askIndex(quest, indexed);
    return { events: quest.found, more: quest.isOver };
  }

  *#askIndex(quest: Quest, indexed: number): Lookup<void> {
    let newest = indexed;
    if (!quest.words.some(hasTrigram)) {
      // A frequent short word is found here, before the index is asked for all that begins so.
      newest = Math.max(newest - SCAN_FIRST_ROWS, 0);
      yield* this.#lookThrough(quest, newest, indexed);
    }
    if (quest.isOver || newest === 0) return;
    const question = yield* this.#clues.questionFor(quest.words, indexed, quest.steps);
    if (question === undefined) yield* this.#lookThrough(quest, 0, newest);
    else if (question !== null) yield* this.#matchBack(quest, question, newest);
  }

  /** Compares one message after the other, the newest first. */
  *#lookThrough(quest: Quest, after: number, upTo: number): Lookup<void> {
    const pattern = likePattern(quest.words);
    for (let high = upTo; high > after && !quest.isOver;) {
      const low = this.#lowOf(high, after);
      for (const row of this.#scan.all(low, high, pattern)) {
        yield* this.#consider(quest, row as unknown as EventRow);
        if (quest.isOver) return;
      }
      high = low;
      yield* this.#pause(quest, high > 0);
    }
  }

  /** How far down one statement may look: neither too many rows nor too many bytes. */
  #lowOf(high: number, after: number): number {
    let rows = Math.min(SCAN_ROWS, high - after);
    while (rows > 1) {
      const bytes = Number(this.#bytes.get(high - rows, high)?.["bytes"] ?? 0);
      if (bytes <= SCAN_BYTES) break;
      rows = Math.max(1, Math.floor(rows * SCAN_BYTES / bytes));
    }
    return high - rows;
  }

  /** Reads what the index names, the newest first. */
  *#matchBack(quest: Quest, question: Question, upTo: number): Lookup<void> {
    const pace = new Pace(INDEX_ROWS.least, INDEX_ROWS.most, INDEX_ROWS.targetMs);
    for (let high = upTo; high > 0 && !quest.isOver;) {
      const rarest = this.#seqs(0, high, question.slice(0, 1), RARE);
      if (rarest.length < RARE) return yield* this.#considerAll(quest, rarest);
      yield* this.#pause(quest, true);
      const low = Math.max(high - pace.size, 0);
      const beganMs = quest.steps.now();
      const seqs = this.#seqs(low, high, question, CANDIDATES);
      pace.took(high - low, quest.steps.now() - beganMs);
      yield* this.#considerAll(quest, seqs);
      high = seqs.length < CANDIDATES ? low : (seqs.at(-1) ?? 1) - 1;
      yield* this.#pause(quest, high > 0);
    }
  }

  #seqs(low: number, high: number, clues: readonly string[], limit: number): number[] {
    const rows = this.#match[clues.length - 1]!.all(low, high, limit, ...clues);
    return (rows as unknown as { seq: number }[]).map(({ seq }) => seq);
  }

  *#considerAll(quest: Quest, seqs: readonly number[]): Lookup<void> {
    for (const seq of seqs) {
      if (quest.isOver) return;
      const row = this.#row.get(seq);
      // It may have been removed while others had their turn.
      if (row !== undefined) yield* this.#consider(quest, row as unknown as EventRow);
    }
  }

  /** Takes a candidate if it holds all words. */
  *#consider(quest: Quest, row: EventRow): Lookup<void> {
    if (holdsAll(searchedText(row), quest.words)) {
      const event = fromRow(row);
      if (quest.found.length === quest.limit || !quest.fits(event)) {
        quest.isOver = true;
        return;
      }
      quest.found.push(event);
    }
    yield* this.#pause(quest, row.seq > 1);
  }

  /** Between two pieces of work: stops when the time is up, or lets others have their turn. */
  *#pause(quest: Quest, isMoreLeft: boolean): Lookup<void> {
    if (isMoreLeft && quest.steps.isSpent) quest.isOver = true;
    else if (quest.steps.isDue) yield* quest.steps.rest();
  }
}

/**
 * Asks for what several parts of the index name together. FTS5's own AND does not heed the bounds as
 * long as its parts do not meet, and would walk through all of the past; this merges two walks, of
 * which each ends at its bounds.
 */
function matchAll(clues: number): string {
  const parts = Array.from({ length: clues }, (_, n) => `
    SELECT rowid AS seq FROM search WHERE search MATCH ?${n + 4} AND ${INDEX_RANGE}`);
  return `${parts.join(" INTERSECT ")} ORDER BY 1 DESC LIMIT ?3`;
}

/** Matches what holds the longest word, the one that says most. */
function likePattern(words: readonly string[]): string {
  let longest = "";
  for (const word of words) if (word.length > longest.length) longest = word;
  const start = [...longest.slice(0, 2 * MAX_LIKE_CHARS)].slice(0, MAX_LIKE_CHARS).join("");
  return `%${start.replace(/[\\%_]/g, "\\$&")}%`;
}
