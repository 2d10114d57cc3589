/**
 * What IRC clients put into texts beside words: formatting codes, and CTCP.
 *
 * @module
 */

/**
 * Bold, colour (up to two numbers of two digits), colour by six hexadecimal digits, reset,
 * monospace, reverse, italics, strikethrough, underline (modern.ircdocs.horse/formatting).
 */
const CODES = new RegExp(
  String
    .raw`\x02|\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[\dA-Fa-f]{6}(?:,[\dA-Fa-f]{6})?)?|[\x0F\x11\x16\x1D-\x1F]`,
  "g",
);

/** What begins and ends a CTCP message; the end may be missing. */
const DELIMITER = "\x01";

/** A text without formatting codes. Other control characters stay. */
export function withoutFormatting(text: string): string {
  return text.replace(CODES, "");
}

/** What somebody says with PRIVMSG: words, what he does (`/me`), or what only a client answers. */
export type Spoken =
  | { readonly kind: "words" | "action"; readonly text: string }
  | { readonly kind: "other" };

/**
 * What the text of a PRIVMSG is.
 *
 * @param text As it was received.
 * @returns Words, or an action (CTCP ACTION), without formatting codes; `other` for any other CTCP
 * message, such as VERSION, which nobody is shown.
 */
export function spokenIn(text: string): Spoken {
  if (!text.startsWith(DELIMITER)) return { kind: "words", text: withoutFormatting(text) };
  const inner = text.slice(1).split(DELIMITER, 1)[0]!;
  const action = /^ACTION(?: |$)/i.exec(inner);
  if (action === null) return { kind: "other" };
  return { kind: "action", text: withoutFormatting(inner.slice(action[0].length)) };
}

/** An action as the text of a PRIVMSG. */
export function actionText(text: string): string {
  return `${DELIMITER}ACTION ${text}${DELIMITER}`;
}
