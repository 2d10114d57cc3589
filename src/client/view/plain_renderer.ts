/**
 * What the client core tells, as plain lines: for a pipe, and for `--plain`. The screen has its own
 * (`screen_renderer.ts`). Pure but for what it remembers of the lines before: the day, and what it
 * has said already.
 *
 * ```text
 * 14:02 bob: hello ada
 *       and good morning
 * 14:02 ~ bob waves
 * 14:03 * eve left
 * 14:03 [from bob] psst
 * ```
 *
 * With several rooms each line names its own, behind the time: `14:02 #ops bob: hello`.
 *
 * All texts were cleaned by `validate.ts`; no line of a text can begin where a name begins.
 *
 * @module
 */

import { isOwnDirect, waitsText } from "../../protocol/directs.ts";
import type { InRoom, Joined, RoomEvent, ServerEvent } from "../../protocol/messages.ts";
import type { ClientEvent } from "../core/events.ts";
import { dayOf, timeOf } from "./days.ts";
import { joinedWords, partedWords, roomTable, topicWords } from "./room_words.ts";
import {
  listWords,
  logWords,
  missedWords,
  plainText,
  Statuses,
  unansweredWords,
  welcomeWords,
} from "./words.ts";

/** Names that are listed at most: more than a screen of 24 lines is no help. */
const MAX_LISTED_NAMES = 100;

/** As wide as a time and a space: later lines of a text begin here. */
const INDENT = "      ";

/** Options of {@linkcode PlainRenderer}. */
export interface PlainRendererOptions {
  /** Today, for lines that say a day; default the real one. */
  readonly today?: () => Date;
  /** Lines name their room, also when it is the only one now; default false. */
  readonly namesRooms?: boolean;
  /** Somebody types here, and can use commands; default true. */
  readonly typed?: boolean;
}

/** A line about what happened; those of the status go to standard error in a pipe. */
export interface Painted {
  /** For whom: `room` is what was said and happened there, `status` is about this client. */
  readonly kind: "room" | "status";
  /** One line without its newline. */
  readonly text: string;
}

/** Turns events into lines without their newlines. Use one for each output. */
export class PlainRenderer {
  readonly #statuses = new Statuses();
  #me = "";
  #unanswered = false;
  #day: string;
  readonly #namesRooms: boolean;
  readonly #typed: boolean;
  /** Those that it is in. */
  readonly #rooms = new Set<string>();
  /** Those that it has come into, as long as nothing new was shown there. */
  readonly #entering = new Map<string, Joined>();
  /** The last topic of each room among what happened before. */
  readonly #topics = new Map<string, string>();
  #motd: string | undefined;
  #isGreeted = false;

  /**
   * Begins with today.
   *
   * @param options See {@linkcode PlainRendererOptions}.
   */
  constructor(
    { today = () => new Date(), namesRooms = false, typed = true }: PlainRendererOptions = {},
  ) {
    this.#namesRooms = namesRooms;
    this.#typed = typed;
    this.#day = dayOf(today());
  }

  /**
   * What people are to see of an event.
   *
   * @returns Lines, none for most events of the core itself.
   */
  paint(event: ClientEvent): Painted[] {
    const statuses = this.#statuses.of(event).map(({ text, alarm }): Painted => ({
      kind: "status",
      text: `${alarm ? "!" : "*"} ${text}`,
    }));
    switch (event.type) {
      case "told":
        return [...statuses, ...this.#told(event.event, event.past).map(inRoom)];
      case "connected":
        this.#me = event.welcome.name;
        if (!event.again) this.#motd = event.welcome.motd;
        this.#unanswered = false;
        return statuses;
      case "entered":
        this.#rooms.add(event.room);
        // Shown when the past has been: it stands right before what is new then.
        if (!event.again) this.#entering.set(event.room, event.joined);
        return statuses;
      case "gone": {
        this.#rooms.delete(event.room);
        this.#entering.delete(event.room);
        const { parted } = event;
        if (parted === undefined) return statuses;
        return [...statuses, { kind: "status", text: `* ${partedWords(parted, 0)}` }];
      }
      case "unanswered": {
        // Once, however often it connects again.
        const said = this.#unanswered;
        this.#unanswered = true;
        return said ? [] : [{ kind: "status", text: `* ${unansweredWords(event)}` }];
      }
      case "missed":
        return [inRoom(`* ${this.#mark(event)}${missedWords(event)}`)];
      default:
        return statuses;
    }
  }

  #told(event: ServerEvent, past: boolean): string[] {
    switch (event.type) {
      case "topic":
        if (past) this.#topics.set(event.room, event.text);
        return [...(past ? [] : this.#greet(event.room)), ...this.#logged(event)];
      case "message":
        return [...(past ? [] : this.#greet(event.room)), ...this.#logged(event)];
      case "leave":
        // Who leaves knows it.
        if (!past && event.name === this.#me && /^(quit|part)$/.test(event.reason)) return [];
        return [...(past ? [] : this.#greet(event.room)), ...this.#logged(event)];
      case "join": {
        const isOwn = !past && event.name === this.#me && this.#entering.has(event.room);
        return [...(past ? [] : this.#greet(event.room)), ...(isOwn ? [] : this.#logged(event))];
      }
      case "rename":
        if (!past && event.from === this.#me) this.#me = event.to;
        return this.#logged(event);
      case "direct": {
        const own = isOwnDirect(event, this.#me);
        const prefix = own ? `[to ${event.to}] ` : `[from ${event.from}] `;
        const waits = event.waits ? [`* ${waitsText(event.to)}`] : [];
        return [...this.#dated(event.at, prefix, event.text), ...waits];
      }
      case "members": {
        const { names, count } = event;
        const list = listWords(names, { count, maxNames: MAX_LISTED_NAMES });
        return [`* ${this.#mark(event)}${count} here: ${plainText(list)}`];
      }
      case "history": {
        const lines = event.events.flatMap((old) => this.#logged(old));
        return [lines.length === 0 ? "* Nothing yet." : "* The past:", ...lines, "* Now:"];
      }
      case "results":
        return [
          event.events.length === 0 ? "* Nothing was found." : "* Found, newest first:",
          ...event.events.flatMap((found) => this.#logged(found, { withDay: true })),
          ...(event.more ? ["* More matches exist; add words to narrow the search."] : []),
        ];
      case "notice":
        return lines(`* ${this.#mark(event)}`, event.text, "  ");
      case "rooms":
        return lines("* ", roomTable(event).join("\n"), "  ");
      case "bye":
        return event.text === "" || event.reason === "quit" ? [] : [`* ${event.text}`];
      case "error":
      case "welcome":
      case "joined":
      case "parted":
      case "lagged":
      case "pong":
        return [];
    }
  }

  /** The welcome, once, and who is in a room that it has come into. */
  #greet(room: string): string[] {
    const joined = this.#entering.get(room);
    if (joined === undefined) return [];
    this.#entering.delete(room);
    const words = this.#isGreeted || this.#namesRooms
      ? joinedWords(this.#me, joined, MAX_LISTED_NAMES)
      : welcomeWords(this.#me, joined, MAX_LISTED_NAMES, { typed: this.#typed });
    this.#isGreeted = true;
    const motd = this.#motd === undefined ? [] : lines("* ", this.#motd, "  ");
    this.#motd = undefined;
    const topic = joined.topic?.text === this.#topics.get(room) ? undefined : joined.topic;
    const mark = this.#mark({ room });
    const where = mark === "" ? "" : `You are in #${room}. `;
    const topics = topic === undefined ? [] : [`* ${mark}${plainText(topicWords(topic))}`];
    return [...motd, `* ${where}${plainText(words)}`, ...topics];
  }

  /** What names the room in a line; nothing where there is only one. */
  #mark({ room }: Partial<InRoom>): string {
    if (room === undefined || !(this.#namesRooms || this.#rooms.size > 1)) return "";
    return `#${room} `;
  }

  #logged(event: RoomEvent, { withDay = false }: { readonly withDay?: boolean } = {}): string[] {
    const mark = this.#mark(event);
    if (event.type !== "message") {
      return this.#dated(event.at, `${mark}* `, plainText(logWords(event)), { withDay });
    }
    const prefix = event.action ? `~ ${event.from} ` : `${event.from}: `;
    return this.#dated(event.at, mark + prefix, event.text, { withDay });
  }

  /** A line with its time, and before it a line with its day when that is another one. */
  #dated(
    at: string,
    prefix: string,
    text: string,
    { withDay = false }: { readonly withDay?: boolean } = {},
  ): string[] {
    const date = new Date(at);
    const day = dayOf(date);
    const newDay = !withDay && day !== this.#day;
    if (newDay) this.#day = day;
    const stamp = withDay ? `${day} ${timeOf(date)}` : timeOf(date);
    return [
      ...(newDay ? [`-- ${day} --`] : []),
      ...lines(`${stamp} ${prefix}`, text, INDENT),
    ];
  }
}

function inRoom(text: string): Painted {
  return { kind: "room", text };
}

/** The lines of a text: the first with a prefix, the others further in. */
function lines(prefix: string, text: string, indent: string): string[] {
  return text.split("\n").map((line, i) => (i === 0 ? prefix : indent) + line);
}
