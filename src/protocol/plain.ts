/**
 * The dialect for people at `nc` and `telnet`: what they type is said, what they see can be read.
 *
 * A line that begins with `*` is the server's, one with `~` is an action, one with `[` is a direct
 * message; whatever a person says has their name in front, on each of its lines, so that nobody can
 * speak for another or for the server.
 *
 * @module
 */

import type { LogFormat, ParseContext, RequestDialect } from "./dialect.ts";
import { isOwnDirect, waitsText } from "./directs.ts";
import { slashAt } from "./text.ts";
import {
  type DirectMessage,
  type Joined,
  type Lagged,
  type Leave,
  type LogEvent,
  type Message,
  type Parted,
  type PrivateEvent,
  PROTOCOL,
  type Request,
  type Results,
  type RoomInfo,
  type RoomList,
  type Topic,
  type Welcome,
} from "./messages.ts";
import {
  type Fits,
  fitsInto,
  namesThatFit,
  roomsThatFit,
  textThatFits,
  utf8Bytes,
} from "./limits.ts";

/** The one line with which the server begins. */
export const GREETING = "Welcome to chat. Type your name and press Enter.\n";

/** The same where the server has a password, which the first line then is. */
export const PASSWORD_GREETING = "Welcome to chat. Type the password and press Enter.\n";

/** Names in the welcome: as many as a person may read; `/who` shows more. */
const MAX_WELCOME_NAMES = 50;

// A terminal shows nothing of a carriage return.
const format: LogFormat = { renderLog, padding: "\r" };

/** The dialect of people. */
export const plain: RequestDialect = {
  name: "plain",
  format,
  echoes: () => false,
  ackedById: false,
  prompts: true,
  resumes: false,
  manyRooms: false,
  past: "talk",
  parse,
  renderLog,
  renderPrivate,
  fits,
  renderEntrance,
  renderHistoryStart,
  renderHistoryEnd,
  renderNews,
};

/** The events of a log with the time before each line. */
const timed: LogFormat = {
  onDemand: true,
  renderLog: (event) => withTime(event.at, renderLog(event)),
};

/** The same dialect for who wants to see when it was said, after `/time on`. */
export const plainWithTime: RequestDialect = {
  ...plain,
  format: timed,
  renderLog: timed.renderLog,
  renderPrivate: (event, viewer) => {
    const text = renderPrivate(event, viewer);
    if (event.type === "direct") return withTime(event.at, text);
    return event.type === "history" ? renderHistory(event.events, timed) : text;
  },
  fits: (page, room) =>
    page === "history"
      ? fitsInto((event) => utf8Bytes(timed.renderLog(event, room)))
      : fits(page, room),
};

function withTime(at: string, lines: string): string {
  return prefixed(`${clockTime(at)} `, lines.slice(0, -1));
}

function parse(line: string, { joined }: ParseContext): Request | null {
  const slash = slashAt(line);
  const trimmed = line.slice(Math.max(0, slash)).trim();
  if (trimmed === "") return null;
  if (trimmed === "/quit" || trimmed === "{quit}" || trimmed === "quit") return { type: "quit" };
  if (!joined) return { type: "hello", protocol: PROTOCOL, name: line };
  if (slash < 0) return { type: "say", text: line };
  if (line[slash + 1] !== "/") return { type: "command", line: line.slice(slash) };
  return { type: "say", text: line.slice(0, slash) + line.slice(slash + 1) };
}

function renderLog(event: LogEvent): string {
  switch (event.type) {
    case "message":
      return prefixed(prefixOf(event), event.text);
    case "join":
      return `* ${event.name} joined\n`;
    case "leave":
      return `* ${event.name} left${whyLeft(event)}\n`;
    case "rename":
      return `* ${event.from} is now ${event.to}\n`;
    case "topic":
      return renderTopic(event);
  }
}

function whyLeft({ reason, by, text }: Leave): string {
  if (reason === "part") return text === undefined ? " the room" : ` the room (${text})`;
  const who = by === undefined ? "" : ` by ${by}`;
  return text === undefined ? ` (${reason}${who})` : ` (${reason}${who}: ${text})`;
}

function renderTopic({ name, text }: Topic): string {
  return text === "" ? `* ${name} removed the topic\n` : `* ${name} set the topic: ${text}\n`;
}

function renderPrivate(event: PrivateEvent, viewer: string): string {
  switch (event.type) {
    case "welcome":
      return renderWelcome(event, "");
    case "joined":
      return `* You are in #${event.room} now. ${others(event, viewer)}\n${factsOf(event, viewer)}`;
    case "parted":
      return `* ${whyParted(event)}\n`;
    case "rooms":
      return renderRooms(event);
    case "direct":
      return isOwnDirect(event, viewer)
        ? prefixed(`[to ${event.to}] `, event.text) + waitsLine(event)
        : prefixed(`[from ${event.from}] `, event.text);
    case "members": {
      const names = namesThatFit(event.names);
      return `* ${event.count} here: ${listed(names, event.count - names.length)}\n`;
    }
    case "history":
      return renderHistory(event.events);
    case "results":
      return resultLines(event, "* ");
    case "notice":
    case "error":
    case "bye":
      return prefixed("* ", textThatFits(event.text));
    case "lagged":
      return `* ${skippedText(event)}\n`;
    case "pong":
      return "";
  }
}

function waitsLine({ to, waits }: DirectMessage): string {
  return waits ? `* ${waitsText(to)}\n` : "";
}

function renderHistoryStart(messages: number, from: string, to: string, missedIn?: string): string {
  if (missedIn !== undefined) return `* #${missedIn}: ${messages} new:\n`;
  return historyHeader(messages, from, to, new Date()) + "\n";
}

function renderHistoryEnd(missedIn?: string): string {
  return missedIn === undefined ? "* Now:\n" : `* #${missedIn}: Now:\n`;
}

function renderNews(room: string, messages: number, from?: string): string {
  return `* #${room}: ${from === undefined ? `${messages} new` : `${from} mentions you`}\n`;
}

function renderEntrance(welcome: Welcome, joined: Joined): string {
  return renderWelcome(welcome, ` ${others(joined, welcome.name)}`) +
    factsOf(joined, welcome.name);
}

function renderWelcome({ name, motd }: Welcome, here: string): string {
  const welcome = `Welcome, ${name}!${here} /help lists the commands, /quit leaves.\n`;
  return motd === undefined ? welcome : welcome + prefixed("* ", motd);
}

/** Who else is in a room, as a sentence. */
function others({ names, count }: Joined, viewer: string): string {
  if (count <= 1) return "Nobody else is here yet.";
  const shown = names.filter((name) => name !== viewer).slice(0, MAX_WELCOME_NAMES);
  return `Here now: ${listed(shown, count - 1 - shown.length)}.`;
}

function factsOf({ room, topic, keeper }: Joined, viewer: string): string {
  const role = `* You are the keeper of #${room}: /help lists your commands.\n`;
  const about = topic === undefined ? "" : `* Topic: ${topic.text} (${topic.name})\n`;
  return keeper === viewer ? role + about : about;
}

function whyParted({ room, reason, text }: Parted): string {
  if (text !== undefined) return text;
  if (reason === "part") return `You left #${room}.`;
  return reason === "closed" ? `#${room} was closed.` : `You were removed from #${room}.`;
}

function renderRooms({ rooms, more }: RoomList): string {
  const shown = roomsThatFit(rooms, renderRoom);
  const others = more || shown.length < rooms.length ? "* There are more.\n" : "";
  return `* ${shown.length === 1 ? "1 room" : `${shown.length} rooms`}. /join ROOM goes to one:\n` +
    shown.map(renderRoom).join("") + others;
}

function renderRoom({ room, count, topic, joined, key, unlisted }: RoomInfo): string {
  const marks = [
    ...(joined ? ["you are in it"] : []),
    ...(key ? ["private"] : []),
    ...(unlisted ? ["unlisted"] : []),
  ];
  const facts = [`${count} here`, ...marks].join(", ");
  return `* #${room}: ${facts}${topic === undefined ? "" : `. ${topic}`}\n`;
}

function fits(page: "history" | "results", room: string): Fits {
  return fitsInto((event) => {
    return utf8Bytes(page === "history" ? renderLog(event) : renderFound(event, room));
  });
}

function renderHistory(events: readonly LogEvent[], { renderLog }: LogFormat = format): string {
  const messages = events.filter((event) => event.type === "message");
  const first = messages[0];
  const last = messages[messages.length - 1];
  if (first === undefined || last === undefined) return "* Nothing has been said yet.\n";
  return renderHistoryStart(messages.length, first.at, last.at) +
    events.map((event) => renderLog(event, "")).join("") + renderHistoryEnd();
}

/** What is said to who has read too slowly, without a newline. */
export function skippedText({ from, to }: Lagged): string {
  const lines = to - from + 1;
  const skipped = lines === 1 ? "1 line was skipped" : `${lines} lines were skipped`;
  return `You read too slowly: ${skipped}.`;
}

/**
 * The results of a search as lines.
 *
 * @param mark What stands before the server's own words.
 */
export function resultLines({ room, events, more }: Results, mark: string): string {
  if (events.length === 0) return `${mark}Nothing was found.\n`;
  const older = more ? `${mark}More matches exist; add words to narrow the search.\n` : "";
  // In several rooms each line says in which one.
  const lines = events.map((event) => {
    return room === undefined ? renderFound(event, event.room) : renderDated(event);
  });
  return `${mark}${events.length} found, newest first:\n${lines.join("")}${older}`;
}

/** An event with its time in front of each line. */
function renderDated(event: LogEvent): string {
  return prefixed(`${dayAndTime(event.at)} `, renderLog(event).slice(0, -1));
}

/** One of the results of several rooms. */
function renderFound(event: LogEvent, room: string): string {
  return prefixed(`#${room} `, renderDated(event).slice(0, -1));
}

function prefixOf({ from, action }: Message): string {
  return action ? `~ ${from} ` : `${from}: `;
}

/** Each line of a text with something in front and a newline behind. */
function prefixed(prefix: string, text: string): string {
  if (!text.includes("\n")) return `${prefix}${text}\n`;
  return `${prefix}${text.replaceAll("\n", () => `\n${prefix}`)}\n`;
}

/** Names for people, and how many there are besides. */
function listed(names: readonly string[], others: number): string {
  const more = others > 0 ? [`and ${others} more`] : [];
  return [...names, ...more].join(", ");
}

/**
 * The line that stands before a piece of the past.
 *
 * @param messages How many messages follow, 1 or more.
 * @param from When the first of them was said: ISO 8601.
 * @param to When the last of them was said: ISO 8601.
 * @param now The present.
 * @returns One line without its newline. The times have no date when both are of today.
 */
export function historyHeader(messages: number, from: string, to: string, now: Date): string {
  const first = localDay(new Date(from));
  const today = first === localDay(now) && first === localDay(new Date(to));
  const show = today ? clockTime : dayAndTime;
  return messages === 1
    ? `* The last message, from ${show(from)}:`
    : `* The last ${messages} messages, from ${show(from)} to ${show(to)}:`;
}

/**
 * A time with its day, as in `2026-11-20 14:02`.
 *
 * @param at ISO 8601.
 * @returns In the server's time zone.
 */
export function dayAndTime(at: string): string {
  return `${localDay(new Date(at))} ${clockTime(at)}`;
}

function clockTime(at: string): string {
  const date = new Date(at);
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

function localDay(date: Date): string {
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
