/**
 * The text being typed, as a value: what is in it, and where the cursor stands. Every operation
 * takes a draft and returns another one.
 *
 * A draft consists of pieces that the cursor steps over and Backspace takes away whole: what a
 * reader sees as one character (a family emoji, a letter with its accents), or a paste of several
 * lines.
 *
 * @module
 */

import { graphemes } from "../view/width.ts";
import { runStart } from "../view/completion.ts";
import { countLines } from "../../protocol/text.ts";

/** Shows a newline that was typed inside the line. */
const NEWLINE_SIGN = "\u2424";

/** Shows a tab; a real one would jump. */
const TAB_SIGN = "\u2409";

/** A text and a cursor in it; never changed. */
export interface Draft {
  /** Characters as readers see them; one that holds a newline is a paste, or a newline typed. */
  readonly pieces: readonly string[];
  /** How many pieces stand before the cursor. */
  readonly cursor: number;
}

/** Nothing typed. */
export const EMPTY_DRAFT: Draft = { pieces: [], cursor: 0 };

/** The whole text. */
export function draftText({ pieces }: Draft): string {
  return pieces.join("");
}

/**
 * A draft of a text, its cursor at the end.
 *
 * @param text Several lines become one paste.
 */
export function draftOf(text: string): Draft {
  return text.includes("\n") ? insertPaste(EMPTY_DRAFT, text) : insertText(EMPTY_DRAFT, text);
}

/**
 * How a piece looks in the line being typed.
 *
 * @returns Never a control character; `[paste: 12 lines]` for a paste.
 */
export function shownPiece(piece: string): string {
  if (piece === "\n") return NEWLINE_SIGN;
  if (piece === "\t") return TAB_SIGN;
  return piece.includes("\n") ? `[paste: ${countLines(piece)} lines]` : piece;
}

/**
 * Types a text at the cursor.
 *
 * @param text One line, or single newlines; other control characters but tabs are left out.
 */
export function insertText({ pieces, cursor }: Draft, text: string): Draft {
  const clean = text.replace(/[[\p{Cc}]--[\t\n]]/gv, "");
  // An accent or the next part of an emoji joins the piece before it.
  const previous = pieces[cursor - 1];
  const joins = previous !== undefined && !/[\t\n]/.test(previous);
  const next = pieces[cursor];
  const joinsNext = next !== undefined && !/[\t\n]/.test(next);
  const inserted = graphemes(
    (joins ? previous : "") + clean + (joinsNext ? next : ""),
  );
  const before = pieces.slice(0, joins ? cursor - 1 : cursor);
  const after = pieces.slice(joinsNext ? cursor + 1 : cursor);
  const all = [...before, ...inserted, ...after];
  // What followed the cursor follows it still, unless it has melted into what was typed.
  const melted = joinsNext && inserted.at(-1) !== next;
  const behind = after.length + (joinsNext && !melted ? 1 : 0);
  return { pieces: all, cursor: all.length - behind };
}

/**
 * Puts a paste at the cursor: several lines as one piece, one line as if it had been typed.
 *
 * @param text Control characters but newlines and tabs are left out; so are newlines at its end,
 * since a copied line often brings one that nobody wished for.
 */
export function insertPaste(draft: Draft, text: string): Draft {
  const whole = text.replace(/\r\n?/g, "\n").replace(/[[\p{Cc}]--[\t\n]]/gv, "");
  const clean = whole.slice(0, runStart(whole, (char) => char === "\n"));
  if (!clean.includes("\n")) return insertText(draft, clean);
  const { pieces, cursor } = draft;
  return {
    pieces: [...pieces.slice(0, cursor), clean, ...pieces.slice(cursor)],
    cursor: cursor + 1,
  };
}

/** Moves the cursor to a piece; beyond an end, to that end. */
export function moveTo({ pieces }: Draft, cursor: number): Draft {
  return { pieces, cursor: Math.max(0, Math.min(pieces.length, cursor)) };
}

/** Takes out the pieces from `start` up to `end`; the cursor stands there then. */
export function removePieces({ pieces }: Draft, start: number, end: number): Draft {
  const from = Math.max(0, start);
  return { pieces: [...pieces.slice(0, from), ...pieces.slice(end)], cursor: from };
}

/** Where the word before the cursor begins. */
export function wordStart({ pieces, cursor }: Draft): number {
  let at = cursor;
  while (at > 0 && !isWord(pieces[at - 1])) at--;
  while (at > 0 && isWord(pieces[at - 1])) at--;
  return at;
}

/** Where the word before the cursor begins, when only spaces end words. */
export function spaceStart({ pieces, cursor }: Draft): number {
  let at = cursor;
  while (at > 0 && pieces[at - 1] === " ") at--;
  while (at > 0 && pieces[at - 1] !== " ") at--;
  return at;
}

/** Where the word after the cursor ends. */
export function wordEnd({ pieces, cursor }: Draft): number {
  let at = cursor;
  while (at < pieces.length && !isWord(pieces[at])) at++;
  while (at < pieces.length && isWord(pieces[at])) at++;
  return at;
}

/** Exchanges the two pieces around the cursor, and steps forward. */
function transpose(draft: Draft): Draft {
  const { pieces, cursor } = draft;
  const at = Math.min(cursor, pieces.length - 1);
  const [first, second] = [pieces[at - 1], pieces[at]];
  if (first === undefined || second === undefined) return draft;
  return {
    pieces: [...pieces.slice(0, at - 1), second, first, ...pieces.slice(at + 1)],
    cursor: at + 1,
  };
}

function isWord(piece: string | undefined): boolean {
  return piece !== undefined && /[\p{L}\p{N}_]/u.test(piece);
}

/**
 * What a key makes of a draft.
 *
 * @param name The key, as `keys.ts` names it.
 * @returns Undefined for any other key.
 */
export function editByKey(draft: Draft, name: string): Draft | undefined {
  const { pieces, cursor } = draft;
  switch (name) {
    case "delete":
      return removePieces(draft, cursor, cursor + 1);
    case "backspace":
    case "shift-backspace":
    case "ctrl-h":
      return cursor > 0 ? removePieces(draft, cursor - 1, cursor) : draft;
    case "left":
    case "ctrl-b":
      return moveTo(draft, cursor - 1);
    case "right":
    case "ctrl-f":
      return moveTo(draft, cursor + 1);
    case "home":
    case "ctrl-a":
      return moveTo(draft, 0);
    case "end":
    case "ctrl-e":
      return moveTo(draft, pieces.length);
    case "ctrl-left":
    case "alt-left":
    case "alt-b":
      return moveTo(draft, wordStart(draft));
    case "ctrl-right":
    case "alt-right":
    case "alt-f":
      return moveTo(draft, wordEnd(draft));
    case "ctrl-t":
      return transpose(draft);
    default:
      return undefined;
  }
}
