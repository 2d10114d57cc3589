/**
 * Input shown back to people inside a message of one line.
 *
 * @module
 */

/** Characters of the input that are shown at most: enough to recognise it. */
const MAX_QUOTED_CHARS = 40;

/** Invisible or active: everything of Unicode's category C, line and paragraph separators, and quotes. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}"\\]/gu;

/**
 * A value that somebody sent, safe to print and short.
 *
 * @param value What was received.
 * @returns The first 40 code points in double quotes, with `…` when there are more. Invisible
 * characters are shown as `\u{200b}`; quotes and backslashes have a backslash in front.
 */
export function quoted(value: string): string {
  // Two units a code point at most, and one code point more to know whether there are more.
  const points = [...value.slice(0, 2 * (MAX_QUOTED_CHARS + 1))];
  const shown = points.slice(0, MAX_QUOTED_CHARS).join("").replace(UNSAFE, escaped);
  return points.length > MAX_QUOTED_CHARS ? `"${shown}…"` : `"${shown}"`;
}

function escaped(char: string): string {
  if (char === '"' || char === "\\") return `\\${char}`;
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}
