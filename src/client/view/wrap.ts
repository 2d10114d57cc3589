/**
 * Divides a line of text into rows of a terminal. Rows are told as ranges of the text, so that the
 * caller can paint parts of it, and so that nothing can be lost: what lies between two rows is
 * spaces.
 *
 * A URL is never cut: one that does not fit into a row is a row of its own, from the first column
 * on and as wide as it likes. The terminal then wraps it itself, and copies it in one piece.
 *
 * @module
 */

import { addressesIn } from "./addresses.ts";
import { measured, widthOf } from "./width.ts";

/** A part of a line. */
export interface Row {
  /** Where it begins in the line, in UTF-16 code units. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /** It is a URL that fits into no row: it belongs to the first column, and is not cut. */
  readonly whole: boolean;
}

/** Options of {@linkcode wrapLine}. */
export interface WrapOptions {
  /** Columns of the first row, 2 or more. */
  readonly firstColumns: number;
  /** Columns of all the others, 2 or more. */
  readonly restColumns: number;
  /** So many code units at the beginning are one word, spaces and all; default 0. */
  readonly prefix?: number;
}

/**
 * Does not begin a row: what closes a sentence, a bracket or a quotation in Chinese and Japanese.
 */
const CLOSING = /^[、。，．・：；？！」』）】〕〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]/u;

/** Does not end a row. */
const OPENING = /[「『（【〔〈《]$/u;

/** Something that is moved to the next row as a whole if it fits there. */
interface Word {
  readonly kind: "word" | "space" | "url";
  readonly start: number;
  readonly end: number;
  readonly width: number;
}

/**
 * Divides a line into rows.
 *
 * @param line Without control characters: no newline, no tab.
 * @param options See {@linkcode WrapOptions}.
 * @returns At least one row. Between two of them only spaces are left out.
 */
export function wrapLine(line: string, options: WrapOptions): Row[] {
  const { firstColumns, restColumns, prefix = 0 } = options;
  if (line.length <= firstColumns && widthOf(line) <= firstColumns) {
    return [{ start: 0, end: line.length, whole: false }];
  }
  const rows = new Rows(firstColumns, restColumns);
  if (prefix > 0) {
    const width = widthOf(line.slice(0, prefix));
    rows.add(line, { kind: "word", start: 0, end: prefix, width });
  }
  for (const word of wordsOf(line, prefix)) rows.add(line, word);
  return rows.finish();
}

/** The rows made so far. */
class Rows {
  readonly #rows: Row[] = [];
  readonly #restColumns: number;
  #columns: number;
  #start = 0;
  /** Where the last word of the row ends; undefined before the first one. */
  #end: number | undefined;
  #used = 0;
  #space = 0;

  constructor(firstColumns: number, restColumns: number) {
    this.#columns = Math.max(2, firstColumns);
    this.#restColumns = Math.max(2, restColumns);
  }

  add(line: string, word: Word): void {
    const { kind, start, end, width } = word;
    if (kind === "space") {
      // Those that begin the line are its indentation; those at a break are left out.
      if (this.#end !== undefined || this.#rows.length === 0) this.#space += width;
      else this.#start = end;
      return;
    }
    if (this.#fits(width)) return this.#put(end, width);
    if (kind === "url" && width > this.#restColumns) {
      if (this.#end !== undefined) this.#close(start);
      this.#rows.push({ start, end, whole: true });
      this.#begin(end);
    } else if (width <= this.#restColumns) {
      this.#close(start);
      this.#put(end, width);
    } else {
      this.#cut(line.slice(start, end), start);
    }
  }

  finish(): Row[] {
    if (this.#end !== undefined || this.#rows.length === 0) {
      // A line of spaces alone is an empty row: they might not fit.
      this.#rows.push({ start: this.#start, end: this.#end ?? this.#start, whole: false });
    }
    return this.#rows;
  }

  #fits(width: number): boolean {
    return this.#used + this.#space + width <= this.#columns;
  }

  #put(end: number, width: number): void {
    this.#used += this.#space + width;
    this.#space = 0;
    this.#end = end;
  }

  /** Ends the row; the next one begins with what begins at `next`. */
  #close(next: number): void {
    if (this.#end !== undefined) {
      this.#rows.push({ start: this.#start, end: this.#end, whole: false });
    }
    this.#begin(next);
  }

  #begin(start: number): void {
    this.#start = start;
    this.#end = undefined;
    this.#used = 0;
    this.#space = 0;
    this.#columns = this.#restColumns;
  }

  /** A word that is wider than a row goes on where it began, and breaks between characters. */
  #cut(word: string, start: number): void {
    let at = start;
    for (const { text, width } of measured(word)) {
      if (!this.#fits(width)) this.#close(at);
      at += text.length;
      this.#put(at, width);
    }
  }
}

/** The words of a line from an index on, spaces between them. */
function* wordsOf(line: string, from: number): Generator<Word> {
  let at = from;
  for (const { start, end } of addressesIn(line)) {
    if (start < at) continue;
    yield* plainWords(line, at, start);
    yield { kind: "url", start, end, width: widthOf(line.slice(start, end)) };
    at = end;
  }
  yield* plainWords(line, at, line.length);
}

/** Words of a part without URLs. */
function* plainWords(line: string, start: number, end: number): Generator<Word> {
  for (const match of line.slice(start, end).matchAll(/ +|[^ ]+/g)) {
    const at = start + match.index;
    if (match[0].startsWith(" ")) {
      yield { kind: "space", start: at, end: at + match[0].length, width: match[0].length };
    } else {
      yield* splitWide(match[0], at);
    }
  }
}

/** A row may end before and after each wide character, as languages without spaces need it. */
function* splitWide(text: string, start: number): Generator<Word> {
  let at = start;
  let before = "";
  let word = "";
  let width = 0;
  let wide = false;
  for (const grapheme of measured(text)) {
    const breaks = word !== "" && (wide || grapheme.width > 1) &&
      !CLOSING.test(grapheme.text) && !OPENING.test(before);
    if (breaks) {
      yield { kind: "word", start: at, end: at + word.length, width };
      at += word.length;
      word = "";
      width = 0;
    }
    word += grapheme.text;
    width += grapheme.width;
    wide = grapheme.width > 1;
    before = grapheme.text;
  }
  if (word !== "") yield { kind: "word", start: at, end: at + word.length, width };
}
