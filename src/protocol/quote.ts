/**
 * Showing text that came from outside in a line of ours: a log line, an error, a hint. What could
 * move a cursor, change a colour or turn the reading direction is written as an escape.
 *
 * @module
 */

/** Code points of an excerpt: enough to recognise one's own input. */
const MAX_SHOWN_CHARS = 40;

/** Control, format, private and unassigned characters, lone surrogates, line separators. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** What needs no quotes: letters and digits of any script, and what addresses and names hold. */
const BARE = /^[\p{L}\p{N}\p{M}_\-.:/@+%,*()[\]]+$/u;

/** `\u` and four digits for each UTF-16 code unit, as JSON has it. */
function escapeUnits(text: string): string {
  let escaped = "";
  for (let i = 0; i < text.length; i++) {
    escaped += "\\u" + text.charCodeAt(i).toString(16).padStart(4, "0");
  }
  return escaped;
}

/**
 * Writes every unsafe character as a JSON escape, and leaves all others as they are.
 *
 * @param text Any text; a JSON text stays the same JSON, as long as it holds no line breaks.
 */
export function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE, escapeUnits);
}

/**
 * A text as a JSON string, with its quotes, that is safe on any screen.
 *
 * @param text Any text.
 */
export function quote(text: string): string {
  return escapeUnsafe(JSON.stringify(text));
}

/**
 * A text as it is where it is one plain word, in quotes where it is not.
 *
 * @param text Any text.
 */
export function quoteIfNeeded(text: string): string {
  return BARE.test(text) && text.search(UNSAFE) < 0 ? text : quote(text);
}

/**
 * The beginning of a value that somebody sent, safe to print.
 *
 * @param value What was received, of any length.
 * @param maxChars Code points of it that are shown; default 40.
 * @returns Its beginning in double quotes, invisible characters as escapes, and `…`
 * behind them when there are more.
 */
export function excerpt(value: string, maxChars: number = MAX_SHOWN_CHARS): string {
  // A code point has two units at most; one more tells whether there are more.
  const points = [...value.slice(0, 2 * (maxChars + 1))];
  if (points.length <= maxChars) return quote(points.join(""));
  return `${quote(points.slice(0, maxChars).join(""))}…`;
}

/**
 * A value that somebody sent within a sentence: a name as it is, anything else as an excerpt.
 *
 * @param value What was received, of any length.
 * @param maxChars Code points of it that are shown; default 40.
 * @returns One plain word of no more than that as it is; else as {@linkcode excerpt}.
 */
export function excerptIfNeeded(value: string, maxChars: number = MAX_SHOWN_CHARS): string {
  const points = [...value.slice(0, 2 * (maxChars + 1))];
  return points.length <= maxChars ? quoteIfNeeded(value) : excerpt(value, maxChars);
}
