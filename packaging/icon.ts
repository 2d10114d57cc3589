/**
 * The icon of the Windows executables: the speech bubble of the page's icon
 * (`src/web/page/icon.svg`), drawn here in the sizes that Windows asks for, so that no picture file
 * needs to be kept beside its source.
 *
 * @module
 */

/**
 * Edges in pixels: what Windows shows in lists, on the task bar and on the desktop. `deno compile`
 * makes its own sizes from the largest; the others are for who opens the file itself.
 */
const SIZES = [16, 32, 48, 256] as const;

/** Samples a pixel in each direction; 16 in all make edges smooth. */
const SAMPLES = 4;

/** Blue, green, red, opacity, as bitmaps have them: `#3b6fd4`, and white for the lines. */
const BUBBLE = [0xd4, 0x6f, 0x3b] as const;
const INK = [0xff, 0xff, 0xff] as const;

/** Whether a point of the 32 × 32 drawing lies in a rectangle with round corners. */
function inRound(x: number, y: number): boolean {
  const [left, top, right, bottom, radius] = [2, 4, 30, 24, 4];
  const dx = Math.max(left + radius - x, x - (right - radius), 0);
  const dy = Math.max(top + radius - y, y - (bottom - radius), 0);
  return dx * dx + dy * dy <= radius * radius;
}

/** Whether a point lies in the tail of the bubble: the triangle (7, 24), (14, 24), (7, 30). */
function inTail(x: number, y: number): boolean {
  return x >= 7 && y >= 24 && (x - 7) / 7 + (y - 24) / 6 <= 1;
}

/** Whether a point lies on one of the two lines of writing, which have round ends. */
function inWriting(x: number, y: number): boolean {
  return [[9, 23, 11], [9, 18, 17]].some(([from = 0, to = 0, line = 0]) => {
    const dx = Math.max(from - x, x - to, 0);
    return dx * dx + (y - line) ** 2 <= 1.25 ** 2;
  });
}

/** One pixel: blue, green, red and opacity, 0 to 255 each. */
function pixel(column: number, row: number, size: number): readonly number[] {
  const sum = [0, 0, 0, 0];
  for (let sample = 0; sample < SAMPLES ** 2; sample++) {
    const x = (column + (sample % SAMPLES + 0.5) / SAMPLES) * 32 / size;
    const y = (row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) * 32 / size;
    if (!inRound(x, y) && !inTail(x, y)) continue;
    const colour = inWriting(x, y) ? INK : BUBBLE;
    for (const [channel, value] of colour.entries()) sum[channel] = (sum[channel] ?? 0) + value;
    sum[3] = (sum[3] ?? 0) + 1;
  }
  const covered = sum[3] ?? 0;
  if (covered === 0) return [0, 0, 0, 0];
  const colour = sum.slice(0, 3).map((total) => Math.round(total / covered));
  return [...colour, Math.round(covered * 255 / SAMPLES ** 2)];
}

/** One picture as an icon holds it: a bitmap header, the pixels from the bottom up, an empty mask. */
function bitmap(size: number): Uint8Array<ArrayBuffer> {
  const headerBytes = 40;
  // A bit a pixel, each row filled to four bytes; opacity makes it superfluous, but it must be there.
  const maskBytes = Math.ceil(size / 32) * 4 * size;
  const bytes = new Uint8Array(headerBytes + size * size * 4 + maskBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, headerBytes, true);
  view.setInt32(4, size, true);
  // Twice the height: the pixels and the mask.
  view.setInt32(8, size * 2, true);
  view.setUint16(12, 1, true);
  view.setUint16(14, 32, true);
  view.setUint32(20, size * size * 4 + maskBytes, true);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = headerBytes + ((size - 1 - row) * size + column) * 4;
      bytes.set(pixel(column, row, size), at);
    }
  }
  return bytes;
}

/**
 * The icon as an `.ico` file: a directory of pictures, each with 32 bits a pixel.
 *
 * @returns The same bytes every time.
 */
export function iconFile(): Uint8Array<ArrayBuffer> {
  const pictures = SIZES.map((size) => ({ size, bytes: bitmap(size) }));
  const headBytes = 6 + pictures.length * 16;
  const total = pictures.reduce((sum, { bytes }) => sum + bytes.length, headBytes);
  const file = new Uint8Array(total);
  const view = new DataView(file.buffer);
  // Type 1 is an icon; 2 would be a cursor.
  view.setUint16(2, 1, true);
  view.setUint16(4, pictures.length, true);
  let offset = headBytes;
  for (const [index, { size, bytes }] of pictures.entries()) {
    const entry = 6 + index * 16;
    // A byte each, in which 0 stands for 256.
    file.set([size % 256, size % 256], entry);
    view.setUint16(entry + 4, 1, true);
    view.setUint16(entry + 6, 32, true);
    view.setUint32(entry + 8, bytes.length, true);
    view.setUint32(entry + 12, offset, true);
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}
