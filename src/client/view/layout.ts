/**
 * One thing that happened, as rows of a terminal. Pure.
 *
 * ```text
 * 14:02     ada  hello, this is a long text that
 *                goes on under itself
 * 14:02  margot  hi
 * 14:02       ~  bob waves
 * 14:03       *  eve left
 * ```
 *
 * On a screen of less than 40 columns the names have no column:
 *
 * ```text
 * 14:02 ada: hello, th
 *   is is a long text
 * 14:02 ~ bob waves
 * ```
 *
 * Nothing but a time, or a URL that fits into no row, ever stands in the first column: what one
 * person says cannot look like the words of another.
 *
 * @module
 */

import { cleanText } from "../../protocol/text.ts";
import type { Range } from "./mentions.ts";
import { padLeft, widthOf } from "./width.ts";
import { wrapLine } from "./wrap.ts";

/** A narrower screen has no column for names. */
export const MIN_WIDE_COLUMNS = 40;

/** Narrower screens are treated as if they were this wide: their terminal wraps the rows. */
const MIN_COLUMNS = 20;

/** As wide as `14:02`. */
const STAMP_COLUMNS = 5;

/** Between the column of names and the text. */
const GAP = "  ";

/** Rows of a narrow screen begin further in, but for the first of each entry. */
const NARROW_INDENT = "  ";

/** A table whose last column has no room of its own goes on so far further in. */
const NARROW_HANG_COLUMNS = 4;

/** Tabs in a text stop at multiples of this, as on any terminal. */
const TAB_COLUMNS = 8;

/** Paints a part of a text. */
export interface Mark extends Range {
  /** Adds escape sequences, and nothing that takes room. */
  readonly paint: (part: string) => string;
}

/** What is put into rows. */
export interface Entry {
  /** `14:02`; empty: it has no time. */
  readonly stamp: string;
  /** Who, or what kind of thing: `ada`, `*`, `[to bob]`. */
  readonly label: string;
  /**
   * It is what somebody said: the label is a name, and has a colon behind it where no column is.
   */
  readonly said: boolean;
  /** What; may hold newlines. */
  readonly text: string;
  /** It is a table: what does not fit into a row goes on below the last column. Default false. */
  readonly hangs?: boolean;
  /** Parts of the text that are painted: in order, not overlapping. */
  readonly marks: readonly Mark[];
  /** Paints a part of the label. */
  readonly paintLabel: (part: string) => string;
  /** Paints the stamp. */
  readonly paintStamp: (part: string) => string;
}

/** The screen. */
export interface Room {
  /** Columns of the terminal. */
  readonly columns: number;
  /** Columns of the names. */
  readonly nameColumns: number;
}

/**
 * A text without tabs and other control characters, so that each of its lines is as wide as it
 * looks.
 *
 * @param text Anything; newlines stay.
 */
export function evenText(text: string): string {
  const cleaned = cleanText(text);
  if (!cleaned.includes("\t")) return cleaned;
  return cleaned.split("\n").map(expandTabs).join("\n");
}

function expandTabs(line: string): string {
  const parts = line.split("\t");
  let column = 0;
  return parts.map((part, i) => {
    if (i === parts.length - 1) return part;
    column += widthOf(part);
    const spaces = TAB_COLUMNS - column % TAB_COLUMNS;
    column += spaces;
    return part + " ".repeat(spaces);
  }).join("");
}

/** The columns that are left for a text. */
export function textColumns(room: Room): number {
  return Math.max(MIN_COLUMNS, room.columns) - indentOf(room);
}

/**
 * Puts an entry into rows.
 *
 * @param entry Its text is {@linkcode evenText}.
 * @param room The screen.
 * @returns Rows without newlines, with escape sequences only from painting; none is wider than the
 * screen (of 20 columns or more) but a URL that cannot be.
 */
export function layOut(entry: Entry, room: Room): string[] {
  const { stamp, label, said, text, marks } = entry;
  const columns = Math.max(MIN_COLUMNS, room.columns);
  const indent = indentOf(room);
  const wide = room.columns >= MIN_WIDE_COLUMNS;
  const begin = stamp === "" && !wide ? NARROW_INDENT : `${stamp.padEnd(STAMP_COLUMNS)} `;
  const labelled = wide
    ? padLeft(label, room.nameColumns) + GAP
    : label === ""
    ? ""
    : `${label}${said ? ":" : ""} `;
  const prefix = begin + labelled;
  const labelStart = prefix.length - labelled.trimStart().length;
  const own: Mark[] = [
    { start: 0, end: stamp.length, paint: entry.paintStamp },
    { start: labelStart, end: labelStart + label.length, paint: entry.paintLabel },
  ];
  const rows: string[] = [];
  const places = new MarkReader(marks);
  let offset = 0;
  for (const line of text.split("\n")) {
    const first = rows.length === 0;
    const shift = (first ? prefix.length : 0) - offset;
    const moved = places.within(offset, offset + line.length).map((mark) => ({
      start: Math.max(offset, mark.start) + shift,
      end: Math.min(offset + line.length, mark.end) + shift,
      paint: mark.paint,
    }));
    const whole = first ? prefix + line : line;
    const painted = new MarkReader(first ? [...own, ...moved] : moved);
    const hang = entry.hangs === true ? hangOf(line, columns - indent) : 0;
    wrapLine(whole, {
      firstColumns: first ? columns : columns - indent,
      restColumns: columns - indent - hang,
      prefix: first ? prefix.length : 0,
    }).forEach(({ start, end, whole: uncut }, i) => {
      const part = paintPart(whole, { start, end }, painted.within(start, end)).trimEnd();
      const atEdge = uncut || part === "" || (first && i === 0);
      rows.push(atEdge ? part : " ".repeat(indent + (i === 0 ? 0 : hang)) + part);
    });
    offset += line.length + 1;
  }
  return rows;
}

/** Where the last column of a line of a table begins, if that leaves it half of the screen. */
function hangOf(line: string, columns: number): number {
  const before = /^\S+(?: \S+)* {2,}(?:\d+ \S+(?: \S+)* {2,})?/.exec(line)?.[0] ?? "";
  const width = widthOf(before);
  return width > columns / 2 ? NARROW_HANG_COLUMNS : width;
}

function indentOf({ columns, nameColumns }: Room): number {
  return columns >= MIN_WIDE_COLUMNS
    ? STAMP_COLUMNS + 1 + nameColumns + GAP.length
    : NARROW_INDENT.length;
}

/** Gives marks to parts of a text that are asked for from its beginning to its end. */
class MarkReader {
  readonly #marks: readonly Mark[];
  /** Those before it end before the part that was asked for. */
  #next = 0;

  constructor(marks: readonly Mark[]) {
    this.#marks = marks;
  }

  /** Those that lie in a part, or reach into it. */
  within(start: number, end: number): Mark[] {
    const found: Mark[] = [];
    for (let mark = this.#marks[this.#next]; mark !== undefined && mark.end <= start;) {
      mark = this.#marks[++this.#next];
    }
    for (let i = this.#next; i < this.#marks.length; i++) {
      const mark = this.#marks[i];
      if (mark === undefined || mark.start >= end) break;
      found.push(mark);
    }
    return found;
  }
}

/** A part of a line, painted where marks cover it. */
function paintPart(line: string, { start, end }: Range, marks: readonly Mark[]): string {
  let painted = "";
  let at = start;
  for (const mark of marks) {
    const from = Math.max(at, mark.start);
    const to = Math.min(end, mark.end);
    if (from >= to) continue;
    painted += line.slice(at, from) + mark.paint(line.slice(from, to));
    at = to;
  }
  return painted + line.slice(at, end);
}
