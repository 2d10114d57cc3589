/**
 * What the client core tells, as rows for a terminal: the part of the screen that scrolls. Decides
 * what is shown, folded, highlighted and rung for; `scroll.ts` makes the rows. No terminal and no
 * timers in it; time is asked for.
 *
 * @module
 */

import { commandsFor, usage } from "../../protocol/commands.ts";
import type { Joined, LogEvent, Message, ServerEvent } from "../../protocol/messages.ts";
import { Bell, mentionFinder, type Range } from "./mentions.ts";
import type { ClientEvent } from "../core/events.ts";
import { Comings } from "./comings.ts";
import { Scroll } from "./scroll.ts";
import { PLAIN_STYLE, type Style } from "./style.ts";
import { logWords, missedWords, Statuses, welcomeWords, type Words } from "./words.ts";

/** Names that the welcome lists; `/who` has all of them. */
const MAX_WELCOME_NAMES = 20;

/** Options of {@linkcode ScreenRenderer}. */
export interface ScreenRendererOptions {
  /** Colours; default none. */
  readonly style?: Style;
  /** Columns of the terminal now. */
  readonly columns: () => number;
  /** The time now; default the real one. */
  readonly now?: () => Date;
  /** Rings for the own name and for direct messages; default true. */
  readonly bell?: boolean;
}

/** Turns events into rows. Use one for each terminal: it remembers what was shown. */
export class ScreenRenderer {
  readonly #now: () => Date;
  readonly #bell: Bell;
  readonly #scroll: Scroll;
  readonly #statuses = new Statuses();
  readonly #comings: Comings;
  #me = "";
  #mentions = mentionFinder("");
  #motd: string | undefined;
  #welcome: Joined | undefined;
  /** It came back, and nothing of what was said meanwhile has been shown yet. */
  #returned = false;
  #helpAsked = false;

  /**
   * Begins with today.
   *
   * @param options See {@linkcode ScreenRendererOptions}.
   */
  constructor({ style = PLAIN_STYLE, columns, now, bell = true }: ScreenRendererOptions) {
    this.#now = now ?? (() => new Date());
    this.#bell = new Bell(bell);
    this.#scroll = new Scroll(style, { columns, today: this.#now() });
    this.#comings = new Comings(this.#scroll, this.#now);
  }

  /**
   * Shows what happened.
   *
   * @param events One batch.
   * @returns Rows to print, in order, with escape sequences of the style only. When it is to ring,
   * the first one begins with BEL, once a batch at most. May be empty: comings and goings wait.
   */
  take(events: readonly ClientEvent[]): string[] {
    this.#scroll.expect(events.flatMap(speakersOf));
    for (const event of events) this.#event(event);
    return this.#rows();
  }

  /** Rows that have waited long enough; to be asked for every now and then. */
  due(): string[] {
    this.#comings.due();
    return this.#rows();
  }

  /**
   * Rows of a word of the client's own.
   *
   * @param text One sentence or two.
   * @param options `alarm`: something went wrong.
   */
  note(text: string, { alarm = false }: { readonly alarm?: boolean } = {}): string[] {
    this.#status(text, alarm);
    return this.#rows();
  }

  /**
   * Carries out a command that this client knows itself: `/quiet`.
   *
   * @param line The command with its slash.
   * @returns Rows that answer it; undefined: it is the server's.
   */
  command(line: string): string[] | undefined {
    const word = line.trim().toLowerCase();
    if (word === "/help") this.#helpAsked = true;
    if (word !== "/quiet") return undefined;
    this.#comings.quiet = !this.#comings.quiet;
    const how = this.#comings.quiet ? "hidden now. /quiet shows it again." : "shown again.";
    return this.note(`Who comes and goes is ${how}`);
  }

  #rows(): string[] {
    const rows = this.#scroll.take();
    this.#bell.ring(rows, this.#now().getTime());
    return rows;
  }

  #event(event: ClientEvent): void {
    if (event.type === "connected") {
      this.#callMe(event.welcome.name);
      if (!event.again) this.#motd = event.welcome.motd;
    }
    if (event.type === "entered") {
      // Shown when the past has been: it stands right above the prompt then.
      if (event.again) this.#returned = true;
      else this.#welcome = event.joined;
    }
    if (event.type === "missed") this.#tell([missedWords(event)]);
    if (event.type === "told") this.#told(event.event, event.past);
    for (const { text, alarm } of this.#statuses.of(event)) this.#status(text, alarm);
  }

  #told(event: ServerEvent, past: boolean): void {
    switch (event.type) {
      case "message":
      case "join":
      case "leave":
      case "rename":
      case "topic":
        return this.#live(event, past);
      case "direct": {
        this.#comings.unfold();
        const own = event.from === this.#me;
        const [manner, person] = own ? ["to", event.to] as const : ["from", event.from] as const;
        const date = new Date(event.at);
        this.#comings.conversation.spoke(person, date.getTime());
        this.#scroll.say({ date, person, manner, text: event.text, mentions: nothing });
        if (!own) this.#bell.want();
        return;
      }
      case "members":
        this.#comings.unfold();
        return this.#scroll.people(this.#now(), event.names, event.count);
      case "history":
        return this.#past(event.events, event.events.length === 0 ? "Nothing yet." : "The past:");
      case "results":
        this.#past(
          event.events,
          event.events.length === 0 ? "Nothing was found." : "Found, newest first:",
        );
        if (event.more) this.#tell(["There are older ones: more words find fewer."]);
        return;
      case "notice":
        return this.#notice(event.text);
      case "bye":
        if (event.text !== "" && event.reason !== "quit") this.#tell([event.text]);
        return;
      case "error":
      case "welcome":
      case "lagged":
      case "pong":
        return;
    }
  }

  /** Something of the log, as it comes. */
  #live(event: LogEvent, past: boolean): void {
    const joining = this.#welcome;
    if (!past && joining !== undefined) this.#greet(joining);
    if (!past) this.#returned = false;
    const date = new Date(event.at);
    if (event.type === "message") {
      const own = event.from === this.#me;
      this.#comings.unfold();
      if (this.#returned && !own) {
        this.#returned = false;
        this.#scroll.rule("new since you left", "new");
      }
      this.#comings.conversation.spoke(event.from, date.getTime());
      const named = this.#say(event, own ? nothing : this.#mentions);
      // What was there before joining is no news; what was missed while away is.
      if (named && (joining === undefined || !past)) this.#bell.want();
    } else if (event.type === "topic") {
      this.#tell(logWords(event), date);
    } else if (event.type === "rename") {
      const talks = this.#comings.conversation.has(event.from, date.getTime());
      this.#comings.conversation.renamed(event.from, event.to);
      const own = event.from === this.#me;
      if (!past && own) this.#callMe(event.to);
      if (!this.#comings.quiet || talks || own) this.#tell(logWords(event), date);
    } else if (event.name !== this.#me || (event.type === "leave" && event.reason === "kicked")) {
      // That this client itself comes and goes is told otherwise.
      this.#comings.moved(event, { before: past && joining !== undefined });
    }
  }

  /** The welcome, once. */
  #greet(joined: Joined): void {
    if (this.#motd !== undefined) this.#tell([this.#motd]);
    this.#welcome = this.#motd = undefined;
    this.#tell(welcomeWords(this.#me, joined, MAX_WELCOME_NAMES));
  }

  /** A page that was asked for. */
  #past(events: readonly LogEvent[], head: string): void {
    this.#tell([head]);
    if (events.length === 0) return;
    this.#scroll.aside(() => {
      for (const event of events) {
        if (event.type === "message") this.#say(event, nothing);
        else this.#scroll.tell(new Date(event.at), "*", logWords(event));
      }
    });
    this.#scroll.rule("now");
  }

  #notice(text: string): void {
    // The server's list begins with its first command; nothing else of it does.
    const isHelp = this.#helpAsked && text.startsWith("/help");
    if (isHelp) this.#helpAsked = false;
    const column = /^\/\S+(?: \S+)* {2,}/.exec(text)?.[0].length ?? 0;
    const own = commandsFor("terminal").map((one) => usage(one).padEnd(column) + one.help);
    const shown = isHelp ? [text, ...own].join("\n") : text;
    this.#comings.unfold();
    this.#scroll.tell(this.#now(), "*", [shown], { block: shown.includes("\n"), ours: true });
  }

  #say({ at, from, text, action }: Message, mentions: (text: string) => readonly Range[]): boolean {
    const manner = action ? "action" : "said";
    return this.#scroll.say({ date: new Date(at), person: from, manner, text, mentions });
  }

  #tell(words: Words, date?: Date): void {
    this.#comings.unfold();
    this.#scroll.tell(date ?? this.#now(), "*", words, { ours: date === undefined });
  }

  #status(text: string, alarm: boolean): void {
    if (!alarm) return this.#tell([text]);
    this.#comings.unfold();
    this.#scroll.alarm(this.#now(), text);
  }

  #callMe(name: string): void {
    this.#me = name;
    this.#mentions = mentionFinder(name);
  }
}

/** Whose name an event puts into the column. */
function speakersOf(event: ClientEvent): string[] {
  if (event.type !== "told") return [];
  const { event: told } = event;
  if (told.type === "history" || told.type === "results") {
    return told.events.flatMap((old) => old.type === "message" && !old.action ? [old.from] : []);
  }
  return told.type === "message" && !told.action ? [told.from] : [];
}

function nothing(): Range[] {
  return [];
}
