/**
 * One's own lines, for the arrow keys and for Ctrl-R, which searches them while one types what to
 * find; in memory only.
 *
 * @module
 */

import { type Draft, draftText } from "./draft.ts";
import type { Key } from "./keys.ts";
import { type Edited, type Searching, TYPING } from "./mode.ts";

/** Lines that are kept: more than anybody steps through. */
const MAX_LINES = 500;

/** The lines that were sent, oldest first, and which of them is shown now. */
export class LineHistory {
  readonly #lines: Draft[] = [];
  /** The line that is shown; `#lines.length` is the one being typed. */
  #at = 0;
  /** What was being typed when stepping began. */
  #typed: Draft | undefined;

  /**
   * Adds a line that was submitted; stepping begins anew. The same line twice in a row counts once.
   */
  add(draft: Draft): void {
    const text = draftText(draft);
    if (/\S/.test(text)) {
      const last = this.#lines.at(-1);
      if (last === undefined || draftText(last) !== text) {
        this.#lines.push({ pieces: draft.pieces, cursor: draft.pieces.length });
      }
      if (this.#lines.length > MAX_LINES) this.#lines.shift();
    }
    this.#at = this.#lines.length;
    this.#typed = undefined;
  }

  /**
   * The line before the one that is shown.
   *
   * @param shown What is shown now, perhaps edited: at the newest end it is kept.
   * @returns Undefined when there is none.
   */
  older(shown: Draft): Draft | undefined {
    const line = this.#lines[this.#at - 1];
    if (line === undefined) return undefined;
    if (this.#at === this.#lines.length) this.#typed = shown;
    this.#at--;
    return line;
  }

  /** The line after the one that is shown, at the end what was being typed. */
  newer(): Draft | undefined {
    if (this.#at >= this.#lines.length) return undefined;
    this.#at++;
    return this.#lines[this.#at] ?? this.#typed;
  }

  /**
   * Stops stepping, as when somebody turns to another line.
   *
   * @param shown What is shown now, perhaps edited.
   * @returns What was being typed when stepping began; `shown` when it is no line of the history.
   */
  stop(shown: Draft): Draft {
    const typed = this.#typed;
    const isLine = this.#lines[this.#at]?.pieces === shown.pieces;
    this.#at = this.#lines.length;
    this.#typed = undefined;
    if (typed === undefined || isLine) return typed ?? shown;
    this.add(typed);
    return shown;
  }

  /**
   * Finds a line that holds a text, in any case.
   *
   * @param query What to find.
   * @param before Only lines that are older than this one count; default all.
   * @returns Its place and the line; undefined when there is none.
   */
  find(query: string, before: number = this.#lines.length): [number, Draft] | undefined {
    const wanted = query.toLowerCase();
    for (let at = Math.min(before, this.#lines.length) - 1; at >= 0; at--) {
      const line = this.#lines[at];
      if (line !== undefined && draftText(line).toLowerCase().includes(wanted)) return [at, line];
    }
    return undefined;
  }
}

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
