/**
 * What the client core tells, as rows for a terminal: the part of the screen that scrolls. Decides
 * what is shown, folded, highlighted and rung for; `scroll.ts` makes the rows. No terminal and no
 * timers in it; time is asked for.
 *
 * @module
 */

import type { Join, Leave, LogEvent, Message, ServerEvent, Welcome } from "../protocol/messages.ts";
import type { ClientEvent } from "./client_events.ts";
import { mentionFinder, type Range } from "./mentions.ts";
import { Conversation, Fold, type FoldedNames, MAX_FOLDED } from "./noise.ts";
import { Scroll } from "./scroll.ts";
import { PLAIN_STYLE, type Style } from "./style.ts";
import { listWords, logWords, missedWords, Statuses, welcomeWords, type Words } from "./words.ts";

/** Names that the welcome lists; `/who` has all of them. */
const MAX_WELCOME_NAMES = 20;

/** So long comings and goings wait for more of them. */
const FOLD_MS = 3_000;

/** Rings at most so often: who writes a name a hundred times rings for a second once. */
const BELL_MS = 1_000;

const BELL = "\x07";

/** Stands before those who went: a minus as wide as the plus. */
const MINUS = "\u2212";

/** What this client adds to the server's list of commands. */
const QUIET_HELP = "hides who comes and goes, or shows it again";

/** Options of {@linkcode Transcript}. */
export interface TranscriptOptions {
  /** Colours; default none. */
  readonly style?: Style;
  /** Columns of the terminal now. */
  readonly columns: () => number;
  /** The time now; default the real one. */
  readonly now?: () => Date;
  /** Rings for the own name and for direct messages; default true. */
  readonly bell?: boolean;
}

/** See the module. */
export class Transcript {
  readonly #now: () => Date;
  readonly #bell: boolean;
  readonly #scroll: Scroll;
  readonly #statuses = new Statuses();
  readonly #conversation = new Conversation();
  readonly #fold = new Fold();
  /** When the first of the fold was told, and when the last of it happened. */
  #foldedAtMs = 0;
  #foldDate = new Date(0);
  #ring = false;
  #rangAtMs = -Infinity;
  #me = "";
  #mentions = mentionFinder("");
  #welcome: Welcome | undefined;
  /** It came back, and nothing of what was said meanwhile has been shown yet. */
  #returned = false;
  #quiet = false;
  #helpAsked = false;

  /**
   * Begins with today.
   *
   * @param options See {@linkcode TranscriptOptions}.
   */
  constructor({ style = PLAIN_STYLE, columns, now, bell = true }: TranscriptOptions) {
    this.#now = now ?? (() => new Date());
    this.#bell = bell;
    this.#scroll = new Scroll(style, { columns, today: this.#now() });
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
    const waitedMs = this.#now().getTime() - this.#foldedAtMs;
    // A clock that was put back must not hold them for hours.
    if (waitedMs >= FOLD_MS || waitedMs < 0) this.#unfold();
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
    this.#quiet = !this.#quiet;
    const how = this.#quiet ? "hidden now. /quiet shows it again." : "shown again.";
    return this.note(`Who comes and goes is ${how}`);
  }

  #rows(): string[] {
    const rows = this.#scroll.take();
    const nowMs = this.#now().getTime();
    const rings = this.#ring && this.#bell && Math.abs(nowMs - this.#rangAtMs) >= BELL_MS;
    this.#ring = false;
    if (rings && rows[0] !== undefined) {
      this.#rangAtMs = nowMs;
      rows[0] = BELL + rows[0];
    }
    return rows;
  }

  #event(event: ClientEvent): void {
    if (event.type === "connected") {
      this.#callMe(event.welcome.name);
      // Shown when the past has been: it stands right above the prompt then.
      if (event.again) this.#returned = true;
      else this.#welcome = event.welcome;
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
        return this.#live(event, past);
      case "direct": {
        this.#unfold();
        const own = event.from === this.#me;
        const [manner, person] = own ? ["to", event.to] as const : ["from", event.from] as const;
        const date = new Date(event.at);
        this.#conversation.spoke(person, date.getTime());
        this.#scroll.say({ date, person, manner, text: event.text, mentions: nothing });
        if (!own) this.#ring = true;
        return;
      }
      case "members":
        this.#unfold();
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
      this.#unfold();
      if (this.#returned && !own) {
        this.#returned = false;
        this.#scroll.rule("new since you left", "new");
      }
      this.#conversation.spoke(event.from, date.getTime());
      const named = this.#say(event, own ? nothing : this.#mentions);
      // What was there before joining is no news; what was missed while away is.
      if (named && (joining === undefined || !past)) this.#ring = true;
    } else if (event.type === "rename") {
      const talks = this.#conversation.has(event.from, date.getTime());
      this.#conversation.renamed(event.from, event.to);
      const own = event.from === this.#me;
      if (!past && own) this.#callMe(event.to);
      if (!this.#quiet || talks || own) this.#tell(logWords(event), date);
    } else {
      this.#moved(event, date, { before: past && joining !== undefined });
    }
  }

  /** Somebody came or went; `before`: before this client came, which then tells who is here. */
  #moved(event: Join | Leave, date: Date, { before }: { readonly before: boolean }): void {
    const kicked = event.type === "leave" && event.reason === "kicked";
    if (kicked) return this.#tell(logWords(event), date);
    // The welcome, the goodbye and the lines about the connection tell it.
    if (this.#quiet || event.name === this.#me) return;
    if (this.#conversation.has(event.name, date.getTime())) {
      return this.#tell(logWords(event), date);
    }
    if (before) return;
    if (this.#fold.size === 0) this.#foldedAtMs = this.#now().getTime();
    if (event.type === "join") this.#fold.came(event.name);
    else this.#fold.went(event.name);
    this.#foldDate = date;
    if (this.#fold.size >= MAX_FOLDED) this.#unfold();
  }

  #unfold(): void {
    if (this.#fold.size === 0) return;
    const { came, went } = this.#fold.take();
    const both = came.names.length > 0 && went.names.length > 0;
    this.#scroll.tell(this.#foldDate, "*", [
      ...signed("+", came),
      ...(both ? ["  "] : []),
      ...signed(MINUS, went),
    ]);
  }

  /** The welcome, once. */
  #greet(welcome: Welcome): void {
    this.#welcome = undefined;
    if (welcome.motd !== undefined) this.#tell([welcome.motd]);
    this.#tell(welcomeWords(welcome, MAX_WELCOME_NAMES));
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
    const shown = isHelp ? `${text}\n${"/quiet".padEnd(column)}${QUIET_HELP}` : text;
    this.#unfold();
    this.#scroll.tell(this.#now(), "*", [shown], { block: shown.includes("\n") });
  }

  #say({ at, from, text, action }: Message, mentions: (text: string) => readonly Range[]): boolean {
    const manner = action ? "action" : "said";
    return this.#scroll.say({ date: new Date(at), person: from, manner, text, mentions });
  }

  #tell(words: Words, date: Date = this.#now()): void {
    this.#unfold();
    this.#scroll.tell(date, "*", words);
  }

  #status(text: string, alarm: boolean): void {
    if (!alarm) return this.#tell([text]);
    this.#unfold();
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

function signed(sign: string, { names, more }: FoldedNames): Words {
  if (names.length === 0) return [];
  const count = names.length + more;
  return [`${sign} `, ...listWords(names, { count, maxNames: names.length })];
}

function nothing(): Range[] {
  return [];
}
