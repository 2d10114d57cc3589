/**
 * The rules for what people say: what never reaches another screen, what cannot be seen there, and
 * how long a text may be.
 *
 * @module
 */

import {
  MAX_MARKS_IN_A_ROW,
  MAX_QUERY_CHARS,
  MAX_QUERY_WORDS,
  MAX_REASON_CHARS,
  MAX_TEXT_CHARS,
  MAX_TEXT_LINES,
} from "./limits.ts";
import { normalized } from "./normalize.ts";

/**
 * What draws nothing, as the inside of a character class (flag `u`). Beside what Unicode calls
 * ignorable: the blank Braille pattern, the annotation controls, and the blanks and controls of
 * Egyptian, Khitan and music.
 */
export const INVISIBLE: string = String
  .raw`\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFB\u{13430}-\u{13442}\u{16FE4}\u{1D159}`;

/** What a name may hold (flag `u`). Some letters and marks cannot be seen. */
export const NAME_CHAR: string = String.raw`(?![${INVISIBLE}])[\p{L}\p{Nd}\p{M}_.'-]`;

/** What an arrow key or a paste sends to a program that knows no keys (ECMA-48: CSI, SS3). */
const KEY = String.raw`\x1B\[[0-?]*[@-~]|\x1BO[A-~]`;

const KEYS = new RegExp(KEY, "gu");

const BEFORE_SLASH = new RegExp(`^(?:${KEY}|[${INVISIBLE}])*(?=/)`, "u");

/**
 * Where the slash stands with which a line begins.
 *
 * @param line As it was typed.
 * @returns Its index; only what draws nothing stands before it. -1: the line begins with something
 * else.
 */
export function slashAt(line: string): number {
  // As most lines begin: a digit, a letter.
  const first = line.charCodeAt(0);
  if (first > 0x2F && first < 0x7F) return -1;
  return BEFORE_SLASH.exec(line)?.[0].length ?? -1;
}

/** A line without what arrow keys and the marks of a paste have sent. */
export function withoutKeys(line: string): string {
  return line.replace(KEYS, "");
}

/**
 * Characters that can move a cursor, recolour a screen or reorder what is read: C0 but tab and
 * newline, DEL, C1, the bidirectional embeddings, overrides and isolates (UAX #9), and halves of
 * surrogate pairs, which have no UTF-8.
 */
const HARMFUL = /[^\P{Cc}\t\n]|[\p{Cs}\u202A-\u202E\u2066-\u2069]/u;
const ALL_HARMFUL = new RegExp(HARMFUL.source, "gu");

const NOT_PRINTABLE_ASCII = /[^ -~]/;

/** Up to so many characters a loop is faster than a regular expression (measured: 24 to 32). */
const FEW_CHARS = 24;

const VISIBLE = new RegExp(`[^${INVISIBLE}]`, "u");

/** Marks, and the halfwidth ones of Katakana, which become marks when a text is folded (NFKC). */
const MARK = String.raw`[\p{M}\uFF9E\uFF9F]`;
const MARKS = new RegExp(`${MARK}+`, "gu");

/** Only at the beginning of a run: so that no character is looked at 30 times. */
const TOO_MANY_MARKS = new RegExp(`(?<!${MARK})${MARK}{${MAX_MARKS_IN_A_ROW + 1}}`, "u");

/** What stands for a character that was replaced. */
const REPLACEMENT = "\uFFFD";

/** Why a text is refused. */
export interface TextProblem {
  /** For programs. */
  readonly code: "text_too_long" | "bad_request";
  /** For people: one line. */
  readonly text: string;
}

/**
 * Whether one look is enough: one line of printable ASCII with something to see in it, as most of
 * what is said. {@linkcode cleanText} would not change it, and {@linkcode textProblem} could only
 * find it too long.
 */
export function isEveryday(text: string): boolean {
  if (!(text.charCodeAt(0) > 0x20)) return false;
  if (text.length > FEW_CHARS) return !NOT_PRINTABLE_ASCII.test(text);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 || unit > 0x7E) return false;
  }
  return true;
}

/**
 * A text that is safe to show on any screen.
 *
 * @param text Anything.
 * @returns The text with CRLF as LF, and with U+FFFD for each control character (C0 but tab and
 * newline, DEL, C1), each bidirectional control (U+202A to U+202E, U+2066 to U+2069) and each lone
 * surrogate. Nothing else changes.
 */
export function cleanText(text: string): string {
  if (!HARMFUL.test(text)) return text;
  return text.replaceAll("\r\n", "\n").replace(ALL_HARMFUL, REPLACEMENT);
}

/**
 * A text that is safe to show within one line.
 *
 * @param text Anything.
 * @returns As {@linkcode cleanText}, and with U+FFFD for each newline too.
 */
export function cleanLine(text: string): string {
  const cleaned = cleanText(text);
  return cleaned.includes("\n") ? cleaned.replaceAll("\n", REPLACEMENT) : cleaned;
}

/**
 * Why a text cannot be said.
 *
 * @param text As {@linkcode cleanText} gave it.
 * @param maxChars Code points, at most {@linkcode MAX_TEXT_CHARS}.
 * @returns Null when it can be said: it has something to see in it, at most 4,000 code points, at
 * most 40 lines and at most 30 marks in a row. It is refused whole otherwise, since a cut can turn
 * a meaning round.
 */
export function textProblem(
  text: string,
  maxChars: number = MAX_TEXT_CHARS,
): TextProblem | null {
  // A code point has one or two units, so most texts need no counting.
  const chars = text.length > maxChars ? countCodePoints(text) : text.length;
  if (chars > maxChars) {
    return {
      code: "text_too_long",
      text: `The text has ${chars} characters, at most ${maxChars} can be said at once: ` +
        "send it in parts.",
    };
  }
  const lines = countLines(text);
  if (lines > MAX_TEXT_LINES) {
    return {
      code: "text_too_long",
      text: `The text has ${lines} lines, at most ${MAX_TEXT_LINES} can be said at once: ` +
        "send it in parts.",
    };
  }
  if (TOO_MANY_MARKS.test(text)) {
    return {
      code: "bad_request",
      text: `The text has ${longestRunOfMarks(text)} marks in a row, at most ` +
        `${MAX_MARKS_IN_A_ROW} can be said: leave some out.`,
    };
  }
  if (!VISIBLE.test(text)) {
    return { code: "bad_request", text: "There is nothing to say: the text is empty." };
  }
  return null;
}

/**
 * Why a search cannot be made.
 *
 * @param query What is looked for.
 * @returns Null when it has at most 1,024 characters and at most 32 words, counted as they are
 * compared (NFKC); otherwise one line for people.
 */
export function queryProblem(query: string): string | null {
  if (query.length > MAX_QUERY_CHARS) {
    return `The search has ${query.length} characters, at most ${MAX_QUERY_CHARS} can be looked ` +
      "for at once: leave words out.";
  }
  const words = normalized(query, "NFKC").trim().split(/\s+/u).length;
  if (words <= MAX_QUERY_WORDS) return null;
  return `The search has ${words} words, at most ${MAX_QUERY_WORDS} can be looked for at once: ` +
    "leave some out.";
}

/**
 * Why a reason cannot be given.
 *
 * @param reason Why somebody is removed or kept out; empty: none is given.
 * @returns Null when it has at most 200 code points; otherwise one line for people.
 */
export function reasonProblem(reason: string): string | null {
  const chars = countCodePoints(reason);
  if (chars <= MAX_REASON_CHARS) return null;
  return `The reason has ${chars} characters, at most ${MAX_REASON_CHARS} can be given: ` +
    "shorten it.";
}

/**
 * How many characters people would count, roughly.
 *
 * @param text Anything.
 * @returns The number of Unicode code points; a lone surrogate counts as one.
 */
export function countCodePoints(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    if (isLowSurrogate(text.charCodeAt(i)) && isHighSurrogate(text.charCodeAt(i - 1))) count--;
  }
  return count;
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xFC00) === 0xD800;
}

function isLowSurrogate(unit: number): boolean {
  return (unit & 0xFC00) === 0xDC00;
}

function longestRunOfMarks(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(MARKS)) longest = Math.max(longest, countCodePoints(run));
  return longest;
}

/** How many lines a text has: one more than newlines. */
export function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
