/**
 * What the client core tells, as lines for people. Pure but for what it remembers of the lines
 * before: the day, and what it has said already. The screen and the pipe both use it.
 *
 * ```text
 * 14:02 bob: hello ada
 *       and good morning
 * 14:02 ~ bob waves
 * 14:03 * eve left (quit)
 * 14:03 [from bob] psst
 * ```
 *
 * All texts were cleaned by `validate.ts`; no line of a text can begin where a name begins.
 *
 * @module
 */

import type { LogEvent, ServerEvent, Welcome } from "../protocol/messages.ts";
import type { ClientEvent } from "./client_events.ts";
import { lossText } from "./loss.ts";
import { PLAIN_STYLE, type Style } from "./style.ts";

/** Names that are listed at most: more than a screen of 24 lines is no help. */
const MAX_LISTED_NAMES = 100;

/** Characters of a message that are quoted in a line about it. */
const MAX_QUOTED_CHARS = 40;

/** As wide as a time and a space: later lines of a text begin here. */
const INDENT = "      ";

/** Options of {@linkcode Painter}. */
export interface PainterOptions {
  /** Colours; default none. */
  readonly style?: Style;
  /** Today, for lines that say a day; default the real one. */
  readonly today?: () => Date;
}

/** A line about what happened, for standard error in a pipe; on a screen it stands with the rest. */
export interface Painted {
  /** For whom: `room` is what was said and happened there, `status` is about this client. */
  readonly kind: "room" | "status";
  /** One line without its newline. */
  readonly text: string;
}

/** See the module. */
export class Painter {
  readonly #style: Style;
  #me = "";
  #day: string;
  #welcome: Welcome | undefined;
  #postponed = false;

  /**
   * Begins with today.
   *
   * @param options See {@linkcode PainterOptions}.
   */
  constructor({ style = PLAIN_STYLE, today = () => new Date() }: PainterOptions = {}) {
    this.#style = style;
    this.#day = dayOf(today());
  }

  /**
   * What people are to see of an event.
   *
   * @returns Lines, none for most events of the core itself.
   */
  paint(event: ClientEvent): Painted[] {
    switch (event.type) {
      case "told":
        return this.#told(event.event, event.past);
      case "connected":
        this.#me = event.welcome.name;
        if (!event.again) {
          // Shown when the past has been: it stands right above the prompt then.
          this.#welcome = event.welcome;
          return [];
        }
        return [
          this.#status("Connected again."),
          ...(event.newLog
            ? [this.#status("The server has begun a new log: what was said before is not in it.")]
            : []),
        ];
      case "missed": {
        const count = event.to - event.from + 1;
        return [room(`* ${count} ${count === 1 ? "event was" : "events were"} missed here.`)];
      }
      case "refused":
        return [this.#alarm(`Not said: ${quoted(event.message.text)}. ${event.error.text}`)];
      case "uncertain":
        return [this.#alarm(
          "The connection was lost before it was known whether this arrived: " +
            quoted(event.message.text),
        )];
      case "postponed": {
        const first = !this.#postponed;
        this.#postponed = true;
        return first ? [this.#alarm(`${event.text} Your messages wait, and are sent again.`)] : [];
      }
      case "delivered":
        this.#postponed = false;
        return [];
      case "lost":
        if (!event.wasConnected) return [];
        return [this.#alarm(`Not connected: ${lossText(event.reason)}. Trying to reconnect …`)];
      case "connecting":
        return [];
    }
  }

  #told(event: ServerEvent, past: boolean): Painted[] {
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
      case "rename":
        if (!past && event.from === this.#me) this.#me = event.to;
        return this.#logged(event);
      case "direct": {
        const prefix = event.from === this.#me
          ? `[to ${this.#style.person(event.to)}] `
          : `[from ${this.#style.person(event.from)}] `;
        return this.#dated(event.at, prefix, event.text);
      }
      case "members":
        return [room(
          `* ${event.count} here: ${listed(event.names, event.count)}`,
        )];
      case "history": {
        const lines = event.events.flatMap((old) => this.#logged(old));
        return [
          room(lines.length === 0 ? "* Nothing yet." : "* The past:"),
          ...lines,
          room("* Now:"),
        ];
      }
      case "results":
        return [
          room(event.events.length === 0 ? "* Nothing was found." : "* Found, newest first:"),
          ...event.events.flatMap((found) => this.#logged(found, { withDay: true })),
          ...(event.more ? [room("* There are older ones: more words find fewer.")] : []),
        ];
      case "notice":
        return lines("* ", event.text, "  ").map(room);
      case "error":
        return [this.#alarm(event.text)];
      case "bye":
        return event.text === "" || event.reason === "quit" ? [] : [room(`* ${event.text}`)];
      case "welcome":
      case "lagged":
      case "pong":
        return [];
    }
  }

  /** The welcome, once. */
  #greet(): Painted[] {
    const welcome = this.#welcome;
    if (welcome === undefined) return [];
    this.#welcome = undefined;
    const others = welcome.members.filter((name) => name !== welcome.name);
    const here = others.length === 0
      ? "Nobody else is here yet."
      : `Here now: ${listed(others, welcome.count - 1)}.`;
    const motd = welcome.motd === undefined ? [] : lines("* ", welcome.motd, "  ").map(room);
    const hint = "/help lists the commands, /quit leaves.";
    return [...motd, room(`* Welcome, ${this.#style.person(welcome.name)}! ${here} ${hint}`)];
  }

  #logged(event: LogEvent, { withDay = false }: { readonly withDay?: boolean } = {}): Painted[] {
    const [prefix, text] = this.#sentence(event);
    return this.#dated(event.at, prefix, text, { withDay });
  }

  /** What stands before a text, and the text. */
  #sentence(event: LogEvent): [prefix: string, text: string] {
    const style = this.#style;
    switch (event.type) {
      case "message":
        return event.action
          ? [`~ ${style.person(event.from)} `, event.text]
          : [`${style.person(event.from)}: `, event.text];
      case "join":
        return ["* ", `${style.person(event.name)} joined`];
      case "leave":
        return ["* ", `${style.person(event.name)} left (${event.reason})`];
      case "rename":
        return ["* ", `${style.person(event.from)} is now ${style.person(event.to)}`];
    }
  }

  /** A line with its time, and before it a line with its day when that is another one. */
  #dated(
    at: string,
    prefix: string,
    text: string,
    { withDay = false }: { readonly withDay?: boolean } = {},
  ): Painted[] {
    const date = new Date(at);
    const day = dayOf(date);
    const newDay = !withDay && day !== this.#day;
    if (newDay) this.#day = day;
    const time = timeOf(date);
    const stamp = this.#style.dim(withDay ? `${day} ${time}` : time);
    return [
      ...(newDay ? [room(this.#style.dim(`-- ${day} --`))] : []),
      ...lines(`${stamp} ${prefix}`, text, INDENT).map(room),
    ];
  }

  #status(text: string): Painted {
    return { kind: "status", text: `* ${text}` };
  }

  #alarm(text: string): Painted {
    return { kind: "status", text: this.#style.alarm(`! ${text}`) };
  }
}

function room(text: string): Painted {
  return { kind: "room", text };
}

/** The lines of a text: the first with a prefix, the others further in. */
function lines(prefix: string, text: string, indent: string): string[] {
  return text.split("\n").map((line, i) => (i === 0 ? prefix : indent) + line);
}

function listed(names: readonly string[], count: number): string {
  const shown = names.slice(0, MAX_LISTED_NAMES);
  const others = Math.max(0, count - shown.length);
  return [...shown, ...(others > 0 ? [`and ${others} more`] : [])].join(", ");
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

function timeOf(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

function dayOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
