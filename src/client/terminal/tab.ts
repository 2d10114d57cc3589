/**
 * The Tab key: completes the word before the cursor, or steps through the words that fit.
 *
 * @module
 */

import { normalized } from "../../protocol/normalize.ts";
import { complete, type CompletionWords } from "../view/completion.ts";
import { type Draft, insertText } from "./draft.ts";
import { type Completing, type Edited, TYPING } from "./mode.ts";

/**
 * Tab was pressed for the first time: completes the word as far as all candidates agree. A paste is
 * no part of a word, whatever it ends with.
 *
 * @param draft The line being typed.
 * @param words What may be meant.
 * @returns Undefined when there is nothing to complete.
 */
export function beginCompleting(draft: Draft, words: CompletionWords): Edited | undefined {
  const { pieces, cursor } = draft;
  const kept = pieces.slice(0, cursor);
  const paste = kept.findLastIndex((piece) => piece.includes("\n"));
  const before = (paste < 0 ? "" : " ") + kept.slice(paste + 1).join("");
  const { word, candidates } = complete(before, words);
  const [first] = candidates;
  if (first === undefined) return undefined;
  for (let left = word.length; left > 0;) left -= kept.pop()?.length ?? left;
  const without = { pieces: [...kept, ...pieces.slice(cursor)], cursor: kept.length };
  if (candidates.length === 1) return { draft: insertText(without, first), mode: TYPING };
  const common = commonBeginning(candidates);
  return {
    draft: common.length > word.length ? insertText(without, common) : draft,
    mode: { type: "completing", candidates, at: -1, without, before: draft },
  };
}

/** Tab was pressed again (`step` 1), or Shift-Tab (-1): the next candidate, around the ends. */
export function nextCandidate(mode: Completing, step: 1 | -1): Edited {
  const { candidates, without } = mode;
  const from = mode.at < 0 && step < 0 ? 0 : mode.at;
  const at = (from + step + candidates.length) % candidates.length;
  return { draft: insertText(without, candidates[at] ?? ""), mode: { ...mode, at } };
}

/** What all candidates begin with, whatever their case, spelled as in the first. */
export function commonBeginning(candidates: readonly string[]): string {
  const [first = "", ...others] = candidates;
  const common = commonPrefix(others.map(folded));
  let length = 0;
  for (const char of first) {
    const longer = first.slice(0, length + char.length);
    if (common !== undefined && !common.startsWith(folded(longer))) break;
    length = longer.length;
  }
  return first.slice(0, length);
}

/** The longest beginning that all texts have; undefined when there are none. */
function commonPrefix(texts: readonly string[]): string | undefined {
  let [prefix] = texts;
  if (prefix === undefined) return undefined;
  for (const text of texts) {
    let length = 0;
    while (length < prefix.length && text[length] === prefix[length]) length++;
    prefix = prefix.slice(0, length);
  }
  return prefix;
}

function folded(text: string): string {
  return normalized(text, "NFKC").toLowerCase();
}
