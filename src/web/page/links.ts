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

/** Links of one text; further addresses stay words: a thousand of them would be a thousand elements. */
export const MAX_LINKS = 20;

/**
 * Characters of an address that becomes a link: browsers and servers take no longer ones for sure,
 * and what a browser makes of a host's name costs the square of its length.
 */
export const MAX_ADDRESS_CHARS = 2_048;

/** What may be an address; what it ends with is looked at below. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"\u2018\u2019\u201c\u201d]+/giu;

/** What ends a sentence, not an address. */
const TRAILING = ".,;:!?'*_~\u2026";

/** Closing brackets belong to an address only when it has the opening one. */
const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/**
 * Cuts a text at its addresses.
 *
 * @param text Anything; at most {@linkcode MAX_LINKS} of its addresses become links.
 * @returns Parts that together are the text.
 */
export function findLinks(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  let links = 0;
  for (const match of text.matchAll(ADDRESS)) {
    if (links === MAX_LINKS) break;
    const address = trimmed(match[0]);
    const href = hrefOf(address);
    if (href === undefined) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: address, href });
    end = match.index + address.length;
    links++;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

function trimmed(address: string): string {
  // Backwards, each character once: 4,000 brackets must not cost 4,000 times 4,000.
  const unpaired = new Map<string, number>();
  for (const char of address) {
    const opening = PAIRS[char];
    if (opening !== undefined) unpaired.set(char, (unpaired.get(char) ?? 0) + 1);
    for (const [closing, open] of Object.entries(PAIRS)) {
      if (char === open) unpaired.set(closing, (unpaired.get(closing) ?? 0) - 1);
    }
  }
  let end = address.length;
  for (; end > 0; end--) {
    const char = address[end - 1]!;
    const extra = unpaired.get(char) ?? 0;
    if (extra > 0) unpaired.set(char, extra - 1);
    else if (!TRAILING.includes(char)) break;
  }
  return address.slice(0, end);
}

/** Not one with a user in it, which can make it look like another host. */
function hrefOf(address: string): string | undefined {
  if (address.length > MAX_ADDRESS_CHARS) return undefined;
  try {
    const { protocol, username, password, href } = new URL(address);
    const isWeb = protocol === "http:" || protocol === "https:";
    return isWeb && username === "" && password === "" ? href : undefined;
  } catch {
    return undefined;
  }
}
