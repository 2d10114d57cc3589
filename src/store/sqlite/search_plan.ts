/**
 * From the words of a search to what the index is asked for: a few telling trigrams.
 *
 * The index takes as long as its lists are long, whatever comes out: for a word such as "staying"
 * it would walk through all messages with "ing". So it is counted first how many of the newest
 * messages have each trigram, and only the rarest are asked for. What that lets through too much is
 * compared with the words anyway.
 *
 * A word of one or two characters has no trigram. As each message is indexed with two spaces behind
 * it, every occurrence begins some trigram, and the index knows which trigrams begin so. Where they
 * are too many the word is frequent, and looking through the newest messages finds it soon.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";

/**
 * Bounds for rows of the index: after `?1`, up to `?2`. `node:sqlite` binds numbers as REAL, and
 * FTS5 heeds bounds only when they are INTEGER: without the casts it would walk through all of the
 * past.
 */
export const INDEX_RANGE =
  "search.rowid > CAST(?1 AS INTEGER) AND search.rowid <= CAST(?2 AS INTEGER)";

/**
 * Where the index looks for its terms (`temp.terms`). It gives a row for each message of a term, of
 * which the first one suffices: counting all messages of a frequent term takes 10 ms and more.
 */
export const TERMS_TABLE =
  "CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search, instance)";

/** Trigrams of all words that are weighed, about 0.5 ms each; fewer only give more candidates. */
const MAX_WEIGHED = 16;

/** The newest messages in which it is counted how many have a trigram. */
const SAMPLE_ROWS = 2_048;

/** Trigrams of one word that the index is asked for: the rarest tell nearly as much as all do. */
const MAX_ASKED = 3;

/** Things that one question asks for together. */
export const MAX_CLUES = 3;

/** A trigram so many times as frequent as the rarest one hardly rules anything out any more. */
const TELLING_FACTOR = 16;

/**
 * A short word that begins more trigrams than these is looked for without the index, and no
 * question has more of them: looking up 32 takes up to 5 ms, in which nobody else has a turn.
 */
const MAX_COMPLETIONS = 32;

/** A short word that so many of the sample have is found sooner without the index. */
const MAX_SHORT_COUNT: number = SAMPLE_ROWS / 16;

/** Something to ask the index for. */
interface Clue {
  /** As FTS5 wants it. */
  readonly expression: string;
  /** How many trigrams that are. */
  readonly terms: number;
  /** How many of the newest messages have it, at least 1. */
  readonly count: number;
}

/**
 * What a message must have all of: FTS5 expressions, the rarest first, at most
 * {@linkcode MAX_CLUES}.
 */
export type Question = readonly [string, ...string[]];

/** Finds out what to ask the index for. */
export class SqliteSearchPlan {
  readonly #count: StatementSync;
  readonly #nextTerm: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema, and {@linkcode TERMS_TABLE}.
   */
  constructor(db: DatabaseSync) {
    this.#count = db.prepare(`
      SELECT count(*) AS count FROM (
        SELECT 1 FROM search WHERE search MATCH ?3 AND ${INDEX_RANGE} ORDER BY search.rowid DESC)`);
    this.#nextTerm = db.prepare("SELECT term FROM temp.terms WHERE term >= ? LIMIT 1");
  }

  /**
   * What to ask the index for, to find all messages that may hold all of the words.
   *
   * @param words At least one, none of them empty, folded as the index is.
   * @param range Keys of the indexed events of the room: above the first, up to the second.
   * @returns Undefined when the index cannot help; null when it knows that there is nothing.
   */
  *questionFor(
    words: readonly string[],
    [after, upTo]: readonly [number, number],
  ): Generator<undefined, Question | undefined | null, void> {
    const sample = [Math.max(upTo - SAMPLE_ROWS, after), upTo] as const;
    const perWord = Math.max(2, Math.floor(MAX_WEIGHED / words.length));
    const clues: Clue[] = [];
    let left = MAX_WEIGHED;
    let rarest = 0;
    for (const word of words) {
      if (left <= 0) break;
      if (hasTrigram(word)) {
        const weighed: Clue[] = [];
        for (const trigram of trigramsOf(word, Math.min(perWord, left))) {
          const clue = this.#weigh(trigram, 1, sample);
          weighed.push(clue);
          yield;
          // None is rarer than these, and more are not asked for.
          if (clue.count === 1) rarest++;
          left = rarest < MAX_CLUES ? left - 1 : 0;
          if (left === 0) break;
        }
        clues.push(...weighed.sort(byCount).slice(0, MAX_ASKED));
        continue;
      }
      const terms = yield* this.#completionsOf(word);
      if (terms.length === 0) return null;
      if (terms.length > MAX_COMPLETIONS) continue;
      left--;
      const clue = this.#weigh(`(${terms.join(" OR ")})`, terms.length, sample);
      if (clue.count <= MAX_SHORT_COUNT) clues.push(clue);
      yield;
    }
    return questionOf(clues.sort(byCount));
  }

  #weigh(expression: string, terms: number, [after, upTo]: readonly [number, number]): Clue {
    const row = this.#count.get(after, upTo, expression);
    return { expression, terms, count: Math.max(Number(row?.["count"] ?? 0), 1) };
  }

  /** The trigrams that begin with a short word; one more than is useful when there are many. */
  *#completionsOf(word: string): Generator<undefined, string[], void> {
    const terms: string[] = [];
    let from = word;
    while (terms.length <= MAX_COMPLETIONS) {
      const term = this.#nextTerm.get(from)?.["term"];
      if (typeof term !== "string" || !term.startsWith(word)) break;
      terms.push(quoted(term));
      // Nothing sorts between a term and this: all terms have three characters.
      from = `${term}\u0001`;
      yield;
    }
    return terms;
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

/** The question that a few of the clues make, the rarest of which comes first. */
function questionOf(clues: readonly Clue[]): Question | undefined {
  const [rarest, ...others] = clues;
  if (rarest === undefined) return undefined;
  const asked: string[] = [];
  let { terms } = rarest;
  for (const clue of others.slice(0, MAX_CLUES - 1)) {
    terms += clue.terms;
    if (clue.count > rarest.count * TELLING_FACTOR || terms > MAX_COMPLETIONS) break;
    asked.push(clue.expression);
  }
  return [rarest.expression, ...asked];
}

function byCount(a: Clue, b: Clue): number {
  return a.count - b.count;
}

/** The first of them, each once, as FTS5 strings. */
function trigramsOf(word: string, limit: number): Set<string> {
  const chars = [...word];
  const trigrams = new Set<string>();
  for (let i = 0; i + 3 <= chars.length && trigrams.size < limit; i++) {
    trigrams.add(quoted(chars.slice(i, i + 3).join("")));
  }
  return trigrams;
}

/**
 * Inside quotes nothing is syntax but the quote itself: https://sqlite.org/fts5.html#fts5_strings.
 */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
