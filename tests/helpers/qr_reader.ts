/**
 * Reads QR codes with a reader of others.
 *
 * @module
 */

import jsqr from "jsqr";

/** Pixels of a square: the reader wants some. */
const SCALE = 4;

/** What it is, whichever way the package is loaded. */
const read = (jsqr as unknown as { default?: typeof jsqr.default }).default ??
  jsqr as unknown as typeof jsqr.default;

/**
 * What a code says.
 *
 * @param isBlack Whether a square is black, by its column and row.
 * @param size Squares of a side.
 * @returns Undefined: it cannot be read.
 */
export function readQrCode(
  isBlack: (x: number, y: number) => boolean,
  size: number,
): string | undefined {
  const side = size * SCALE;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let i = 0; i < side * side; i++) {
    const x = Math.floor((i % side) / SCALE);
    const y = Math.floor(i / side / SCALE);
    if (isBlack(x, y)) pixels.fill(0, 4 * i, 4 * i + 3);
  }
  return read(pixels, side, side)?.data;
}

/**
 * What a code in the rows of a terminal says.
 *
 * @param rows With two squares in a character; others around them do no harm.
 */
export function readQrRows(rows: readonly string[]): string | undefined {
  const code = rows.filter((row) => /^[ █▀▄]+$/.test(row));
  const size = 2 * code.length;
  return readQrCode((x, y) => {
    const char = code[Math.floor(y / 2)]?.[x] ?? " ";
    return char === "█" || char === (y % 2 === 0 ? "▀" : "▄");
  }, Math.max(size, ...code.map(({ length }) => length)));
}
