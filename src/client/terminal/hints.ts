/**
 * The lines under the line being typed: what the keys mean now, and how near the limit is.
 *
 * @module
 */

import { columnsOf, cutTo, fitting } from "../view/width.ts";
import { counterOf } from "../view/typed_line.ts";
import type { Mode, Searching } from "./mode.ts";
import type { Style } from "../view/style.ts";

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
