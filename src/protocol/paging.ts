/**
 * How much of a long answer fits into one line of the server.
 *
 * @module
 */

import { MAX_MEMBERS_PAGE, MAX_SERVER_LINE_BYTES } from "./limits.ts";
import type { LogEvent } from "./messages.ts";

/** Room for all that stands around the items of a page: the type, counts, the name, a motd. */
const RESERVED_BYTES = 8 * 1024;

/** What the items of a page may take together, in bytes of UTF-8. */
export const MAX_PAGE_BYTES: number = MAX_SERVER_LINE_BYTES - RESERVED_BYTES;

/** Options of {@linkcode pageThatFits}. */
export interface PageOptions {
  /** Which end is kept when not all fit: "first" (default) or "last". */
  readonly keep?: "first" | "last";
  /** What an event will be written as; default: its JSON and a comma. */
  readonly render?: (event: LogEvent) => string;
}

/**
 * The events that fit into one line.
 *
 * @param events A page.
 * @param maxBytes What they may take together, in bytes of UTF-8; default 52 KiB.
 * @param options See {@linkcode PageOptions}.
 * @returns As many as fit, in the same order, at least one when there are any: `events` itself when
 * all fit. One event alone is never larger than a line.
 */
export function pageThatFits(
  events: readonly LogEvent[],
  maxBytes: number = MAX_PAGE_BYTES,
  { keep = "first", render = asJson }: PageOptions = {},
): readonly LogEvent[] {
  const fits = fitsInto(maxBytes, render);
  for (let kept = 0; kept < events.length; kept++) {
    const event = events[keep === "first" ? kept : events.length - 1 - kept];
    if (event === undefined) break;
    if (!fits(event)) return keep === "first" ? events.slice(0, kept) : events.slice(-kept);
  }
  return events;
}

/**
 * Tells of one event after the other whether it still fits into a line: for pages that are read only
 * as far as they will be sent.
 *
 * @param maxBytes What they may take together, in bytes of UTF-8; default 52 KiB.
 * @param render What an event will be written as; default: its JSON and a comma.
 * @returns To be called once for each event. The first one always fits.
 */
export function fitsInto(
  maxBytes: number = MAX_PAGE_BYTES,
  render: (event: LogEvent) => string = asJson,
): (event: LogEvent) => boolean {
  let bytes = 0;
  return (event) => {
    const isFirst = bytes === 0;
    bytes += utf8Bytes(render(event));
    return isFirst || bytes <= maxBytes;
  };
}

/**
 * The names that fit into one line.
 *
 * @param names In the order of the page.
 * @param maxBytes What they may take together, in bytes of UTF-8; default 52 KiB.
 * @returns The first of them: at most 1,000, and as many as fit; `names` itself when all do.
 */
export function namesThatFit(
  names: readonly string[],
  maxBytes: number = MAX_PAGE_BYTES,
): readonly string[] {
  let bytes = 0;
  for (const [index, name] of names.entries()) {
    // Quotes and a comma in JSON, a comma and a space in plain. Nothing in a name is escaped.
    bytes += utf8Bytes(name) + 3;
    if (index >= MAX_MEMBERS_PAGE || bytes > maxBytes) return names.slice(0, index);
  }
  return names;
}

/** What a code unit takes at most: `\u` and four digits in JSON. */
const MAX_UNIT_BYTES = 6;

/**
 * As much of a text as fits into one line, in either dialect: the last guard for words to people,
 * which have limits of their own where they are made.
 *
 * @param text A notice or an error, of any length.
 * @returns The text itself, or its beginning with `…` behind it.
 */
export function textThatFits(text: string): string {
  if (text.length * MAX_UNIT_BYTES <= MAX_PAGE_BYTES) return text;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    bytes += unitBytes(text.charCodeAt(i));
    if (bytes <= MAX_PAGE_BYTES) continue;
    // Not between the halves of a pair.
    const isHigh = (text.charCodeAt(i - 1) & 0xFC00) === 0xD800;
    return `${text.slice(0, isHigh ? i - 1 : i)}…`;
  }
  return text;
}

/** Quotes and backslashes are escaped, and what has no UTF-8; each line has `* ` in front in plain. */
function unitBytes(unit: number): number {
  if (unit < 0x20 || (unit & 0xF800) === 0xD800) return MAX_UNIT_BYTES;
  if (unit === 0x22 || unit === 0x5C) return 2;
  return unit < 0x80 ? 1 : 3;
}

/**
 * The size of a text on the wire.
 *
 * @param text Anything; a lone surrogate counts as the three bytes of U+FFFD.
 * @returns Its bytes in UTF-8.
 */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // The two halves of a pair are four bytes together, two more than their units.
    if ((unit & 0xFC00) === 0xD800 && (text.charCodeAt(i + 1) & 0xFC00) === 0xDC00) i++;
  }
  return bytes;
}

function asJson(event: LogEvent): string {
  return JSON.stringify(event) + ",";
}
