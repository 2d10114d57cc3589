/**
 * Ctrl-R: searching one's own earlier lines while typing what to find.
 *
 * @module
 */

import type { Draft } from "./draft.ts";
import type { Key } from "./keys.ts";
import type { LineHistory } from "./line_history.ts";
import { type Edited, type Searching, TYPING } from "./mode.ts";

/**
 * A key was pressed during the search.
 *
 * @param draft The line that is shown.
 * @param mode The search so far.
 * @returns Undefined when the key is none of the search: it ends it, and means what it always does.
 */
export function searchKey(
  key: Key,
  draft: Draft,
  mode: Searching,
  history: LineHistory,
): Edited | undefined {
  if (key.type !== "key") {
    return find(mode.query + key.text.replace(/\s+/g, " "), mode, history);
  }
  switch (key.name) {
    case "ctrl-r":
      return findOlder(draft, mode, history);
    case "backspace":
    case "ctrl-h":
      return find(Array.from(mode.query).slice(0, -1).join(""), mode, history);
    case "escape":
    case "ctrl-g":
      return { draft: mode.before, mode: TYPING };
    case "enter":
    case "tab":
      // Takes the line; one more Enter sends it, once it has been seen.
      return { draft, mode: TYPING };
    default:
      return undefined;
  }
}

function find(query: string, mode: Searching, history: LineHistory): Edited {
  const found = query === "" ? undefined : history.find(query);
  if (found === undefined) return { draft: mode.before, mode: { ...mode, query, at: undefined } };
  return { draft: found[1], mode: { ...mode, query, at: found[0] } };
}

/** The next older line with the same text; none: all stays as it is. */
function findOlder(draft: Draft, mode: Searching, history: LineHistory): Edited {
  const { query, at } = mode;
  if (at === undefined) return find(query, mode, history);
  const found = query === "" ? undefined : history.find(query, at);
  return found === undefined
    ? { draft, mode }
    : { draft: found[1], mode: { ...mode, at: found[0] } };
}
