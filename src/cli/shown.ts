/**
 * A value of the command line inside an error.
 *
 * @module
 */

import { quoteIfNeeded } from "../protocol/quote.ts";

/** More than this of a value helps nobody to find it again. */
const MAX_SHOWN_CHARS = 60;

/**
 * A value as it was typed, with quotes where it is not one plain word.
 *
 * @param text What was received.
 * @returns Its first 60 code points, and `…` when there are more.
 */
export function shown(text: string): string {
  const points = [...text];
  if (points.length <= MAX_SHOWN_CHARS) return quoteIfNeeded(text);
  return quoteIfNeeded(points.slice(0, MAX_SHOWN_CHARS).join("")) + "…";
}
