/**
 * What the client core tells, as plain lines: for a pipe, and for `--plain`. The screen has its own
 * (`screen_renderer.ts`). Pure but for what it remembers of the lines before: the day, and what it has
 * said already.
 *
 * ```text
 * 14:02 bob: hello ada
 *       and good morning
 * 14:02 ~ bob waves
 * 14:03 * eve left
 * 14:03 [from bob] psst
 * ```
 *
 * All texts were cleaned by `validate.ts`; no line of a text can begin where a name begins.
 *
 * @module
 */

import type { Joined, LogEvent, ServerEvent } from "../../protocol/messages.ts";
import type { ClientEvent } from "../core/events.ts";
import { dayOf, timeOf } from "./days.ts";
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
  #motd: string | undefined;
  #welcome: Joined | undefined;

  /**
   * Begins with today.
   *
   * @param options See {@linkcode PlainRendererOptions}.
   */
  constructor({ today = () => new Date() }: PlainRendererOptions = {}) {
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
        return [...statuses, ...this.#told(event.event, event.past).map(room)];
      case "connected":
        this.#me = event.welcome.name;
        if (!event.again) this.#motd = event.welcome.motd;
        this.#unanswered = false;
        return statuses;
      case "entered":
        // Shown when the past has been: it stands right before what is new then.
        if (!event.again) this.#welcome = event.joined;
        return statuses;
      case "unanswered": {
        // Once, however often it connects again.
        const said = this.#unanswered;
        this.#unanswered = true;
        return said ? [] : [{ kind: "status", text: `* ${unansweredWords(event)}` }];
      }
      case "missed":
        return [room(`* ${missedWords(event)}`)];
      default:
        return statuses;
    }
  }

  #told(event: ServerEvent, past: boolean): string[] {
    switch (event.type) {
      case "message":
        return [...(past ? [] : this.#greet()), ...this.#logged(event)];
      case "leave":
        // Who leaves knows it.
        if (!past && event.name === this.#me && event.reason === "quit") return [];
        return [...(past ? [] : this.#greet()), ...this.#logged(event)];
      case "join":
        if (!past && this.#welcome !== undefined && event.name === this.#me) return this.#greet();
        return [...(past ? [] : this.#greet()), ...this.#logged(event)];
      case "topic":
        return [...(past ? [] : this.#greet()), ...this.#logged(event)];
      case "rename":
        if (!past && event.from === this.#me) this.#me = event.to;
        return this.#logged(event);
      case "direct": {
        const prefix = event.from === this.#me ? `[to ${event.to}] ` : `[from ${event.from}] `;
        return this.#dated(event.at, prefix, event.text);
      }
      case "members": {
        const { names, count } = event;
        const list = listWords(names, { count, maxNames: MAX_LISTED_NAMES });
        return [`* ${count} here: ${plainText(list)}`];
      }
      case "history": {
        const lines = event.events.flatMap((old) => this.#logged(old));
        return [lines.length === 0 ? "* Nothing yet." : "* The past:", ...lines, "* Now:"];
      }
      case "results":
        return [
          event.events.length === 0 ? "* Nothing was found." : "* Found, newest first:",
          ...event.events.flatMap((found) => this.#logged(found, { withDay: true })),
          ...(event.more ? ["* There are older ones: more words find fewer."] : []),
        ];
      case "notice":
        return lines("* ", event.text, "  ");
      case "bye":
        return event.text === "" || event.reason === "quit" ? [] : [`* ${event.text}`];
      case "error":
      case "welcome":
      case "joined":
      case "parted":
      case "rooms":
      case "lagged":
      case "pong":
        return [];
    }
  }

  /** The welcome, once. */
  #greet(): string[] {
    const welcome = this.#welcome;
    if (welcome === undefined) return [];
    const motd = this.#motd;
    this.#welcome = this.#motd = undefined;
    return [
      ...(motd === undefined ? [] : lines("* ", motd, "  ")),
      `* ${plainText(welcomeWords(this.#me, welcome, MAX_LISTED_NAMES))}`,
    ];
  }

  #logged(event: LogEvent, { withDay = false }: { readonly withDay?: boolean } = {}): string[] {
    if (event.type !== "message") {
      return this.#dated(event.at, "* ", plainText(logWords(event)), { withDay });
    }
    const prefix = event.action ? `~ ${event.from} ` : `${event.from}: `;
    return this.#dated(event.at, prefix, event.text, { withDay });
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

function room(text: string): Painted {
  return { kind: "room", text };
}

/** The lines of a text: the first with a prefix, the others further in. */
function lines(prefix: string, text: string, indent: string): string[] {
  return text.split("\n").map((line, i) => (i === 0 ? prefix : indent) + line);
}
