/**
 * Input shown back to people inside a message of one line: short enough to read.
 *
 * @module
 */

import { quote, quoteIfNeeded } from "./quote.ts";

/** Characters that are shown at most: enough to recognise one's own input. */
const MAX_SHOWN_CHARS = 40;

/**
 * The beginning of a value that somebody sent, safe to print.
 *
 * @param value What was received, of any length.
 * @returns Its first 40 code points in double quotes, invisible characters as escapes, and `…`
 * behind them when there are more.
 */
export function excerpt(value: string): string {
  // A code point has two units at most; one more tells whether there are more.
  const points = [...value.slice(0, 2 * (MAX_SHOWN_CHARS + 1))];
  if (points.length <= MAX_SHOWN_CHARS) return quote(points.join(""));
  return `${quote(points.slice(0, MAX_SHOWN_CHARS).join(""))}…`;
}

/**
 * A value that somebody sent within a sentence: a name as it is, anything else as an excerpt.
 *
 * @param value What was received, of any length.
 * @returns One plain word of at most 40 code points as it is; else as {@linkcode excerpt}.
 */
export function excerptIfNeeded(value: string): string {
  const points = [...value.slice(0, 2 * (MAX_SHOWN_CHARS + 1))];
  return points.length <= MAX_SHOWN_CHARS ? quoteIfNeeded(value) : excerpt(value);
}
