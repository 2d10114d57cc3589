/**
 * What the client core tells, as rows for a terminal: the part of the screen that scrolls. Decides
 * what is shown, folded, highlighted and rung for; `scroll.ts` makes the rows, `room_screen.ts`
 * those of a room. Events of rooms that are not shown are kept until somebody goes there. No
 * terminal and no timers in it; time is asked for.
 *
 * @module
 */

import { isOwnDirect, waitsText } from "../../protocol/directs.ts";
import type { Joined, ServerEvent } from "../../protocol/messages.ts";
import type { ClientEvent, Entered, Gone } from "../core/events.ts";
import { Answers } from "./answers.ts";
import { Ignoring } from "./ignoring.ts";
import { Bell, mentionFinder } from "./mentions.ts";
import { isOfRoom, leftOutWords, type OfRoom, roomOf } from "./kept_events.ts";
import type { RoomList } from "./room_list.ts";
import { RoomScreen, type SharedScreen } from "./room_screen.ts";
import { NARROW_NAME_COLUMNS } from "./rooms_line.ts";
import { joinedWords, onwardWords, partedWords, topicWords } from "./room_words.ts";
import { Scroll } from "./scroll.ts";
import { PLAIN_STYLE, type Style } from "./style.ts";
import { cutMiddle } from "./width.ts";
import { missedWords, Statuses, welcomeWords, type Words } from "./words.ts";

/** Names that the welcome lists; `/who` has all of them. */
const MAX_WELCOME_NAMES = 20;

/** Options of {@linkcode ScreenRenderer}. */
export interface ScreenRendererOptions {
  /** Colours; default none. */
  readonly style?: Style;
  /** Columns of the terminal now. */
  readonly columns: () => number;
  /** The rooms: read here, and filled with what is kept of those that are not shown. */
  readonly rooms: RoomList;
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
  readonly #rooms: RoomList;
  readonly #statuses = new Statuses();
  readonly #answers: Answers;
  readonly #screens = new Map<string, RoomScreen>();
  readonly #shared: SharedScreen;
  /** Rooms of which the past is no news: it came into them for the first time. */
  readonly #first = new Set<string>();
  #me = "";
  #mentions = mentionFinder("");
  #motd: string | undefined;
  #greeted = false;
  #quiet = false;
  readonly #ignoring = new Ignoring();
  /** What is shown now was kept, and rang when it came. */
  #replaying = false;

  /**
   * Begins with today.
   *
   * @param options See {@linkcode ScreenRendererOptions}.
   */
  constructor({ style = PLAIN_STYLE, columns, rooms, now, bell = true }: ScreenRendererOptions) {
    this.#now = now ?? (() => new Date());
    this.#bell = new Bell(bell);
    this.#rooms = rooms;
    this.#scroll = new Scroll(style, { columns, today: this.#now() });
    this.#answers = new Answers({
      scroll: this.#scroll,
      now: this.#now,
      unfold: () => this.#unfold(),
    });
    this.#shared = {
      scroll: this.#scroll,
      now: this.#now,
      me: () => this.#me,
      mentions: (text) => this.#mentions(text),
      greet: (joined) => this.#greet(joined),
      ring: () => {
        if (!this.#replaying) this.#bell.want();
      },
    };
  }

  /**
   * Shows what happened, and keeps what happened in other rooms.
   *
   * @param all One batch.
   * @returns Rows to print, in order, with escape sequences of the style only. May be empty:
   * comings and goings wait.
   */
  take(all: readonly ClientEvent[]): string[] {
    const events = this.#ignoring.filter(all);
    this.#scroll.expect(events.filter((event) => !this.#isElsewhere(event)).flatMap(speakersOf));
    for (const event of events) this.#event(event);
    return this.#scroll.take();
  }

  /** It is to ring now: asked for after each batch, and true once a second at most. */
  rings(): boolean {
    return this.#bell.rings(this.#now().getTime());
  }

  /** Rows that have waited long enough; to be asked for every now and then. */
  due(): string[] {
    this.#shown?.comings.due();
    return this.#scroll.take();
  }

  /**
   * Another room is shown from now on.
   *
   * @param room Its name on the wire; one of the rooms.
   * @returns A line with its name, and what happened in it meanwhile.
   */
  turnTo(room: string): string[] {
    this.#unfold();
    const kept = this.#rooms.show(room);
    if (kept === undefined) return this.#scroll.take();
    const { events, leftOut, unread } = kept;
    // The line of a room that it is not in yet comes when it is.
    if (this.#rooms.get(room)?.standing !== "joining") {
      this.#heading(room, unread === 0 ? "" : ` · ${unread} new`);
    }
    if (leftOut > 0) this.#tell([leftOutWords(kept)]);
    this.#scroll.expect(events.flatMap(({ event }) => speakersOf(event)));
    const me = this.#me;
    this.#replaying = true;
    for (const kept of events) {
      if (kept.me !== this.#me) this.#callMe(kept.me);
      this.#event(kept.event);
    }
    this.#replaying = false;
    if (me !== this.#me) this.#callMe(me);
    return this.#scroll.take();
  }

  /**
   * Rows of a word of the client's own.
   *
   * @param text One sentence or two.
   * @param options `alarm`: something went wrong.
   */
  note(text: string, { alarm = false }: { readonly alarm?: boolean } = {}): string[] {
    this.#status(text, alarm);
    return this.#scroll.take();
  }

  /**
   * Carries out a command that this client knows itself: `/quiet`, `/ignore`.
   *
   * @param line The command with its slash.
   * @param mayBeHere See `IgnoreContext`.
   * @returns Rows that answer it; undefined: it is the server's.
   */
  command(line: string, mayBeHere = (_name: string) => true): string[] | undefined {
    const word = line.trim().toLowerCase();
    this.#answers.help.typed(line);
    const ignoring = this.#ignoring.command(line, { me: this.#me, mayBeHere });
    if (ignoring !== undefined) return this.note(ignoring);
    if (word !== "/quiet") return undefined;
    this.#quiet = !this.#quiet;
    for (const { comings } of this.#screens.values()) comings.quiet = this.#quiet;
    const how = this.#quiet ? "hidden now. /quiet shows it again." : "shown again.";
    return this.note(`Who comes and goes is ${how}`);
  }

  get #shown(): RoomScreen | undefined {
    return this.#screens.get(this.#rooms.current ?? "");
  }

  #screen(room: string): RoomScreen {
    const known = this.#screens.get(room);
    if (known !== undefined) return known;
    const screen = new RoomScreen(this.#shared);
    screen.comings.quiet = this.#quiet;
    this.#screens.set(room, screen);
    return screen;
  }

  #isElsewhere(event: ClientEvent): boolean {
    return isOfRoom(event) && roomOf(event) !== this.#rooms.current;
  }

  #event(event: ClientEvent): void {
    if (event.type === "connected") {
      this.#callMe(event.welcome.name);
      if (!event.again) [this.#motd, this.#greeted] = [event.welcome.motd, false];
    }
    if (event.type === "told") this.#followMe(event.event, event.past);
    if (isOfRoom(event)) {
      if (roomOf(event) !== this.#rooms.current) return this.#keep(event);
      this.#ofRoom(event);
    } else if (event.type === "told") this.#told(event.event);
    else if (event.type === "gone") this.#gone(event);
    if (this.#isKeyWanted(event)) return;
    for (const { text, alarm } of this.#statuses.of(event)) this.#status(text, alarm);
  }

  /** Who comes into a private room is asked for its key: that says enough. */
  #isKeyWanted(event: ClientEvent): boolean {
    if (event.type !== "told" || event.event.type !== "error") return false;
    const { code, room = "" } = event.event;
    return code === "room_key" && this.#rooms.get(room)?.standing === "joining";
  }

  /** Something of a room that is not shown. */
  #keep(event: OfRoom): void {
    const room = roomOf(event);
    if (event.type === "entered") this.#entered(event);
    const told = event.type === "told" ? event.event : undefined;
    // A new name of one's own is an event of every room, and told in the one that is shown.
    if (told?.type === "rename" && told.to === this.#me) return;
    const isPast = event.type === "told" && event.past && this.#first.has(room);
    const isNews = told?.type === "message" && told.from !== this.#me && !isPast;
    const isMention = isNews && this.#mentions(told.text).length > 0;
    if (isMention) this.#bell.want();
    this.#rooms.keep({ event, me: this.#me }, { isNews, isMention });
  }

  /** Something of the room that is shown. */
  #ofRoom(event: OfRoom): void {
    const screen = this.#screen(roomOf(event));
    if (event.type === "told") return screen.show(event.event, event.past);
    if (event.type === "missed") return this.#tell([missedWords(event)]);
    if (!this.#replaying) this.#entered(event);
    if (!this.#replaying && !event.again && this.#rooms.all.length > 1) {
      this.#unfold();
      this.#heading(event.room);
    }
    screen.entered(event, { marked: this.#replaying });
  }

  #entered({ room, again }: Entered): void {
    this.#rooms.entered(room);
    if (again) this.#first.delete(room);
    else this.#first.add(room);
  }

  #gone({ room, parted }: Gone): void {
    const unread = this.#rooms.get(room)?.unread ?? 0;
    // Who left it by a command is told when that is carried out.
    if (parted !== undefined && (parted.reason !== "part" || this.#rooms.get(room) !== undefined)) {
      const isShown = room === this.#rooms.current;
      const words = partedWords(parted, unread, isShown ? onwardWords(this.#rooms, parted) : "");
      this.#status(words, parted.reason !== "part");
    }
    this.#screens.delete(room);
    this.#first.delete(room);
    this.#rooms.lost(room);
  }

  #told(event: ServerEvent): void {
    if (event.type !== "direct") return this.#answers.show(event, this.#rooms);
    const own = isOwnDirect(event, this.#me);
    const [manner, person] = own ? ["to", event.to] as const : ["from", event.from] as const;
    const date = new Date(event.at);
    this.#unfold();
    this.#shown?.comings.conversation.spoke(person, date.getTime());
    this.#scroll.say({ date, person, manner, text: event.text, mentions: () => [] });
    if (event.waits) this.#tell([waitsText(event.to)]);
    if (!own) this.#bell.want();
  }

  /** The welcome, once; then what is to be known of one more room. */
  #greet(joined: Joined): void {
    if (this.#motd !== undefined) this.#tell([this.#motd]);
    this.#motd = undefined;
    if (joined.topic !== undefined) this.#tell(topicWords(joined.topic));
    const words = this.#greeted
      ? joinedWords(this.#me, joined, MAX_WELCOME_NAMES, { isLate: this.#replaying })
      : welcomeWords(this.#me, joined, MAX_WELCOME_NAMES);
    this.#greeted = true;
    if (words.length > 0) this.#tell(words);
  }

  #heading(room: string, news = ""): void {
    this.#scroll.rule(`#${room}${news}`, `#${cutMiddle(room, NARROW_NAME_COLUMNS)}${news}`);
  }

  #tell(words: Words): void {
    this.#unfold();
    this.#scroll.tell(this.#now(), "*", words, { ours: true });
  }

  #status(text: string, alarm: boolean): void {
    if (!alarm) return this.#tell([text]);
    this.#unfold();
    this.#scroll.alarm(this.#now(), text);
  }

  /** Who came and went stands before what comes next. */
  #unfold(): void {
    this.#shown?.comings.unfold();
  }

  /** The server gave this client another name. */
  #followMe(event: ServerEvent, past: boolean): void {
    if (event.type === "rename" && !past && event.from === this.#me) this.#callMe(event.to);
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
