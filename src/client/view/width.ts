/**
 * How many columns a text takes on a terminal: combining marks none, Chinese and Japanese characters
 * and emoji two, a family of emoji joined by ZWJ or a flag two in all.
 *
 * The editor counts otherwise (`cells.ts`, the most that any terminal takes), because there a row
 * counted too narrow moves the cursor; here it only makes one row of the past look less neat.
 *
 * @module
 */

import { graphemeColumns, graphemes as split } from "./cells.ts";

/** What needs no looking at: one column each. */
const ASCII = /^[\x20-\x7e]*$/;

/** Widths that were asked for before: looking one up takes half a microsecond, this a tenth. */
const known = new Map<string, number>();

/** Enough for the characters of any two languages. */
const MAX_KNOWN = 8_192;

/** A character as readers see it. */
export interface Grapheme {
  /** Its code points. */
  readonly text: string;
  /** Columns that it takes: 0, 1 or 2. */
  readonly width: number;
}

/**
 * The characters of a text as readers see them (extended grapheme clusters, UAX 29).
 *
 * @param text Without control characters.
 */
export function graphemes(text: string): Grapheme[] {
  if (ASCII.test(text)) return Array.from(text, (char) => ({ text: char, width: 1 }));
  return split(text).map((grapheme) => ({ text: grapheme, width: graphemeWidth(grapheme) }));
}

/**
 * The columns that a text takes.
 *
 * @param text Without control characters.
 */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const grapheme of split(text)) width += graphemeWidth(grapheme);
  return width;
}

/**
 * A text in a column, at its right side.
 *
 * @param text Without control characters.
 * @param columns The width of the column; a wider text stays as it is.
 */
export function padLeft(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - widthOf(text))) + text;
}

/**
 * The beginning and the end of a text.
 *
 * @param text Without control characters.
 * @param columns At most so many, 3 or more; what is left out of the middle is shown as `…`.
 */
export function cutMiddle(text: string, columns: number): string {
  const all = graphemes(text);
  if (all.reduce((sum, { width }) => sum + width, 0) <= columns) return text;
  const headColumns = Math.ceil((columns - 1) / 2);
  const head = taken(all, headColumns);
  const tail = taken(all.reverse(), columns - 1 - headColumns).reverse();
  return `${head.join("")}…${tail.join("")}`;
}

/** The first of them that fit into so many columns. */
function taken(all: readonly Grapheme[], columns: number): string[] {
  const texts: string[] = [];
  let used = 0;
  for (const { text, width } of all) {
    used += width;
    if (used > columns) break;
    texts.push(text);
  }
  return texts;
}

function graphemeWidth(grapheme: string): number {
  const before = known.get(grapheme);
  if (before !== undefined) return before;
  const width = graphemeColumns(grapheme);
  if (known.size >= MAX_KNOWN) known.clear();
  // A cluster may be as long as a whole text: those are not worth keeping.
  if (grapheme.length <= 16) known.set(grapheme, width);
  return width;
}
