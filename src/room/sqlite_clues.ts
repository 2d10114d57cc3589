/**
 * From the words of a search to what the index is asked for: a few telling trigrams.
 *
 * The index takes as long as its lists are long, whatever comes out: for a word such as "staying" it
 * would walk through all messages with "ing". So it is counted first how many of the newest messages
 * have each trigram, and only the rarest are asked for. What that lets through too much is compared
 * with the words anyway.
 *
 * A word of one or two characters has no trigram. As each message is indexed with two spaces behind
 * it, every occurrence begins some trigram, and the index knows which trigrams begin so. Where they
 * are too many the word is frequent, and looking through the newest messages finds it soon.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Lookup } from "./store.ts";

/**
 * Bounds for rows of the index: after `?1`, up to `?2`. `node:sqlite` binds numbers as REAL, and FTS5
 * heeds bounds only when they are INTEGER: without the casts it would walk through all of the past.
 */
export const INDEX_RANGE =
  "search.rowid > CAST(?1 AS INTEGER) AND search.rowid <= CAST(?2 AS INTEGER)";

/** Trigrams of all words that are weighed, about 0.5 ms each; fewer only give more candidates. */
const MAX_WEIGHED = 16;

/** The newest messages in which it is counted how many have a trigram. */
const SAMPLE_ROWS = 2_048;

/** Trigrams of one word that the index is asked for: the rarest tell nearly as much as all do. */
const MAX_ASKED = 3;

/** A trigram so many times as frequent as the rarest one hardly rules anything out any more. */
const TELLING_FACTOR = 16;

/** A short word that begins more trigrams than these is looked for without the index. */
const MAX_COMPLETIONS = 64;

/** Something to ask the index for. */
interface Clue {
  /** As FTS5 wants it. */
  readonly expression: string;
  /** How many of the newest messages have it, at least 1. */
  readonly count: number;
}

/** Finds out what to ask the index for. */
export class SqliteClues {
  readonly #count: StatementSync;
  readonly #terms: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema, and `temp.terms`.
   */
  constructor(db: DatabaseSync) {
    this.#count = db.prepare(`
      SELECT count(*) AS count FROM (
        SELECT 1 FROM search WHERE search MATCH ?3 AND ${INDEX_RANGE} ORDER BY search.rowid DESC)`);
    this.#terms = db.prepare(
      `SELECT term FROM temp.terms WHERE term >= ? AND term < ? LIMIT ${MAX_COMPLETIONS + 1}`,
    );
  }

  /**
   * What to ask the index for, to find all messages that may hold all of the words.
   *
   * @param words At least one, none of them empty, folded as the index is.
   * @param indexed `seq` of the newest message in the index.
   * @returns An FTS5 expression; undefined when the index cannot help; empty when it knows that there
   * is nothing.
   */
  *expressionFor(words: readonly string[], indexed: number): Lookup<string | undefined> {
    const perWord = Math.max(2, Math.floor(MAX_WEIGHED / words.length));
    const clues: Clue[] = [];
    let left = MAX_WEIGHED;
    for (const word of words) {
      if (left <= 0) break;
      if (hasTrigram(word)) {
        const trigrams = trigramsOf(word).slice(0, Math.min(perWord, left));
        left -= trigrams.length;
        const weighed: Clue[] = [];
        for (const trigram of trigrams) {
          weighed.push(this.#weigh(trigram, indexed));
          yield;
        }
        clues.push(...weighed.sort(byCount).slice(0, MAX_ASKED));
        continue;
      }
      const terms = this.#completionsOf(word);
      if (terms.length === 0) return "";
      if (terms.length > MAX_COMPLETIONS) continue;
      left--;
      clues.push(this.#weigh(`(${terms.join(" OR ")})`, indexed));
      yield;
    }
    const [rarest] = clues.sort(byCount);
    if (rarest === undefined) return undefined;
    const telling = clues.filter(({ count }) => count <= rarest.count * TELLING_FACTOR);
    return telling.map(({ expression }) => expression).join(" AND ");
  }

  #weigh(expression: string, indexed: number): Clue {
    const row = this.#count.get(Math.max(indexed - SAMPLE_ROWS, 0), indexed, expression);
    return { expression, count: Math.max(Number(row?.["count"] ?? 0), 1) };
  }

  #completionsOf(word: string): string[] {
    // U+10FFFF sorts behind every character that a text can hold.
    return this.#terms.all(word, `${word}\u{10FFFF}`).map((row) => quoted(String(row["term"])));
  }
}

/**
 * Whether a word is long enough for the index: three code points.
 *
 * @param word As it is looked for.
 */
export function hasTrigram(word: string): boolean {
  return word.length >= 3 && [...word].length >= 3;
}

function byCount(a: Clue, b: Clue): number {
  return a.count - b.count;
}

/** Each once, as FTS5 strings. */
function trigramsOf(word: string): string[] {
  const chars = [...word];
  const trigrams = new Set<string>();
  for (let i = 0; i + 3 <= chars.length; i++) trigrams.add(quoted(chars.slice(i, i + 3).join("")));
  return [...trigrams];
}

/** Inside quotes nothing is syntax but the quote itself: https://sqlite.org/fts5.html#fts5_strings. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
