/**
 * Web addresses in what people say: where they begin and, which is harder, where they end. The page
 * makes links of them, the terminal keeps them in one piece.
 *
 * @module
 */

import type { Range } from "./mentions.ts";

/**
 * A scheme and what may follow: of ASCII what RFC 3986 allows, and braces; of the rest everything
 * but white space, quotation marks, brackets and what ends a sentence or a part of it, in any
 * script.
 */
const ADDRESS =
  /\b[a-z][a-z0-9+-]{1,15}:\/\/(?:[!#-;=?-[\]_a-z{}~]|(?![\s\u200B\u2060\p{Terminal_Punctuation}\p{Quotation_Mark}\p{Ps}\p{Pe}\uFF1C\uFF1E\uFF40\uFF5C\uFF5E])\P{ASCII})+/giu;

/** Punctuation that belongs to the sentence where it ends an address; within one it may stand. */
const TRAILING = /[.,;:!?'*_~]|(?!\p{ASCII})\p{P}/u;

/** Closing brackets belong to an address only when it has the opening one. */
const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/**
 * Finds the addresses of a text.
 *
 * @param text Anything.
 * @returns Their places, in order. What stands there begins with a scheme and `://`, and need not
 * be a valid address.
 */
export function* addressesIn(text: string): Generator<Range> {
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    yield { start: index, end: index + lengthOf(found) };
  }
}

/** How much of what was found is the address. */
function lengthOf(found: string): number {
  // Backwards, each character once: 4,000 brackets must not cost 4,000 times 4,000.
  const unpaired = new Map<string, number>();
  for (const char of found) {
    const opening = PAIRS[char];
    if (opening !== undefined) unpaired.set(char, (unpaired.get(char) ?? 0) + 1);
    for (const [closing, open] of Object.entries(PAIRS)) {
      if (char === open) unpaired.set(closing, (unpaired.get(closing) ?? 0) - 1);
    }
  }
  let end = found.length;
  for (; end > 0; end--) {
    const char = found[end - 1]!;
    const extra = unpaired.get(char) ?? 0;
    if (extra > 0) unpaired.set(char, extra - 1);
    else if (!TRAILING.test(char)) break;
  }
  return end;
}
