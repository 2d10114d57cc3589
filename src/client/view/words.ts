/**
 * What happened in the room, in words. The screen (`screen_renderer.ts`) and the pipe
 * (`plain_renderer.ts`) say the same with them; only the screen paints the names.
 *
 * In `view/` lives what is shown, without a terminal or a browser: words, widths, wrapping,
 * completion. It may import `core/`, `net` and `protocol`.
 *
 * @module
 */

import type { Join, Joined, Leave, LeaveReason, Rename, Topic } from "../../protocol/messages.ts";
import { type ClientEvent, lossText, type Missed, type Unanswered } from "../core/events.ts";

/** What is said of a log that is another one than before. */
const NEW_LOG = "The server no longer has what was said before.";

/** What is said of a log that begins like the one from before. */
const GONE_BACK = "The server has gone back to an earlier state of its log, as from a backup: " +
  "some of what is shown above was lost, and what was said instead follows.";

/** That a client which was in the room does not get in again now; it is said once. */
const FULL_WORDS = "The server is full. Trying again until it has room …";

/** Characters of a message that are quoted in a line about it. */
const MAX_QUOTED_CHARS = 40;

/** A sentence with the names of people in it. */
export type Words = readonly (string | {
  /** The name of a person. */
  readonly person: string;
})[];

/** What the client itself has to say, and whether something is wrong. */
export interface StatusWords {
  /** One sentence or two. */
  readonly text: string;
  /** Something went wrong. */
  readonly alarm: boolean;
}

/** A sentence as plain text. */
export function plainText(words: Words): string {
  return words.map((word) => typeof word === "string" ? word : word.person).join("");
}

/** Who came, went, has another name, or set the topic. */
export function logWords(event: Join | Leave | Rename | Topic): Words {
  switch (event.type) {
    case "join":
      return [{ person: event.name }, " joined"];
    case "leave":
      return [{ person: event.name }, leftWords(event.reason)];
    case "rename":
      return [{ person: event.from }, " is now ", { person: event.to }];
    case "topic":
      return event.text === ""
        ? [{ person: event.name }, " removed the topic"]
        : [{ person: event.name }, ` set the topic: ${event.text}`];
  }
}

/** What a greeting is made of. */
export type Greeted = Pick<Joined, "room" | "names" | "count" | "keeper">;

/** What who keeps a room is told. */
export function keeperWords(room: string): string {
  return `You are the keeper of #${room}: /help lists your commands.`;
}

/**
 * Greets who has just come.
 *
 * @param me The name of who has come.
 * @param joined What the server said of the room.
 * @param maxNames So many of the others are named at most.
 * @param options `typed`: somebody types here, and can use commands; default true.
 */
export function welcomeWords(
  me: string,
  { room, names, count, keeper }: Greeted,
  maxNames: number,
  { typed = true }: { readonly typed?: boolean } = {},
): Words {
  const others = names.filter((name) => name !== me);
  const here: Words = others.length === 0
    ? ["Nobody else is here yet."]
    : ["Here now: ", ...listWords(others, { count: count - 1, maxNames }), "."];
  const commands = keeper === me
    ? `${keeperWords(room)} /quit leaves.`
    : "/help lists the commands, /quit leaves.";
  return ["Welcome, ", { person: me }, "! ", ...here, ...(typed ? [" ", commands] : [])];
}

/**
 * Names with commas between them.
 *
 * @param names Some names.
 * @param options `count`: how many there are in all, `maxNames`: how many are named at most.
 */
export function listWords(
  names: readonly string[],
  { count, maxNames }: { readonly count: number; readonly maxNames: number },
): Words {
  const shown = names.slice(0, maxNames);
  const more = Math.max(0, count - shown.length);
  const list = shown.flatMap((name, i): Words => [...(i === 0 ? [] : [", "]), { person: name }]);
  return more === 0 ? list : [...list, `${list.length === 0 ? "" : ", "}and ${more} more`];
}

/** That events are missing. */
export function missedWords({ from, to }: Pick<Missed, "from" | "to">): string {
  const count = to - from + 1;
  return `${count} ${count === 1 ? "event was" : "events were"} missed here.`;
}

/** That the server has not answered yet, and why that may be. */
export function unansweredWords({ withPassword }: Pick<Unanswered, "withPassword">): string {
  const why = "; after wrong passwords from this address that takes some seconds.";
  return `Waiting for the server to answer …${withPassword ? why : ""}`;
}

/**
 * What the client core itself has to say. It remembers that a server which cannot keep messages, or
 * is full, was told of already.
 */
export class Statuses {
  /** Rooms that cannot be entered now; the empty one stands for messages. */
  readonly #postponed = new Set<string>();
  #full = false;

  /**
   * The words for an event.
   *
   * @returns In their order; none for most events.
   */
  of(event: ClientEvent): StatusWords[] {
    switch (event.type) {
      case "connected":
        this.#full = false;
        return event.again ? [calm("Connected again.")] : [];
      case "entered":
        this.#postponed.delete(event.room);
        if (!event.newLog) return [];
        return [calm((event.joined.forget ?? 0) > 0 ? GONE_BACK : NEW_LOG)];
      case "refused":
        return [alarm(`Not said: ${quoted(event.message.text)}. ${event.error.text}`)];
      case "uncertain":
        return [alarm(
          "The connection was lost before it was known whether this arrived: " +
            // Whole: it is not sent again, and may be nowhere else.
            `"${event.message.text}"`,
        )];
      case "postponed": {
        const { room, text } = event;
        if (this.#postponed.has(room ?? "")) return [];
        this.#postponed.add(room ?? "");
        const retry = room === undefined
          ? "Your messages wait, and are sent again."
          : `#${room} is asked for again.`;
        return [alarm(`${text} ${retry}`)];
      }
      case "delivered":
        this.#postponed.delete("");
        return [];
      case "lost":
        if (event.reason === "full") {
          const first = !this.#full;
          this.#full = true;
          return first ? [alarm(FULL_WORDS)] : [];
        }
        if (!event.wasConnected) return [];
        return [alarm(`Not connected: ${lossText(event.reason)}. Trying to reconnect …`)];
      case "told":
        return event.event.type === "error" ? [alarm(event.event.text)] : [];
      case "gone":
      case "connecting":
      case "unanswered":
      case "missed":
        return [];
    }
  }
}

/**
 * The beginning of a text in quotes, on one line.
 *
 * @param text A cleaned text.
 */
export function quoted(text: string): string {
  const chars = [...text.slice(0, 2 * MAX_QUOTED_CHARS + 2).replaceAll("\n", " ")];
  const shown = chars.slice(0, MAX_QUOTED_CHARS).join("");
  return `"${shown}${chars.length > MAX_QUOTED_CHARS ? "…" : ""}"`;
}

/** How somebody went, for people. */
function leftWords(reason: LeaveReason): string {
  switch (reason) {
    case "lost":
      return " left (the connection was lost)";
    case "timeout":
      return " left (no answer)";
    case "part":
      return " left the room";
    case "kicked":
      return " was removed";
    case "shutdown":
      return " left (the server was shut down)";
    default:
      return " left";
  }
}

function calm(text: string): StatusWords {
  return { text, alarm: false };
}

function alarm(text: string): StatusWords {
  return { text, alarm: true };
}
