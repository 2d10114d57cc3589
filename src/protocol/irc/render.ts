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
import { splitMessage } from "./split.ts";

/** Bytes of a line without CR and LF. */
const MAX_BODY_BYTES = MAX_IRC_LINE_BYTES - 2;

/** The user and host of everybody: addresses are never shown. */
const USER_HOST = "u@chat";

/** The codes around an action, in bytes: see {@linkcode actionText}. */
const ACTION_BYTES = utf8Bytes(actionText(""));

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
    renderLog(event: LogEvent, room: string, log: string = "") {
      const tags: [string, string][] = [];
      if (options.time) tags.push(["time", event.at]);
      if (options.msgid && log !== "") tags.push(["msgid", msgidOf(log, event.seq)]);
      if (event.type === "message") {
        if (options.msgid && options.isBot(event.from)) tags.push(BOT_TAG);
        return renderMessage(event, channelOf(room), tags);
      }
      return formatIrcLine({ ...changeLine(event, channelOf(room), options), tags });
    },
  };
}

/** What somebody says, in a room or to one person. */
export type Said = Pick<Message, "from" | "text" | "action" | "notice">;

/**
 * What somebody says as lines: what fits a line without its source leaves as one, so that what one
 * client sends in a line another one gets in a line; what is longer is cut.
 *
 * @param target A channel or a nick.
 * @param tags Of the first line; those behind it have all but `msgid`.
 */
export function renderMessage(said: Said, target: string, tags: Tags): string {
  const { from, text, action = false, notice = false } = said;
  const source = sourceOf(from);
  const command = notice && !action ? "NOTICE" : "PRIVMSG";
  const frame = utf8Bytes(`${command} ${target} :`) + (action ? ACTION_BYTES : 0);
  const sourceBytes = utf8Bytes(`:${source} `);
  // A client may leave out the colon before its text.
  const maxBytes = MAX_BODY_BYTES + 1 + sourceBytes;
  const pieces = splitMessage(text, {
    maxBytes: MAX_BODY_BYTES - frame - sourceBytes,
    wholeBytes: maxBytes - sourceBytes - frame,
  });
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
