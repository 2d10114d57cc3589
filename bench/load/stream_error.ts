/**
 * What a check of a stream says when the stream is wrong.
 *
 * @module
 */

/** Characters of an unexpected line that a report shows. */
const SHOWN_CHARS = 160;

/** Thrown when a client got something else than it should have. */
export class StreamError extends Error {
  /** Says so by its name in reports. */
  override name = "StreamError";
}

/** The beginning of a text in quotes, for a report. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, SHOWN_CHARS));
}
