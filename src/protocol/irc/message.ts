/**
 * Lines of IRC (RFC 1459, RFC 2812, IRCv3 message-tags): a line becomes a message, and a message
 * becomes a line. A line is `@tags :source COMMAND word word :text`; all but the command may be
 * absent.
 *
 * @module
 */

import { utf8Bytes } from "../limits.ts";

/** Bytes of a line, tags not counted, CR and LF counted (RFC 1459, section 2.3). */
export const MAX_IRC_LINE_BYTES = 512;

/** The same without CR and LF: what a client may send. */
const MAX_BODY_BYTES = MAX_IRC_LINE_BYTES - 2;

/** Bytes of a client's tags, from the `@` to the space behind them (message-tags). */
const MAX_TAGS_BYTES = 4_096;

/** Bytes of one word in a line of ours: no name and no key is longer. */
const MAX_WORD_BYTES = 200;

/** Values of tags by their keys; a tag without a value has an empty one. */
export type IrcTags = ReadonlyMap<string, string>;

/** A line that was received. */
export interface IrcMessage {
  /** Unescaped; of a repeated tag the last one. */
  readonly tags: IrcTags;
  /** Who it is from. A server does not listen to it. */
  readonly source?: string;
  /** In upper case, never empty; perhaps no command that there is. */
  readonly command: string;
  /** The words behind it and the text, as they were sent: nothing in them is cleaned. */
  readonly params: readonly string[];
}

/** A line to send. */
export interface IrcLine {
  /** Tags in the order in which they are written; a value may hold anything. */
  readonly tags?: Iterable<readonly [key: string, value: string]>;
  /** Who it is from; without `:`. */
  readonly source?: string;
  /** A command or three digits. */
  readonly command: string;
  /** What stands behind it before the text; default: nothing. */
  readonly words?: readonly string[];
  /** The last parameter, which may hold spaces or be empty; default: there is none. */
  readonly text?: string;
}

/**
 * Reads a line.
 *
 * @param line Without CR and LF.
 * @returns The message; `too_long` (numeric 417) for more than 510 bytes, or more than 4,096 bytes
 * of tags; null for a line without a command, which IRC ignores.
 */
export function parseIrcLine(line: string): IrcMessage | "too_long" | null {
  const start = line.search(/[^ ]/);
  if (start < 0) return null;
  let body = line.slice(start);
  let tags: IrcTags = NO_TAGS;
  if (body.startsWith("@")) {
    const [head, rest] = cutWord(body);
    if (utf8Bytes(head) + 1 > MAX_TAGS_BYTES) return "too_long";
    tags = parseTags(head.slice(1));
    body = rest;
  }
  if (utf8Bytes(body) > MAX_BODY_BYTES) return "too_long";
  let source: string | undefined;
  if (body.startsWith(":")) {
    const [head, rest] = cutWord(body);
    source = head.slice(1);
    body = rest;
  }
  const [command, rest] = cutWord(body);
  if (command === "") return null;
  const message = { tags, command: command.toUpperCase(), params: parseParams(rest) };
  return source === undefined ? message : { ...message, source };
}

const NO_TAGS: IrcTags = new Map();

/** The first word, and what stands behind the spaces after it. */
function cutWord(text: string): [word: string, rest: string] {
  const space = text.indexOf(" ");
  if (space < 0) return [text, ""];
  let next = space;
  while (text[next] === " ") next++;
  return [text.slice(0, space), text.slice(next)];
}

function parseParams(text: string): string[] {
  const params: string[] = [];
  for (let rest = text; rest !== "";) {
    if (rest.startsWith(":")) {
      params.push(rest.slice(1));
      break;
    }
    const [word, behind] = cutWord(rest);
    params.push(word);
    rest = behind;
  }
  return params;
}

function parseTags(text: string): IrcTags {
  const tags = new Map<string, string>();
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    const key = equals < 0 ? part : part.slice(0, equals);
    if (key !== "") tags.set(key, equals < 0 ? "" : unescapeTag(part.slice(equals + 1)));
  }
  return tags;
}

/** What stands behind a backslash, and what it stands for (message-tags, escaping values). */
const UNESCAPED: Readonly<Record<string, string>> = { ":": ";", s: " ", r: "\r", n: "\n" };

/** And the other way round. */
const ESCAPED: Readonly<Record<string, string>> = {
  ";": "\\:",
  " ": "\\s",
  "\\": "\\\\",
  "\r": "\\r",
  "\n": "\\n",
  "\0": "",
};

/** What is written in another way in a value. */
const SPECIAL = /[; \\\r\n\0]/;

function unescapeTag(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(/\\([^]?)/gu, (_, char: string) => UNESCAPED[char] ?? char);
}

function escapeTag(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replace(/[; \\\r\n\0]/g, (char) => ESCAPED[char] ?? "");
}

/**
 * What ends a line of IRC or could act on a screen: control characters but tab and 0x01, which
 * begins and ends an action; bidirectional controls; halves of surrogate pairs.
 */
const HARMFUL = new RegExp(
  String.raw`[^\P{Cc}\t\x01]|[\p{Cs}\u202A-\u202E\u2066-\u2069]`,
  "gu",
);

/** Nothing in it is harmful: nearly every text, and quicker to see than that nothing is. */
const PRINTABLE = /^[ -~]*$/;

function withoutHarm(text: string): string {
  return PRINTABLE.test(text) ? text : text.replace(HARMFUL, "\uFFFD");
}

/**
 * A word as it may stand in a line of ours.
 *
 * @param raw What a client sent, or anything else.
 * @returns Its beginning up to a space, at most 200 bytes, with U+FFFD for what is harmful; `*` for
 * what would be empty or begin a text.
 */
export function ircWord(raw: string): string {
  const [word] = cutWord(raw);
  const safe = firstBytes(withoutHarm(word), MAX_WORD_BYTES);
  return safe === "" || safe.startsWith(":") ? "*" : safe;
}

/**
 * Writes a line.
 *
 * @param line What to write. What is harmful in it becomes U+FFFD, so that it stays one line.
 * @param maxBytes Bytes it may have without tags, CR and LF; default 510. The text is cut where
 * there is more.
 * @returns The line with CR and LF.
 */
export function formatIrcLine(line: IrcLine, maxBytes: number = MAX_BODY_BYTES): string {
  const tags = formatTags(line.tags ?? []);
  let body = line.source === undefined ? "" : `:${ircWord(line.source)} `;
  body += line.command;
  for (const word of line.words ?? []) body += ` ${ircWord(word)}`;
  if (line.text !== undefined) body += ` :${withoutHarm(line.text)}`;
  return `${tags}${firstBytes(body, maxBytes)}\r\n`;
}

function formatTags(tags: Iterable<readonly [key: string, value: string]>): string {
  let text = "";
  for (const [key, value] of tags) {
    text += (text === "" ? "@" : ";") + (value === "" ? key : `${key}=${escapeTag(value)}`);
  }
  return text === "" ? "" : `${text} `;
}

/** As much of a text as has at most so many bytes of UTF-8, in whole code points. */
function firstBytes(text: string, maxBytes: number): string {
  // No code unit has more than three bytes.
  if (text.length * 3 <= maxBytes || utf8Bytes(text) <= maxBytes) return text;
  let bytes = 0;
  let end = 0;
  for (const char of text) {
    bytes += utf8Bytes(char);
    if (bytes > maxBytes) break;
    end += char.length;
  }
  return text.slice(0, end);
}
