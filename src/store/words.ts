/**
 * What "holds all words" means, in every store: texts and words are folded, and looked for in
 * linear time. The engine's own search is fast for what people look for, but for long words that
 * repeat themselves it takes as many steps as the lengths multiplied (7 ms for 1,000 characters in
 * 72,000, measured with Deno 2.9.6).
 *
 * @module
 */

import { normalized } from "../protocol/normalize.ts";

/**
 * The one character that stays as it is: in NFKC it would be 18 (11 times the bytes), and a
 * database must not grow by so much more than what was said. After it come 5 times the bytes.
 */
const LIGATURE = "\uFDFA";

/** UTF-16 code units up to which the engine's search is linear enough. */
const SHORT_UNITS = 32;

/** A text without any of these has one form only. */
// deno-lint-ignore no-control-regex -- ASCII begins at NUL
const BEYOND_ASCII = /[^\x00-\x7f]/;

/**
 * The marks of Latin, Greek and Cyrillic letters: the block Combining Diacritical Marks. Marks of
 * other scripts stay: there they are vowels, or make another consonant (か and が).
 */
const DIACRITICS = /[\u0300-\u036f]/g;

/**
 * What may change: the marks, and all small letters that hold one (the test looks at each code
 * point); the letters of {@linkcode LETTERS}; and the final sigma, the one letter that lower case
 * leaves apart. Each is looked up by itself: taking whole texts apart costs ten times as much.
 */
const CHANGING = new RegExp(
  "[ß-ɏ\u0300-\u036f\u0374-\u0390ά-ΰςϊ-ώϓϔйѐёѓїќ-ўѷӂӑ-ӹ\u1ab0-\u1aff" +
    "\u1dc0-\u1fff\u212a-\u22ff\u2adc]",
  "g",
);

/** What each of them becomes, as far as it was met; it cannot outgrow {@linkcode CHANGING}. */
const plainLetters = new Map<string, string>();

/**
 * Latin letters that no normalization form takes apart, as the transform Latin-ASCII of Unicode
 * CLDR has them (common/transforms/Latin-ASCII.xml). ß is what case folding makes of it, too.
 */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ħ: "h",
  ł: "l",
  ŧ: "t",
  ı: "i",
};

/**
 * A text as it is compared: without case, without differences of width (NFKC, but for U+FDFA), and
 * without the diacritics of Latin, Greek and Cyrillic: `creme` is in "Crème", `strasse` in
 * "Straße". A database keeps what this gives: who changes it makes a new schema (`refolding.ts`).
 *
 * @param text As it was said, or asked for.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  const compatible = text.includes(LIGATURE)
    ? text.split(LIGATURE).map((part) => normalized(part, "NFKC")).join(LIGATURE)
    : normalized(text, "NFKC");
  const plain = compatible.toLowerCase().replace(CHANGING, plainLetter);
  // What stood around a mark may join now.
  return compatible.search(DIACRITICS) < 0 ? plain : normalized(plain, "NFC");
}

/** Whether a text has ASCII characters only, of which SQLite knows the case. */
export function isAscii(text: string): boolean {
  return !BEYOND_ASCII.test(text);
}

function plainLetter(letter: string): string {
  let plain = plainLetters.get(letter);
  if (plain === undefined) {
    plain = normalized(normalized(letter, "NFD").replace(DIACRITICS, ""), "NFC");
    plain = plain === "ς" ? "σ" : LETTERS[plain] ?? plain;
    plainLetters.set(letter, plain);
  }
  return plain;
}

/**
 * The words of a query, folded, each once.
 *
 * @param query Whatever was typed; only white space divides it.
 */
export function wordsOf(query: string): string[] {
  return [...new Set(fold(query).split(/\s+/u).filter(isNotEmpty))];
}

/**
 * All words occur in the text.
 *
 * @param folded A text from {@linkcode fold}.
 * @param words From {@linkcode wordsOf}.
 */
export function holdsAll(folded: string, words: readonly string[]): boolean {
  for (const word of words) {
    if (!contains(folded, word)) return false;
  }
  return true;
}

function isNotEmpty(word: string): boolean {
  return word !== "";
}

/**
 * Whether a text holds a word.
 *
 * @param text Any text.
 * @param word Any word; the empty one is in every text.
 * @returns As `text.includes(word)`, after at most 4 steps for each unit of both where the word
 * has more than 32 (Knuth, Morris and Pratt), and 32 for each of the text where not.
 */
export function contains(text: string, word: string): boolean {
  if (word.length > text.length) return false;
  return word.length <= SHORT_UNITS ? text.includes(word) : find(text, word);
}

function find(text: string, word: string): boolean {
  const borders = bordersOf(word);
  let matched = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    while (matched > 0 && word.charCodeAt(matched) !== unit) matched = borders[matched - 1]!;
    if (word.charCodeAt(matched) === unit) matched++;
    if (matched === word.length) return true;
  }
  return false;
}

/** For each beginning of the word, how much of its own beginning it ends with. */
function bordersOf(word: string): Int32Array {
  const borders = new Int32Array(word.length);
  let length = 0;
  for (let i = 1; i < word.length; i++) {
    const unit = word.charCodeAt(i);
    while (length > 0 && word.charCodeAt(length) !== unit) length = borders[length - 1]!;
    if (word.charCodeAt(length) === unit) length++;
    borders[i] = length;
  }
  return borders;
}
