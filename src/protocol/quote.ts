/**
 * Showing text that came from outside in a line of ours: a log line, an error, a hint. What could
 * move a cursor, change a colour or turn the reading direction is written as an escape.
 *
 * @module
 */

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
