/**
 * Events as lines of IRC: those of a room's log, the same for all clients with the same format, and
 * what somebody says to one person.
 *
 * @module
 */

import type { LogFormat } from "../dialect.ts";
import { utf8Bytes } from "../limits.ts";
import type { Leave, LogEvent, Message } from "../messages.ts";
import { actionText } from "./formatting.ts";
import { formatIrcLine, type IrcLine, MAX_IRC_LINE_BYTES } from "./message.ts";
import { type Piece, splitMessage, type SplitOptions } from "./split.ts";

/** Bytes of a line without CR and LF. */
const MAX_BODY_BYTES = MAX_IRC_LINE_BYTES - 2;

/** The user and host of everybody: addresses are never shown. */
const USER_HOST = "u@chat";

/** The codes around an action, in bytes: see {@linkcode actionText}. */
const ACTION_BYTES = utf8Bytes(actionText(""));

/** The type of a batch whose lines are one message (draft/multiline). */
export const MULTILINE = "draft/multiline";

/** The tag of a line in it that goes on with the line before. */
export const CONCAT_TAG = "draft/multiline-concat";

/** The tag of what a program says (bot-mode). */
export const BOT_TAG: [string, string] = ["bot", ""];

/** Tags in the order in which they are written. */
export type Tags = readonly (readonly [key: string, value: string])[];

/** What a format of IRC has beside the lines that every client understands. */
export interface IrcFormatOptions {
  /** The tag `time` (server-time). */
  readonly time: boolean;
  /** The tag `msgid` (message-tags). */
  readonly msgid: boolean;
  /** A join says what the person calls itself (extended-join). */
  readonly extendedJoin: boolean;
  /** A message of several lines is a batch (draft/multiline); default false. */
  readonly multiline?: boolean;
  /** What somebody who is here calls itself. */
  readonly realnameOf: (name: string) => string;
  /** Whether somebody who is here is a program: what it says has the tag `bot` (with `msgid`). */
  readonly isBot: (name: string) => boolean;
}

/** Who a line is from. */
export function sourceOf(name: string): string {
  return `${name}!${USER_HOST}`;
}

/** The name of a room in IRC. */
export function channelOf(room: string): string {
  return `#${room}`;
}

/** Identifies an event of a log: the value of `msgid`. */
export function msgidOf(log: string, seq: number): string {
  return `${log}-${seq}`;
}

/** How the logs of rooms are written for clients that have asked for the same. */
export function ircFormat(options: IrcFormatOptions): LogFormat {
  return {
    onDemand: true,
    // Empty lines are ignored (RFC 1459, section 2.3.1).
    padding: "\r\n",
    renderLog(event: LogEvent, room: string, log: string = "") {
      const tags: [string, string][] = [];
      if (options.time) tags.push(["time", event.at]);
      if (options.msgid && log !== "") tags.push(["msgid", msgidOf(log, event.seq)]);
      if (event.type === "message") {
        if (options.msgid && options.isBot(event.from)) tags.push(BOT_TAG);
        const batch = options.multiline ? `m${event.seq}` : null;
        return renderMessage(event, channelOf(room), tags, batch);
      }
      return formatIrcLine({ ...changeLine(event, channelOf(room), options), tags });
    },
  };
}

/** What somebody says, in a room or to one person. */
export type Said = Pick<Message, "from" | "text" | "action" | "notice" | "cuts">;

/**
 * What somebody says as lines: what fits a line without its source leaves as one, so that what one
 * client sends in a line another one gets in a line; what is longer is cut.
 *
 * @param target A channel or a nick.
 * @param tags Of the first line; those behind it have all but `msgid`.
 * @param batch Several lines are a batch of this id, so that the receiver can join them again.
 * Default null: they are not.
 */
export function renderMessage(
  said: Said,
  target: string,
  tags: Tags,
  batch: string | null = null,
): string {
  const { from, action = false, notice = false } = said;
  const source = sourceOf(from);
  const command = notice && !action ? "NOTICE" : "PRIVMSG";
  const frame = utf8Bytes(`${command} ${target} :`) + (action ? ACTION_BYTES : 0);
  const sourceBytes = utf8Bytes(`:${source} `);
  // A client may leave out the colon before its text.
  const maxBytes = MAX_BODY_BYTES + 1 + sourceBytes;
  const pieces = piecesOf(said, {
    maxBytes: MAX_BODY_BYTES - frame - sourceBytes,
    wholeBytes: maxBytes - sourceBytes - frame,
  });
  // Actions joined again would be none.
  if (batch !== null && pieces.length > 1 && !action) {
    return renderBatch({ source, command, target, tags, batch }, pieces, maxBytes);
  }
  const others = pieces.length === 1 ? tags : tags.filter(([key]) => key !== "msgid");
  let lines = "";
  for (const piece of pieces) {
    // A blank line is no line of IRC.
    if (piece.text === "" && pieces.length > 1) continue;
    lines += formatIrcLine({
      tags: lines === "" ? tags : others,
      source,
      command,
      words: [target],
      text: action ? actionText(piece.text) : piece.text,
    }, maxBytes);
  }
  return lines;
}

/** What has been cut, and how: the formats of a log cut the same message in the same way. */
const cutMessages = new WeakMap<Said, SplitOptions & { readonly pieces: readonly Piece[] }>();

/** The pieces of a message: to cut a long one takes most of the time of writing it. */
function piecesOf(said: Said, options: Required<SplitOptions>): readonly Piece[] {
  const known = cutMessages.get(said);
  const { maxBytes, wholeBytes } = options;
  if (known?.maxBytes === maxBytes && known.wholeBytes === wholeBytes) return known.pieces;
  const pieces = cutMessage(said, options);
  if (pieces.length > 1) cutMessages.set(said, { ...options, pieces });
  return pieces;
}

/** The lines of a message: where the sender's client has cut one, too. */
function cutMessage({ text, cuts = [] }: Said, options: SplitOptions): readonly Piece[] {
  if (cuts.length === 0) return splitMessage(text, options);
  return [0, ...cuts].flatMap((start, index) =>
    splitMessage(text.slice(start, cuts[index]), options)
      .map((piece, n) => index > 0 && n === 0 ? { ...piece, continues: true } : piece)
  );
}

interface BatchFrame {
  readonly source: string;
  readonly command: string;
  readonly target: string;
  readonly tags: Tags;
  readonly batch: string;
}

function renderBatch(frame: BatchFrame, pieces: readonly Piece[], maxBytes: number): string {
  const { source, command, target, tags, batch } = frame;
  const start = { tags, source, command: "BATCH", words: [`+${batch}`, MULTILINE, target] };
  let lines = formatIrcLine(start);
  for (const { text, continues } of pieces) {
    const inner: [string, string][] = [["batch", batch]];
    if (continues) inner.push([CONCAT_TAG, ""]);
    lines += formatIrcLine({ tags: inner, source, command, words: [target], text }, maxBytes);
  }
  return lines + formatIrcLine({ source, command: "BATCH", words: [`-${batch}`] });
}

function changeLine(
  event: Exclude<LogEvent, Message>,
  channel: string,
  { extendedJoin, realnameOf }: IrcFormatOptions,
): IrcLine {
  switch (event.type) {
    case "join":
      return joinLine(event.name, channel, extendedJoin ? realnameOf(event.name) : null);
    case "leave":
      return leaveLine(event, channel);
    case "rename":
      return { source: sourceOf(event.from), command: "NICK", words: [event.to] };
    case "topic":
      return {
        source: sourceOf(event.name),
        command: "TOPIC",
        words: [channel],
        text: event.text,
      };
  }
}

/**
 * That somebody has come into a channel.
 *
 * @param realname What it calls itself, for clients that have asked for that; null for others.
 */
export function joinLine(name: string, channel: string, realname: string | null): IrcLine {
  const line = { source: sourceOf(name), command: "JOIN" };
  if (realname === null) return { ...line, words: [channel] };
  // There are no accounts.
  return { ...line, words: [channel, "*"], text: realname };
}

/** Why somebody has left the server, where it has not said so itself. */
const QUIT_TEXTS: Readonly<Record<Leave["reason"], string>> = {
  quit: "Quit",
  part: "",
  lost: "Connection lost",
  timeout: "Timeout",
  kicked: "Removed by an operator",
  shutdown: "The server was restarted",
};

function leaveLine({ name, reason, by, text }: Leave, channel: string): IrcLine {
  if (reason === "part") {
    const line = { source: sourceOf(name), command: "PART", words: [channel] };
    return text === undefined ? line : { ...line, text };
  }
  if (by !== undefined) {
    return { source: sourceOf(by), command: "KICK", words: [channel, name], text: text ?? by };
  }
  const why = text === undefined ? QUIT_TEXTS[reason] : `Quit: ${text}`;
  return { source: sourceOf(name), command: "QUIT", text: why };
}
