/**
 * The sizes that both ends agree on, and how much of a long answer fits into one line of the
 * server. The reasons stand beside the numbers; `docs/protocol.md` repeats the table for people who
 * write clients.
 *
 * @module
 */

import type { LogEvent, RoomInfo } from "./messages.ts";

/**
 * Characters (UTF-16 code units) of one line, its newline not counted. The longest useful request
 * is a `say` whose 4,000 code points are all written as `\ud83d\ude00` (48,000 characters).
 */
export const MAX_LINE_CHARS = 65_536;

/** Bytes of one line of the server, its newline included: a reader's buffer of 64 KiB is enough. */
export const MAX_SERVER_LINE_BYTES = 60 * 1024;

/** Code points of one text. */
export const MAX_TEXT_CHARS = 4_000;

/** Lines of one text: a screen and a half. */
export const MAX_TEXT_LINES = 40;

/**
 * Marks in a row of one text: the limit of the Stream-Safe Text Format (UAX 15, section 13). No
 * writing system comes near it, and each mark beyond makes the others dearer to sort.
 */
export const MAX_MARKS_IN_A_ROW = 30;

/** Code points of a name, after NFC. */
export const MAX_NAME_CHARS = 32;

/** What people are told that a name may be. */
export const NAME_RULE =
  `1 to ${MAX_NAME_CHARS} letters, digits, dots, hyphens, underscores and apostrophes`;

/** Characters of the `id` of a request. */
export const MAX_ID_CHARS = 64;

/** Names in one `members`. */
export const MAX_MEMBERS_PAGE = 1_000;

/** Names in one `joined`: a client may come into 20 rooms at once. `who` has the rest. */
export const MAX_JOINED_NAMES = 100;

/** Rooms that one client may be in: each costs the server a position and the client a screen. */
export const MAX_ROOMS_A_CLIENT = 20;

/** Rooms in one `rooms`: all that a server has by default. */
export const MAX_ROOMS_PAGE = 100;

/**
 * Characters (UTF-16 code units) of a room's name in a request, and in the answer to one; the rules
 * for names are stricter.
 */
export const MAX_ROOM_CHARS = 128;

/** Code points of a room's topic: two or three lines on a narrow screen. */
export const MAX_TOPIC_CHARS = 300;

/** Characters (UTF-16 code units) of a room's key: a long phrase. */
export const MAX_KEY_CHARS = 128;

/** Events in one `history` or `results`. */
export const MAX_HISTORY_PAGE = 500;

/** Events on joining, and in one `history` or `results`, when the client names no number. */
export const DEFAULT_HISTORY = 50;

/** Characters (UTF-16 code units) of what is searched for. */
export const MAX_QUERY_CHARS = 1_024;

/** Words of what is searched for: each is compared with every message that may hold them. */
export const MAX_QUERY_WORDS = 32;

/**
 * Code points of why somebody is removed or kept out: a line or two on the screen of whoever reads
 * it, and short enough that a page of `/bans` is one line of the server.
 */
export const MAX_REASON_CHARS = 200;

/** Room for all that stands around the items of a page: the type, counts, the name, a motd. */
const RESERVED_BYTES = 8 * 1024;

/** What the items of a page may take together, in bytes of UTF-8. */
export const MAX_PAGE_BYTES: number = MAX_SERVER_LINE_BYTES - RESERVED_BYTES;

/** Asked for one event after the other: whether it still fits into the page. The first one does. */
export type Fits = (event: LogEvent) => boolean;

/**
 * Fills a page: it is read only as far as it will be sent, and each event is measured once.
 *
 * @param sizeOf What an event takes in the page, in bytes of UTF-8.
 * @param maxBytes What all of them may take together; default 52 KiB.
 */
export function fitsInto(
  sizeOf: (event: LogEvent) => number,
  maxBytes: number = MAX_PAGE_BYTES,
): Fits {
  let bytes = 0;
  return (event) => {
    const isFirst = bytes === 0;
    bytes += sizeOf(event);
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

/**
 * The rooms that fit into one line.
 *
 * @param rooms In the order of the page.
 * @param render What stands in the line for one of them.
 * @returns The first of them: at most 100, and as many as fit into 52 KiB.
 */
export function roomsThatFit(
  rooms: readonly RoomInfo[],
  render: (room: RoomInfo) => string,
): readonly RoomInfo[] {
  let bytes = 0;
  for (const [index, room] of rooms.entries()) {
    bytes += utf8Bytes(render(room)) + 1;
    if (index >= MAX_ROOMS_PAGE || bytes > MAX_PAGE_BYTES) return rooms.slice(0, index);
  }
  return rooms;
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

/**
 * Quotes and backslashes are escaped, and what has no UTF-8; each line has `* ` in front in plain.
 */
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

/**
 * The size of an event in a page of json.
 *
 * @returns Bytes of its JSON in UTF-8, with a comma behind it.
 */
export function jsonBytes(event: LogEvent): number {
  return utf8Bytes(JSON.stringify(event)) + 1;
}
