/**
 * An address as a QR code, for phones: as squares, and as rows of a terminal. Loaded only where one
 * is shown.
 *
 * @module
 */

import { encode } from "uqr";

/** White around the code, in squares, without which it is not found (ISO/IEC 18004, 6.3.8). */
const BORDER = 4;

/** Black on white, whatever the colours of the terminal are: of the 256 colours, 16 and 231. */
const COLOURS = "\x1b[38;5;16;48;5;231m";
const NO_COLOURS = "\x1b[39;49m";

/**
 * The squares of a code.
 *
 * @param text An address, at most 2,000 bytes of UTF-8.
 * @returns Its rows from the top, true for black; as many as each has squares, the white around it
 * included.
 */
export function qrCode(text: string): readonly (readonly boolean[])[] {
  return encode(text, { ecc: "M", border: BORDER }).data;
}

/**
 * A code for a terminal: one character shows two squares, one above the other.
 *
 * @param text As in {@linkcode qrCode}.
 * @param columns Of the terminal.
 * @returns Rows with their colours; none where it is too narrow.
 */
export function qrRows(text: string, columns: number): string[] {
  const code = qrCode(text);
  if (code.length > columns) return [];
  const rows: string[] = [];
  for (let y = 0; y < code.length; y += 2) {
    const squares = (code[y] ?? []).map((upper, x) => {
      const lower = code[y + 1]?.[x] === true;
      if (upper) return lower ? "█" : "▀";
      return lower ? "▄" : " ";
    });
    rows.push(COLOURS + squares.join("") + NO_COLOURS);
  }
  return rows;
}
