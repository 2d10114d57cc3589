/**
 * Addresses in what people say. Only `http` and `https` ever become links. Pure.
 *
 * @module
 */

/** A part of a text. */
export interface Part {
  /** The characters, as they were said. */
  readonly text: string;
  /** Where a click leads; undefined for words. */
  readonly href?: string;
}

/** What may be an address; what it ends with is looked at below. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"\u2018\u2019\u201c\u201d]+/giu;

/** What ends a sentence, not an address. */
const TRAILING = /[.,;:!?'*_~\u2026]+$/u;

/** Closing brackets belong to an address only when it has the opening one. */
const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/**
 * Cuts a text at its addresses.
 *
 * @param text Anything.
 * @returns Parts that together are the text.
 */
export function findLinks(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const href = hrefOf(address);
    if (href === undefined) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

function trimmed(address: string): string {
  for (;;) {
    const shorter = address.replace(TRAILING, "");
    const opening = PAIRS[shorter.at(-1) ?? ""];
    const unpaired = opening !== undefined &&
      count(shorter, opening) < count(shorter, shorter.at(-1) ?? "");
    const next = unpaired ? shorter.slice(0, -1) : shorter;
    if (next === address) return address;
    address = next;
  }
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}

/** Not one with a user in it, which can make it look like another host. */
function hrefOf(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined;
  return url.username === "" && url.password === "" ? url.href : undefined;
}
