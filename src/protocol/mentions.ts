/**
 * Where a text names somebody. A server looks for all who may be named, so there is no pattern for
 * each name: to make and compile one took 4 ms (measured with Deno 2.9.6).
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

/** Made when a text is looked through: reading the classes takes 4 ms, which no start needs. */
let made: ReturnType<typeof makePatterns> | undefined;

function patterns(): ReturnType<typeof makePatterns> {
  return made ??= makePatterns();
}

function makePatterns() {
  return {
    words: new RegExp(`${WORD}+`, "gu"),
    firstWord: new RegExp(`^${WORD}+`, "u"),
    // What may be before and behind a name. Sticky: each is asked at one place.
    noWordBefore: new RegExp(`(?<!${WORD})`, "uy"),
    begin: new RegExp(`(?<!${WORD}|${WORD}[-.])`, "uy"),
    end: new RegExp(`(?!${WORD}|[-.]${WORD})`, "uy"),
  };
}

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** What may differ in another case. An i without its dot is a letter of its own. */
const CASED = /[A-Z]|(?![a-z\u0131])\p{Changes_When_Casemapped}/gu;

/** A part of a text. */
export interface Range {
  /** Where it begins, in UTF-16 code units. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/** A text in which names are looked for: what all of them need is made once. */
export class SearchedText {
  /** As it was given. */
  readonly text: string;
  /** The same without regard to case, each character at its place. */
  readonly caseless: string;
  #words: Set<string> | null = null;

  /** A text of any length. */
  constructor(text: string) {
    this.text = text;
    this.caseless = caselessOf(text);
  }

  /** Whether this is a word of it. @param word Without regard to case. */
  hasWord(word: string): boolean {
    this.#words ??= new Set(this.caseless.match(patterns().words));
    return this.#words.has(word);
  }
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
export function mentionFinder(name: string): (text: string | SearchedText) => Range[] {
  // Single characters only are compared without case: STRASSE for straße is another spelling here.
  const spellings = [name, normalized(name, "NFD"), normalized(name, "NFKC"), name.toUpperCase()]
    .filter(({ length }) => 0 < length && length <= MAX_SPELLING_UNITS).map(caselessOf);
  const chars = [...name];
  const isLong = chars.length > 1;
  const edges = {
    mayBeginInWord: isLong && UNSPACED.test(name),
    mayEndInWord: isLong && UNSPACED.test(chars.at(-1)!),
    mayEndInWordAfterAt: UNSPACED.test(chars.at(-1) ?? ""),
  };
  const needles = [...new Set(spellings)].map((spelling) => needleOf(spelling, edges));
  return (text) => {
    const searched = typeof text === "string" ? new SearchedText(text) : text;
    return inOrder(needles.flatMap((needle) => placesOf(needle, searched)));
  };
}

/** Where a name may be a part of a word. */
interface Edges {
  readonly mayBeginInWord: boolean;
  readonly mayEndInWord: boolean;
  readonly mayEndInWordAfterAt: boolean;
}

/** A spelling that is looked for. */
interface Needle extends Edges {
  readonly spelling: string;
  /** A word of every text that holds it; undefined: there need not be one. */
  readonly word: string | undefined;
}

function needleOf(spelling: string, edges: Edges): Needle {
  const isWhole = !edges.mayBeginInWord && !edges.mayEndInWordAfterAt;
  return {
    ...edges,
    spelling,
    word: isWhole ? patterns().firstWord.exec(spelling)?.[0] : undefined,
  };
}

function placesOf(needle: Needle, searched: SearchedText): Range[] {
  const { spelling, word } = needle;
  const places: Range[] = [];
  if (word !== undefined && !searched.hasWord(word)) return places;
  const { text, caseless } = searched;
  const { begin, end: behind, noWordBefore } = patterns();
  for (let at = caseless.indexOf(spelling); at !== -1; at = caseless.indexOf(spelling, at + 1)) {
    const end = at + spelling.length;
    const isEnd = fits(behind, text, end);
    const isCalled = text[at - 1] === "@" && fits(noWordBefore, text, at - 1);
    if (isCalled && (isEnd || needle.mayEndInWordAfterAt)) places.push({ start: at - 1, end });
    else if (!isEnd && !needle.mayEndInWord) continue;
    else if (needle.mayBeginInWord || fits(begin, text, at)) places.push({ start: at, end });
  }
  return places;
}

function fits(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Without those that overlap with an earlier one. */
function inOrder(places: Range[]): Range[] {
  let end = 0;
  return places.sort((a, b) => a.start - b.start).filter((place) => {
    if (place.start < end) return false;
    end = place.end;
    return true;
  });
}

function caselessOf(text: string): string {
  return text.replace(CASED, caselessChar);
}

/** Of one character, as long as that is one again. */
function caselessChar(char: string): string {
  const upper = char.toUpperCase();
  const small = (upper.length === char.length ? upper : char).toLowerCase();
  return small.length === char.length ? small : char;
}
