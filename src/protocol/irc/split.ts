/**
 * Texts and lists that are longer than a line of IRC, in several lines.
 *
 * @module
 */

import { utf8Bytes } from "../limits.ts";

/** A part of a message that is one line. */
export interface Piece {
  /** What the line says; a part of one line of the message, empty for a blank one. */
  readonly text: string;
  /** It goes on with the line that the piece before it began (draft/multiline-concat). */
  readonly continues: boolean;
}

/** Options of {@linkcode splitMessage}. */
export interface SplitOptions {
  /** Bytes of UTF-8 that a piece may have where a line has to be cut; 4 or more. */
  readonly maxBytes: number;
  /** A line of the message that has at most so many bytes is not cut; default: `maxBytes`. */
  readonly wholeBytes?: number;
}

/**
 * Cuts a message into pieces that are one line each.
 *
 * @param text Anything, perhaps with newlines.
 * @returns One piece for each line of the message, and more where it is too long: cut between
 * graphemes, behind the last space in the second half if there is one. The pieces of a line joined
 * again are the line. A grapheme that is longer than `maxBytes` is cut between code points.
 */
export function splitMessage(
  text: string,
  { maxBytes, wholeBytes = maxBytes }: SplitOptions,
): readonly Piece[] {
  // Nearly always: no code unit has more than three bytes.
  if (text.length * 3 <= wholeBytes && !text.includes("\n")) return [{ text, continues: false }];
  return text.split("\n").flatMap((line) => {
    if (utf8Bytes(line) <= wholeBytes) return { text: line, continues: false };
    return cutLine(line, maxBytes).map((piece, i) => ({ text: piece, continues: i > 0 }));
  });
}

function cutLine(line: string, maxBytes: number): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (utf8Bytes(rest) > maxBytes) {
    const end = cutAt(rest, maxBytes);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}

/** What people take for one character (UAX 29). Its rules are loaded when it is made: 15 ms. */
let graphemes: Intl.Segmenter | undefined;

/**
 * Characters that are one grapheme each, whichever of them stand together: ASCII, letters of Latin
 * and Cyrillic, kana, hanzi, syllables of Hangul, full width forms.
 */
const SIMPLE = new RegExp(
  "^[ -~\\u00C0-\\u024F\\u0400-\\u0481\\u3001-\\u3029\\u3041-\\u3096\\u30A1-\\u30FA" +
    "\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uAC00-\\uD7A3\\uFF01-\\uFF5E]*$",
);

/** The graphemes of a text. Most need no rules, which take a hundred times as long. */
export function* graphemesOf(text: string): Iterable<string> {
  if (SIMPLE.test(text)) return yield* text;
  graphemes ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of graphemes.segment(text)) yield segment;
}

/** Where a text that is too long is cut: 1 or more code units from its beginning. */
function cutAt(text: string, maxBytes: number): number {
  // So many code units have more bytes than fit, and no grapheme before the last one is cut off.
  const head = text.slice(0, maxBytes + 1);
  let bytes = 0;
  let end = 0;
  let afterSpace = 0;
  for (const grapheme of graphemesOf(head)) {
    bytes += utf8Bytes(grapheme);
    if (bytes > maxBytes) break;
    end += grapheme.length;
    if (grapheme === " " && bytes * 2 > maxBytes) afterSpace = end;
  }
  if (end === 0) return codePointsThatFit(head, maxBytes);
  return afterSpace > 0 ? afterSpace : end;
}

/** Code units of as many code points as fit. */
function codePointsThatFit(text: string, maxBytes: number): number {
  let bytes = 0;
  let end = 0;
  for (const char of text) {
    bytes += utf8Bytes(char);
    if (bytes > maxBytes && end > 0) break;
    end += char.length;
  }
  return end;
}

/**
 * Puts words into as few texts as hold them.
 *
 * @param words None of them is cut, however long.
 * @param maxBytes Bytes of UTF-8 of one text.
 * @param separator Between two words; default a space.
 * @returns At least one text, empty where there are no words.
 */
export function joinedWords(
  words: readonly string[],
  maxBytes: number,
  separator: string = " ",
): readonly string[] {
  const texts: string[] = [];
  let line: string[] = [];
  let bytes = 0;
  for (const word of words) {
    const added = utf8Bytes(word) + (line.length > 0 ? separator.length : 0);
    if (line.length > 0 && bytes + added > maxBytes) {
      texts.push(line.join(separator));
      line = [];
      bytes = 0;
    }
    bytes += line.length > 0 ? added : utf8Bytes(word);
    line.push(word);
  }
  return [...texts, line.join(separator)];
}
