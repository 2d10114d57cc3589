/**
 * Searches the database for words, and keeps its index.
 *
 * The index holds which trigrams (three characters in a row) each message has. It is written in
 * idle time, since writing it in the commit would cost ten times the commit itself (measured); the
 * messages behind the index are few and are looked through one by one. What the index finds are
 * candidates: each is read and compared, so that every store means the same by "holds all words".
 * `search_plan.ts` decides what the index is asked for.
 *
 * No call of SQLite can be interrupted. So each is small: it looks through a bounded number of rows
 * and of bytes, or through a part of the index that is the shorter the longer the last one took;
 * and between two of them others have their turn.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { holdsAll } from "../words.ts";
import {
  hasTrigram,
  INDEX_RANGE,
  MAX_CLUES,
  type Question,
  SqliteSearchPlan,
} from "./search_plan.ts";
import { type EventRow, fromRow, ROW_COLUMNS, searchedText } from "./rows.ts";
import { Pace } from "../steps.ts";
import type { Matches } from "../room_store.ts";
import type { LogEvent } from "../../protocol/messages.ts";

/**
 * The newest rows that are looked through before the index is asked: about 0.2 ms, and 3 ms for
 * short words alone, since the index has long lists of what begins so.
 */
const SCAN_FIRST_ROWS: { readonly long: number; readonly short: number } = {
  long: 512,
  short: 8_192,
};

/** Rows that are looked through by one statement: 0.1 ms, of everyday length. */
const SCAN_ROWS = 256;

/** Bytes of their texts, about. 2 ms when each is all "a" and one looks for "aaaaaaab". */
const SCAN_BYTES = 64 * 1024;

/** Characters of a word that SQL compares; the whole word is compared afterwards. */
const MAX_LIKE_CHARS = 8;

/** Candidates that the index names at once; each of them is then read by itself. */
const CANDIDATES = 512;

/**
 * Rows of the index that one question goes through: at least, and at most, and for how long.
 * Trigrams that half of all messages have and that never meet take 3 ms for 16,384 rows.
 */
const INDEX_ROWS = { least: 16_384, most: 65_536, targetMs: 3 } as const;

/** So few messages with the rarest trigram are read at once, wherever they are. */
const RARE = 256;

/** Where a room's messages are: keys of the table `events`. */
export interface SearchedRange {
  /** All of them are above. */
  readonly base: number;
  /** Up to here they are in the index. */
  readonly indexed: number;
  /** The newest. */
  readonly last: number;
}

/** Settings of {@linkcode SqliteSearch}. */
export interface SqliteSearchOptions {
  /** A monotonic clock in milliseconds; default `performance.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * The newest rows that are looked through before the index is asked, where a word has three
   * characters, and where all are shorter; default 512 and 8,192.
   */
  readonly scanFirstRows?: { readonly long: number; readonly short: number };
}

/** Finds messages. */
export class SqliteSearch {
  readonly #now: () => number;
  readonly #scanFirstRows: typeof SCAN_FIRST_ROWS;
  readonly #bytes: StatementSync;
  readonly #scan: StatementSync;
  /** By how many things are asked for, less one. */
  readonly #match: readonly StatementSync[];
  readonly #row: StatementSync;
  readonly #plan: SqliteSearchPlan;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema, and `temp.terms`.
   */
  constructor(
    db: DatabaseSync,
    { now = () => performance.now(), scanFirstRows = SCAN_FIRST_ROWS }: SqliteSearchOptions = {},
  ) {
    this.#now = now;
    this.#scanFirstRows = scanFirstRows;
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
    this.#plan = new SqliteSearchPlan(db);
  }

  /**
   * The messages of a room that hold all words, the newest first; see `RoomStore.matches`.
   *
   * @param words 1 or more.
   * @param range Where.
   */
  *find(words: readonly string[], { base, indexed, last }: SearchedRange): Matches {
    // What is frequent is found here, before the index walks through all that it has of it.
    const { long, short } = this.#scanFirstRows;
    const first = words.some(hasTrigram) ? long : short;
    const newest = Math.max(indexed - first, base);
    yield* this.#lookThrough(words, newest, last);
    if (newest === base) return;
    const question = yield* this.#plan.questionFor(words, [base, indexed]);
    if (question === undefined) yield* this.#lookThrough(words, base, newest);
    else if (question !== null) yield* this.#matchBack(words, question, [base, newest]);
  }

  /** Compares one message after the other, the newest first. */
  *#lookThrough(words: readonly string[], after: number, upTo: number): Matches {
    const pattern = likePattern(words);
    for (let high = upTo; high > after;) {
      const low = this.#lowOf(high, after);
      for (const row of this.#scan.all(low, high, pattern)) {
        yield matchOf(row as unknown as EventRow, words);
      }
      high = low;
      if (high > after) yield;
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
  *#matchBack(
    words: readonly string[],
    question: Question,
    [after, upTo]: readonly [number, number],
  ): Matches {
    const pace = new Pace(INDEX_ROWS.least, INDEX_ROWS.most, INDEX_ROWS.targetMs);
    for (let high = upTo; high > after;) {
      const rarest = this.#keys(after, high, question.slice(0, 1), RARE);
      if (rarest.length < RARE) return yield* this.#read(words, rarest);
      yield;
      const low = Math.max(high - pace.size, after);
      const beganMs = this.#now();
      const keys = this.#keys(low, high, question, CANDIDATES);
      pace.took(high - low, this.#now() - beganMs);
      yield* this.#read(words, keys);
      high = keys.length < CANDIDATES ? low : (keys.at(-1) ?? 1) - 1;
      if (high > after) yield;
    }
  }

  #keys(low: number, high: number, clues: readonly string[], limit: number): number[] {
    const rows = this.#match[clues.length - 1]!.all(low, high, limit, ...clues);
    return (rows as unknown as { key: number }[]).map(({ key }) => key);
  }

  *#read(words: readonly string[], keys: readonly number[]): Matches {
    for (const [index, key] of keys.entries()) {
      const row = this.#row.get(key);
      // It may have been removed while others had their turn.
      const match = row === undefined ? undefined : matchOf(row as unknown as EventRow, words);
      if (match !== undefined || index < keys.length - 1) yield match;
    }
  }
}

/** The event of a candidate, if it holds all words. */
function matchOf(row: EventRow, words: readonly string[]): LogEvent | undefined {
  return holdsAll(searchedText(row), words) ? fromRow(row) : undefined;
}

/**
 * Asks for what several parts of the index name together. FTS5's own AND does not heed the bounds
 * as long as its parts do not meet, and would walk through all of the past; this merges two walks,
 * of which each ends at its bounds.
 */
function matchAll(clues: number): string {
  const parts = Array.from({ length: clues }, (_, n) => `
    SELECT rowid AS key FROM search WHERE search MATCH ?${n + 4} AND ${INDEX_RANGE}`);
  return `${parts.join(" INTERSECT ")} ORDER BY 1 DESC LIMIT ?3`;
}

/** Matches what holds the longest word, the one that says most. */
function likePattern(words: readonly string[]): string {
  let longest = "";
  for (const word of words) if (word.length > longest.length) longest = word;
  const start = [...longest.slice(0, 2 * MAX_LIKE_CHARS)].slice(0, MAX_LIKE_CHARS).join("");
  return `%${start.replace(/[\\%_]/g, "\\$&")}%`;
}
