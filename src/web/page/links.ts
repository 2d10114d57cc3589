/**
 * Addresses in what people say. Only `http` and `https` ever become links. Pure.
 *
 * @module
 */

import { addressesIn } from "../../client/view/addresses.ts";

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
  for (const found of addressesIn(text)) {
    if (links === MAX_LINKS) break;
    const address = text.slice(found.start, found.end);
    const href = hrefOf(address);
    if (href === undefined) continue;
    if (found.start > end) parts.push({ text: text.slice(end, found.start) });
    parts.push({ text: address, href });
    end = found.end;
    links++;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
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
