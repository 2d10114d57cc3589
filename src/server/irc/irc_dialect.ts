/**
 * What the server tells one client of IRC, as lines of its own: answers to what the handlers of
 * `requests/` and `commands/` were asked for, in the form that this client has chosen.
 *
 * @module
 */

import type { Dialect, LogFormat } from "../../protocol/dialect.ts";
import { UNTIL_BACK } from "../../protocol/directs.ts";
import { formatIrcLine, type IrcLine } from "../../protocol/irc/message.ts";
import type { NumericName } from "../../protocol/irc/numerics.ts";
import {
  BOT_TAG,
  channelOf,
  joinLine,
  MULTILINE,
  renderMessage,
} from "../../protocol/irc/render.ts";
import { type Fits, fitsInto, utf8Bytes } from "../../protocol/limits.ts";
import type {
  DirectMessage,
  ErrorCode,
  ErrorEvent,
  Joined,
  LogEvent,
  Notice,
  Parted,
  PrivateEvent,
} from "../../protocol/messages.ts";
import { resultLines, skippedText } from "../../protocol/plain.ts";
import type { IrcClient } from "./irc_client.ts";
import { markLine } from "./read_marker.ts";
import { namesLines } from "./names.ts";
import { topicLines } from "./topic.ts";
import { welcomeLines } from "./welcome.ts";

/** What a client of IRC speaks: each has its own. */
export class IrcDialect implements Dialect {
  /** For the log. */
  readonly name = "irc";
  /** Its lines have no ids. */
  readonly ackedById = false;
  /** Names and passwords are commands. */
  readonly prompts = false;
  /** A channel is a room. */
  readonly manyRooms = true;
  /** It would take the comings and goings of the past for present ones. */
  readonly past = "messages";
  readonly #irc: IrcClient;

  /** Of one client. */
  constructor(irc: IrcClient) {
    this.#irc = irc;
  }

  /** Where it has given a password of its own. */
  get resumes(): boolean {
    return this.#irc.connection.ownSession !== null;
  }

  /** That of all who have asked for the same capabilities. */
  get format(): LogFormat {
    return this.#irc.network.format(this.#irc.caps);
  }

  /** Its own join it is told of when it comes in, together with who is there. */
  echoes(type: LogEvent["type"]): boolean {
    return type === "message" ? this.#irc.caps.has("echo-message") : type !== "join";
  }

  /** In its format. */
  renderLog(event: LogEvent, room: string, log?: string): string {
    return this.format.renderLog(event, room, log);
  }

  /** Answers, and what others say to it alone. */
  renderPrivate(event: PrivateEvent, viewer: string): string {
    switch (event.type) {
      case "welcome":
        this.#irc.knownName = event.name;
        return lines(welcomeLines(this.#irc));
      case "joined":
        return this.#joined(event);
      case "parted":
        return this.#parted(event, viewer);
      case "direct":
        return this.#direct(event, viewer);
      case "error":
        return this.#error(event);
      case "notice":
        return this.#notice(event);
      case "bye":
        return lines([{ command: "ERROR", text: event.text }]);
      case "lagged":
        return this.#words(skippedText(event), event.room);
      case "results":
        return this.#words(resultLines(event, ""), event.room);
      default:
        // Nothing of IRC asks for these: LIST, NAMES and CHATHISTORY have answers of their own.
        return "";
    }
  }

  /** As much as one answer may hold. */
  fits(_page: "history" | "results", room: string): Fits {
    return fitsInto((event) => utf8Bytes(this.renderLog(event, room)));
  }

  /** There are many rooms: `joined` says it. */
  renderEntrance(): string {
    return "";
  }

  /** CHATHISTORY has a batch for that. */
  renderHistoryStart(): string {
    return "";
  }

  /** CHATHISTORY has a batch for that. */
  renderHistoryEnd(): string {
    return "";
  }

  /** There are many rooms. */
  renderNews(): string {
    return "";
  }

  #joined({ room: name }: Joined): string {
    const irc = this.#irc;
    const { member, server } = irc.connection;
    const room = server.rooms.get(name);
    if (room === undefined || member === null) return "";
    const realname = irc.caps.has("extended-join") ? irc.network.realnameOf(member) : null;
    const join = { ...joinLine(irc.nick, channelOf(name), realname), tags: irc.timeTag() };
    const withNames = !irc.caps.has("no-implicit-names") &&
      !irc.caps.has("draft/no-implicit-names");
    return lines([
      join,
      ...topicLines(irc, room),
      ...irc.caps.has("draft/read-marker") ? [markLine(irc, channelOf(name))] : [],
      ...withNames ? namesLines(irc, room) : [],
    ]);
  }

  /** What others see of it, it sees in the room's log; but a room that is closed has none. */
  #parted({ room, reason, text }: Parted, viewer: string): string {
    if (reason !== "closed") return "";
    return lines([this.#irc.fromServer("KICK", [channelOf(room), viewer], text)]);
  }

  #direct(event: DirectMessage, viewer: string): string {
    const { from, to, at, waits } = event;
    if (waits) return this.#waits(event);
    if (from === viewer && to !== viewer && !this.#irc.caps.has("echo-message")) return "";
    const tags = this.#irc.timeTag(at);
    const { caps, connection } = this.#irc;
    if (caps.has("message-tags") && connection.server.bots.hasName(from)) tags.push(BOT_TAG);
    const batch = caps.has(MULTILINE) && caps.has("batch") ? "m" : null;
    return renderMessage(event, to, tags, batch);
  }

  /** Says that it waits; its echo, where one is wanted, comes before. */
  #waits({ waits: _, ...event }: DirectMessage): string {
    const echo = this.#irc.caps.has("echo-message") ? this.#direct(event, event.from) : "";
    if (event.notice) return echo;
    return echo + lines([this.#irc.numericLine("RPL_AWAY", [event.to], WAITS)]);
  }

  #notice({ room, text, operator }: Notice): string {
    if (operator === true) {
      const { nick } = this.#irc;
      const mode = this.#irc.from(nick, "MODE", [nick, "+o"]);
      return lines([this.#irc.numericLine("RPL_YOUREOPER"), mode]);
    }
    return this.#words(text, room);
  }

  #words(text: string, room: string | undefined): string {
    const target = room === undefined ? this.#irc.nick : channelOf(room);
    const notices = text.split("\n").filter((line) => line !== "");
    return lines(notices.map((line) => this.#irc.fromServer("NOTICE", [target], line)));
  }

  #error(event: ErrorEvent): string {
    const irc = this.#irc;
    const { code, details, room, text } = event;
    const isAboutSpeech = details?.isSpeech === true && room !== undefined;
    const numeric = isAboutSpeech ? "ERR_CANNOTSENDTOCHAN" : NUMERIC_OF[code];
    if (numeric === undefined) return this.#words(text, room);
    if (room === undefined && IN_ROOMS.has(numeric)) return this.#words(text, room);
    const words = room === undefined
      ? IN_NAMES.has(numeric) ? [details?.name ?? "*"] : []
      : [room.startsWith("#") ? room : channelOf(room)];
    return lines([irc.numericLine(numeric, words, text)]);
  }
}

/** Behind RPL_AWAY. */
const WAITS = `is away: your message waits for that program ${UNTIL_BACK}`;

/** What refuses a request of `requests/` in IRC; what is not here is told in a notice. */
const NUMERIC_OF: Partial<Record<ErrorCode, NumericName>> = {
  name_taken: "ERR_NICKNAMEINUSE",
  name_invalid: "ERR_ERRONEUSNICKNAME",
  password: "ERR_PASSWDMISMATCH",
  banned: "ERR_YOUREBANNEDCREEP",
  room_invalid: "ERR_NOSUCHCHANNEL",
  rooms_full: "ERR_TOOMANYCHANNELS",
  room_key: "ERR_BADCHANNELKEY",
  kept_out: "ERR_BANNEDFROMCHAN",
  invite_only: "ERR_INVITEONLYCHAN",
  not_in_room: "ERR_NOTONCHANNEL",
  not_allowed: "ERR_CHANOPRIVSNEEDED",
};

/** Replies that name a channel. */
const IN_ROOMS: ReadonlySet<NumericName> = new Set<NumericName>([
  "ERR_CANNOTSENDTOCHAN",
  "ERR_CHANOPRIVSNEEDED",
]);

/** Replies that name a nick. */
const IN_NAMES: ReadonlySet<NumericName> = new Set<NumericName>([
  "ERR_NICKNAMEINUSE",
  "ERR_ERRONEUSNICKNAME",
]);

function lines(all: readonly IrcLine[]): string {
  return all.map((line) => formatIrcLine(line)).join("");
}
