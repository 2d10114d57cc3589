/**
 * The sizes that both ends agree on. The reasons stand beside the numbers; `docs/protocol.md`
 * repeats the table for people who write clients.
 *
 * @module
 */

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
