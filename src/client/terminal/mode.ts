/**
 * What somebody can be in the middle of while a line is being typed, and the hints under the line
 * that say so: what the keys mean now, and how near the limit is.
 *
 * @module
 */

import type { Draft } from "./draft.ts";
import { columnsOf, cutTo, fitting } from "../view/width.ts";
import { counterOf } from "../view/typed_line.ts";
import type { Style } from "../view/style.ts";

/** Tab was pressed, and more than one word fits. */
export interface Completing {
  /** The mode's name. */
  readonly type: "completing";
  /** The words that fit. */
  readonly candidates: readonly string[];
  /** Which of them stands in the line; -1 for what they have in common. */
  readonly at: number;
  /** The line without the word. */
  readonly without: Draft;
  /** The line as it was typed. */
  readonly before: Draft;
}

/** Ctrl-R was pressed. */
export interface Searching {
  /** The mode's name. */
  readonly type: "searching";
  /** The text to find. */
  readonly query: string;
  /** Index of the shown line in the history; undefined when none has the text. */
  readonly at: number | undefined;
  /** The line as it was before. */
  readonly before: Draft;
}

/** Enter was pressed on many lines: they are sent when that is confirmed. */
export interface Confirming {
  /** The mode's name. */
  readonly type: "confirming";
  /** How many lines. */
  readonly lines: number;
}

/** What is going on besides typing. */
export type Mode = { readonly type: "typing" } | Completing | Searching | Confirming;

/** Nothing is. */
export const TYPING: Mode = { type: "typing" };

/** The line being typed, and the mode, after a key. */
export interface Edited {
  /** The line. */
  readonly draft: Draft;
  /** The mode. */
  readonly mode: Mode;
}

/** Between two candidates. */
const GAP = "  ";

/** What stands before the line while its history is searched. */
export function searchPrompt({ query, at }: Searching): string {
  const nothing = query !== "" && at === undefined ? " (none)" : "";
  return `search "${query}"${nothing}: `;
}

/**
 * Paints the hints.
 *
 * @param mode What is going on besides typing.
 * @param text The text being typed.
 * @param options `columns` of the terminal; each line takes one less at most.
 */
export function paintHints(
  mode: Mode,
  text: string,
  { columns, style }: { readonly columns: number; readonly style: Style },
): string[] {
  const width = Math.max(1, columns - 1);
  const counter = counterOf(text);
  const lines: string[] = [];
  if (mode.type === "completing") {
    lines.push(style.dim(candidateLine(mode.candidates, mode.at, width)));
  }
  if (mode.type === "confirming") {
    const { lines: count } = mode;
    lines.push(style.alarm(fitting([
      `Send these ${count} lines? Enter sends them, Esc goes back to the line.`,
      `Send ${count} lines? Enter or Esc`,
      `Send ${count} lines?`,
    ], width)));
  }
  if (counter !== undefined) {
    const shown = fitting([counter.text, counter.short], width);
    lines.push(counter.over ? style.alarm(shown) : style.dim(shown));
  }
  return lines;
}

/** Candidates side by side, those around the chosen one when there is no room for all. */
function candidateLine(candidates: readonly string[], at: number, width: number): string {
  const shown = candidates.map((candidate, i) => {
    const word = candidate.trimEnd().replace(/:$/, "");
    return i === at ? `[${word}]` : word;
  });
  // From the chosen one backwards, as many as have room.
  let first = Math.max(0, at);
  let used = columnsOf(shown[first] ?? "");
  while (first > 0) {
    used += GAP.length + columnsOf(shown[first - 1] ?? "");
    if (used > width - 2) break;
    first--;
  }
  return cutTo((first > 0 ? "… " : "") + shown.slice(first, first + width).join(GAP), width);
}
