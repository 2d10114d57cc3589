/**
 * The terminal's colours as a picture needs them.
 *
 * @module
 */

/** The background of a terminal: nearly black, so that people's colours keep their contrast. */
export const BACKGROUND = "#0b0d11";

/** Text without a colour of its own. */
export const FOREGROUND = "#d7dce2";

/** Text that is dim: a contrast of 6 to {@linkcode BACKGROUND}. */
export const DIM = "#8b949e";

/** The first sixteen: xterm leaves them to each terminal; these can be read on the background. */
const BASIC = [
  "#484f58",
  "#ff7b72",
  "#56d364",
  "#e3b341",
  "#79c0ff",
  "#d2a8ff",
  "#56d4dd",
  "#d7dce2",
  "#6e7681",
  "#ffa198",
  "#7ee787",
  "#f2cc60",
  "#a5d6ff",
  "#e2c5ff",
  "#a5f3fc",
  "#ffffff",
] as const;

/** The steps of each of red, green and blue in xterm's cube of 216 colours. */
const STEPS = [0, 95, 135, 175, 215, 255] as const;

/**
 * A colour of xterm's palette.
 *
 * @param number 0 to 255.
 * @returns `#rrggbb`.
 */
export function colourOf(number: number): string {
  const basic = BASIC[number];
  if (basic !== undefined) return basic;
  if (number >= 232) return hex(Array(3).fill(8 + (number - 232) * 10));
  const cube = number - 16;
  return hex([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((i) => STEPS[i] ?? 0));
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
