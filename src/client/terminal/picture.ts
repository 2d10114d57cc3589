/**
 * The lower end of the screen as rows: pure, from what is known to what is drawn. Rows are broken
 * here and never by the terminal, so that it is known where each one is.
 *
 * @module
 */

import { columnsOf, graphemes } from "../view/width.ts";

/** What stands at the end of the screen. */
export interface Footer {
  /** Lines between what was printed and the prompt: what is pending, the state of things. */
  readonly above: readonly string[];
  /** What stands before the line being typed. */
  readonly prompt: string;
  /** The title of the window, without control characters; default: what it was before. */
  readonly title?: string;
}

/**
 * All that the end of the screen shows. Lines are no wider than the screen; colours are allowed.
 */
export interface View extends Footer {
  /** The line being typed, in pieces as they are shown: no colours, no control characters. */
  readonly pieces: readonly string[];
  /** Before which piece the cursor stands. */
  readonly cursor: number;
  /** Lines under the line being typed. */
  readonly below: readonly string[];
}

/** The size of a terminal. */
export interface Size {
  /** Characters in a row, 1 or more. */
  readonly columns: number;
  /** Rows, 1 or more. */
  readonly rows: number;
}

/** What the footer is drawn from: rows no wider than the terminal, and where the cursor stands. */
export interface Picture {
  /** From the top. */
  readonly rows: readonly string[];
  /** In which row the cursor stands, from 0. */
  readonly cursorRow: number;
  /** What stands before it in its row. */
  readonly beforeCursor: string;
  /** See {@linkcode Footer}. */
  readonly title?: string;
}

/**
 * Paints the end of the screen.
 *
 * @param view What it shows.
 * @param size Of the terminal. No row takes its last column, where terminals differ; and there are
 * fewer rows than the terminal has: what does not fit is left out, the cursor's row never.
 */
export function paintView(view: View, { columns, rows }: Size): Picture {
  const input = wrapInput(view, Math.max(2, columns - 1));
  const most = Math.max(1, rows - 1);
  const below = view.below.slice(0, Math.max(0, most - 1));
  const shown = Math.min(input.rows.length, Math.max(1, most - below.length - view.above.length));
  const first = Math.max(0, Math.min(input.cursorRow - (shown >> 1), input.rows.length - shown));
  const room = most - below.length - shown;
  const above = room > 0 ? view.above.slice(-room) : [];
  return {
    rows: [...above, ...input.rows.slice(first, first + shown), ...below],
    cursorRow: above.length + input.cursorRow - first,
    beforeCursor: input.beforeCursor,
    ...(view.title === undefined ? {} : { title: view.title }),
  };
}

/** The prompt and the line being typed, broken into rows. */
function wrapInput({ prompt, pieces, cursor }: View, width: number): Picture {
  const rows = [prompt];
  let used = columnsOf(prompt);
  // A prompt that fills the row leaves no place to type.
  if (used > width - 2) [rows[0], used] = ["", 0];
  let [cursorRow, beforeCursor] = [0, rows[0] ?? ""];
  const add = (grapheme: string) => {
    const columns = columnsOf(grapheme);
    if (used + columns > width && used > 0) {
      rows.push("");
      used = 0;
    }
    rows[rows.length - 1] += grapheme;
    used += columns;
  };
  for (let i = 0; i <= pieces.length; i++) {
    const piece = pieces[i];
    const [row, length] = [rows.length - 1, rows.at(-1)?.length ?? 0];
    for (const grapheme of piece === undefined ? [] : graphemes(piece)) add(grapheme);
    if (i !== cursor) continue;
    // The cursor stands on the piece: in the next row when that has no room in this one.
    const moved = rows[row]?.length === length && rows.length - 1 > row;
    cursorRow = moved ? row + 1 : row;
    beforeCursor = moved ? "" : (rows[row] ?? "").slice(0, length);
  }
  return { rows, cursorRow, beforeCursor };
}
