/**
 * How many columns a text takes on a terminal: combining marks none, Chinese and Japanese
 * characters and emoji two, a family of emoji joined by ZWJ or a flag two in all
 * ({@linkcode widthOf}).
 *
 * Terminals do not agree on emoji. The line being typed goes by the most that any of them takes
 * ({@linkcode columnsOf}): a row that was counted too wide is only a little shorter, while one that
 * was counted too narrow would wrap where nobody expects it. Elsewhere that only makes a row less
 * neat.
 *
 * @module
 */

/** Made when it is first needed: that takes 10 ms, and Latin text never needs it. */
let segmenter: Intl.Segmenter | undefined;

/** What needs no looking at: one column each. */
const ASCII = /^[\x20-\x7e]*$/;

/** East Asian Width W and F (UAX 11), as blocks, and what is shown as an emoji. */
const WIDE =
  /[\p{Emoji_Presentation}\p{Regional_Indicator}\u1100-\u115F\u2329\u232A\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1D300}-\u{1D37F}\u{1F000}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

/** Marks and joiners that take no column of their own. */
const NARROWEST = /[\p{Mn}\p{Me}\u200B-\u200D\u2060\u1160-\u11FF]/u;

/** Makes an emoji of the character before it, which is wide then. */
const EMOJI_STYLE = "\uFE0F";

/** Widths that were asked for before: looking one up takes half a microsecond, this a tenth. */
const known = new Map<string, number>();

/** Enough for the characters of any two languages. */
const MAX_KNOWN = 8_192;

/**
 * The characters of a text as readers see them (extended grapheme clusters, UAX 29).
 *
 * @param text Anything.
 */
export function graphemes(text: string): string[] {
  if (ASCII.test(text)) return text.split("");
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/**
 * How wide a character is that a reader sees as one, on a terminal of today.
 *
 * @param grapheme One extended grapheme cluster, without control characters.
 * @returns Columns: 2 for an emoji in all its parts, a flag, Chinese or Japanese; 0 for lone marks.
 */
function graphemeColumns(grapheme: string): 0 | 1 | 2 {
  if (grapheme.includes(EMOJI_STYLE)) return 2;
  let columns: 0 | 1 = 0;
  for (const char of grapheme) {
    if (WIDE.test(char)) return 2;
    if (!NARROWEST.test(char)) columns = 1;
  }
  return columns;
}

/**
 * The most columns that a text takes on any terminal.
 *
 * @param text Without control characters.
 */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const char of text) {
    if (char === EMOJI_STYLE || WIDE.test(char)) columns += char === EMOJI_STYLE ? 1 : 2;
    else if (!NARROWEST.test(char)) columns++;
  }
  return columns;
}

/**
 * The beginning of a text.
 *
 * @param text Without control characters.
 * @param columns At most so many, 1 or more; what is left out is shown as `…`.
 */
export function cutTo(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let cut = "";
  let used = 1;
  for (const grapheme of graphemes(text)) {
    used += columnsOf(grapheme);
    if (used > columns) break;
    cut += grapheme;
  }
  return `${cut}…`;
}

/**
 * The first of some texts that has room.
 *
 * @param texts From the longest to the shortest; that one is cut if it must be.
 * @param columns At most so many.
 */
export function fitting(texts: readonly string[], columns: number): string {
  return texts.find((text) => columnsOf(text) <= columns) ?? cutTo(texts.at(-1) ?? "", columns);
}

/** A character as readers see it. */
export interface Grapheme {
  /** Its code points. */
  readonly text: string;
  /** Columns that it takes: 0, 1 or 2. */
  readonly width: number;
}

/**
 * The characters of a text as readers see them, and how wide each is.
 *
 * @param text Without control characters.
 */
export function measured(text: string): Grapheme[] {
  if (ASCII.test(text)) return Array.from(text, (char) => ({ text: char, width: 1 }));
  return graphemes(text).map((grapheme) => ({ text: grapheme, width: graphemeWidth(grapheme) }));
}

/**
 * The columns that a text takes.
 *
 * @param text Without control characters.
 */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(text)) width += graphemeWidth(grapheme);
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
  const all = measured(text);
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
