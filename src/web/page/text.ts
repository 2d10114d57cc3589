/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * What somebody said, drawn: code in a face of its own, addresses as links (only `http` and
 * `https`), the own name marked.
 *
 * @module
 */

import { addressesIn } from "../../client/view/addresses.ts";
import type { Range } from "../../client/view/mentions.ts";
import { findCode } from "./code.ts";
import { make } from "./dom.ts";

/** A part of a text. */
export interface Part {
  /** The characters, as they were said. */
  readonly text: string;
  /** Where a click leads; undefined for words. */
  readonly href?: string;
}

/**
 * Links of one text; further addresses stay words: a thousand of them would be a thousand elements.
 */
export const MAX_LINKS = 20;

/**
 * Characters of an address that becomes a link: browsers and servers take no longer ones for sure,
 * and what a browser makes of a host's name costs the square of its length.
 */
export const MAX_ADDRESS_CHARS = 2_048;

/** Places in one text where the own name is marked; somebody may write nothing else. */
const MAX_MARKS = 20;

/**
 * Cuts a text at its addresses.
 *
 * @param text Anything.
 * @param maxLinks So many of its addresses become links.
 * @returns Parts that together are the text.
 */
export function findLinks(text: string, maxLinks = MAX_LINKS): Part[] {
  const parts: Part[] = [];
  let end = 0;
  let links = 0;
  for (const found of addressesIn(text)) {
    if (links >= maxLinks) break;
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

/**
 * Draws a text.
 *
 * @param text Anything; of its code, links and names only so many get elements of their own.
 * @param mentions Finds the own name.
 */
export function drawText(text: string, mentions: (text: string) => Range[]): HTMLElement {
  const body = make("span", "text");
  body.dir = "auto";
  let links = MAX_LINKS;
  let marks = MAX_MARKS;
  const marked = (words: string) => {
    const ranges = marks === 0 ? [] : mentions(words).slice(0, marks);
    marks -= ranges.length;
    return drawMarked(words, ranges);
  };
  for (const part of findCode(text)) {
    // A block is `pre`, so that it keeps its lines also where it is pasted with its markup.
    if (part.kind === "block") body.append(make("pre", "", ...marked(part.text)));
    else if (part.kind === "code") body.append(make("code", "", ...marked(part.text)));
    else {
      for (const { text: words, href } of findLinks(part.text, links)) {
        if (href === undefined) body.append(...marked(words));
        else {
          body.append(drawLink(words, href));
          links--;
        }
      }
    }
  }
  return body;
}

function drawLink(text: string, href: string): HTMLElement {
  const link = make("a", "", text);
  link.href = href;
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
  return link;
}

function drawMarked(text: string, ranges: readonly Range[]): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let end = 0;
  for (const range of ranges) {
    if (range.start > end) parts.push(text.slice(end, range.start));
    parts.push(make("mark", "", text.slice(range.start, range.end)));
    end = range.end;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}
