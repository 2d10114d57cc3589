/**
 * Where a text names somebody.
 *
 * @module
 */

import { normalized } from "./normalize.ts";

/**
 * UTF-16 units of a spelling that is looked for: a name of 32 code points, decomposed. At each
 * place of a text as many may be compared, and a server may give any name.
 */
const MAX_SPELLING_UNITS = 128;

/** What a word is made of. */
const WORD = String.raw`[\p{L}\p{M}\p{N}_]`;

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** A part of a text. */
export interface Range {
  /** Where it begins, in UTF-16 code units. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/**
 * Makes a function that finds a name in texts: as a whole word, in any case, also as `@name`. A
 * hyphen or a dot with a letter behind it goes on with a word (`ada-lovelace` does not name `ada`),
 * an apostrophe does not (`ada's` does). A name in a script without spaces between words, of two
 * characters or more, is found anywhere.
 *
 * @param name The name; empty: nothing is ever found.
 * @returns Gives the places in a text, in order, not overlapping.
 */
export function mentionFinder(name: string): (text: string) => Range[] {
  if (name === "") return () => [];
  // The flag i folds single characters only: STRASSE for straße is another spelling here.
  const spellings = [name, normalized(name, "NFD"), normalized(name, "NFKC"), name.toUpperCase()];
  const short = spellings.filter(({ length }) => length <= MAX_SPELLING_UNITS);
  if (short.length === 0) return () => [];
  const choice = [...new Set(short)].map(escaped).join("|");
  const chars = [...name];
  const noEnd = `(?!${WORD}|[-.]${WORD})`;
  const before = chars.length > 1 && UNSPACED.test(name) ? "" : `(?<!${WORD}|${WORD}[-.])`;
  const after = UNSPACED.test(chars.at(-1) ?? "") ? "" : noEnd;
  const bare = `${before}(?:${choice})${chars.length > 1 ? after : noEnd}`;
  const pattern = new RegExp(`(?<!${WORD})@(?:${choice})${after}|${bare}`, "giu");
  return (text) =>
    Array.from(text.matchAll(pattern), (match) => ({
      start: match.index,
      end: match.index + match[0].length,
    }));
}

function escaped(text: string): string {
  // With the flag u, only what has a meaning may be escaped.
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
