/**
 * What stands on a terminal at one moment, as runs of text with one look each.
 *
 * @module
 */

import type xterm from "@xterm/headless";
import { colourOf } from "./colours.ts";

/** How a run looks. */
export interface Look {
  /** `#rrggbb`; undefined: the terminal's own colour. */
  readonly colour: string | undefined;
  /** Bold. */
  readonly bold: boolean;
  /** Paler than usual. */
  readonly dim: boolean;
  /** Text and background exchanged. */
  readonly inverse: boolean;
}

/** A piece of a row. */
export interface Run extends Look {
  /** Where it begins; 0 is the first column. */
  readonly column: number;
  /** How many columns it takes. */
  readonly columns: number;
  /** What it says; no two spaces in a row but where they can be seen. */
  readonly text: string;
}

/** A screen at one moment. */
export interface Snapshot {
  /** The rows from the top. */
  readonly rows: readonly (readonly Run[])[];
  /** Column and row of the cursor, 0 is the first one. */
  readonly cursor: readonly [column: number, row: number];
}

/** A piece that may still grow. */
interface OpenRun extends Look {
  readonly column: number;
  columns: number;
  text: string;
  /** Spaces behind it that belong to it only if something of the same look follows. */
  spaces: number;
}

/**
 * Takes what a terminal shows.
 *
 * @param terminal Everything written to it has been taken in.
 */
export function snapshotOf(terminal: xterm.Terminal): Snapshot {
  const buffer = terminal.buffer.active;
  const rows: Run[][] = [];
  for (let row = 0; row < terminal.rows; row++) {
    const line = buffer.getLine(buffer.baseY + row);
    rows.push(line === undefined ? [] : runsOf(line));
  }
  return { rows, cursor: [buffer.cursorX, buffer.cursorY] };
}

/** The texts of a screen's rows, with their spaces, without those at the end. */
export function linesOf({ rows }: Snapshot): string[] {
  return rows.map((runs) => {
    let line = "";
    for (const { column, text } of runs) line = line.padEnd(column) + text;
    return line;
  });
}

function runsOf(line: xterm.IBufferLine): Run[] {
  const runs: OpenRun[] = [];
  for (let column = 0; column < line.length; column++) {
    const cell = line.getCell(column);
    // The second half of a wide character has no width.
    if (cell === undefined || cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const text = cell.getChars() || " ";
    const last = runs.at(-1);
    if (text === " " && !look.inverse) {
      if (last !== undefined) last.spaces++;
    } else if (last !== undefined && last.spaces <= 1 && isSame(last, look)) {
      last.text += " ".repeat(last.spaces) + text;
      last.columns += last.spaces + cell.getWidth();
      last.spaces = 0;
    } else {
      runs.push({ ...look, column, columns: cell.getWidth(), text, spaces: 0 });
    }
  }
  return runs.map(({ spaces: _, ...run }) => run);
}

function lookOf(cell: xterm.IBufferCell): Look {
  const number = cell.getFgColor();
  const colour = cell.isFgPalette()
    ? colourOf(number)
    : cell.isFgRGB()
    ? `#${number.toString(16).padStart(6, "0")}`
    : undefined;
  return {
    colour,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}

function isSame(one: Look, other: Look): boolean {
  return one.colour === other.colour && one.bold === other.bold && one.dim === other.dim &&
    one.inverse === other.inverse;
}
