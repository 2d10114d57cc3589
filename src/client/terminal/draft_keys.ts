/**
 * The keys that move in the line being typed and change it, and need to know nothing else.
 *
 * @module
 */

import { type Draft, moveTo, removePieces, transpose, wordEnd, wordStart } from "./draft.ts";

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
