/// <reference lib="dom" />
/**
 * One room as the page shows it: its messages, who is in it, its topic, and what of it was not
 * read.
 *
 * @module
 */

import type { ClientEvent, Entered } from "../../client/core/events.ts";
import { People } from "../../client/view/people.ts";
import type { Words } from "../../client/view/words.ts";
import type { DirectMessage, Joined, RoomEvent } from "../../protocol/messages.ts";
import type { Directs } from "./directs.ts";
import { itemOf, type MessageItem, noteItem } from "./item.ts";
import { LogView } from "./log_view.ts";
import type { KeptDirects, KeptRoom } from "./memory.ts";
import { isLooking } from "./notify.ts";
import type { RowContext } from "./row.ts";

/** What rows are drawn with, and the own name. */
export type RoomContext = RowContext & { readonly me: string };

/** What a room works with. */
export interface RoomViewOptions {
  /** What a tab remembers of it. */
  readonly kept: KeptRoom;
  /** The elements of its log, for {@linkcode LogView}. */
  readonly element: HTMLElement;
  /** The direct messages that came while it was shown. */
  readonly directs: Directs;
  /** Asks for a page of its past; false: not now. */
  readonly older: (before: number, messages: number) => boolean;
  /** What rows are drawn with. */
  readonly context: () => RoomContext;
}

/** A room that this client is in, wants to be in, or was removed from. */
export class RoomView {
  /** Its folded name. */
  readonly room: string;
  /** Holds its messages. */
  readonly element: HTMLElement;
  /** Its messages. */
  readonly log: LogView;
  /** Who is in it. */
  readonly people: People;
  /** The direct messages that came while it was shown. */
  readonly directs: Directs;
  readonly #context: () => RoomContext;
  /** Its key, where one was given. */
  key: string | undefined;
  /** This client is in it, or comes into it; false: it was removed, or the room was closed. */
  isOpen: boolean;
  /** Its topic; empty: none. */
  topic = "";
  /** Name of its keeper; empty: none. */
  keeper = "";
  /** Messages that were not seen. */
  unread = 0;
  /** One of them names this person. */
  isMentioned = false;
  #isShown = false;
  /** It has been in it. */
  #wasIn = false;
  #read: KeptRoom["read"];
  #log = "";
  /** `seq` of the newest event that was told; 0: none was. */
  #newest = 0;
  /** `seq` of the newest event of the log when it came into it the last time. */
  #seq = Infinity;

  /** Nothing in it yet. */
  constructor({ kept, element, directs, older, context }: RoomViewOptions) {
    this.room = kept.room;
    this.key = kept.key;
    this.#read = kept.read;
    this.isOpen = kept.isGone !== true;
    this.element = element;
    this.directs = directs;
    this.#context = context;
    this.people = new People(context().me);
    this.log = new LogView(element, {
      older: (before, messages) => this.isOpen && older(before, messages),
      directs: (from, to) => directs.between(from, to),
      context,
    });
  }

  /** To be remembered over a reload. */
  get kept(): KeptRoom {
    return { room: this.room, key: this.key, read: this.#read, isGone: !this.isOpen };
  }

  /** It has come into the page. */
  show(): void {
    this.#isShown = true;
    this.seen();
    this.log.show();
  }

  /** It has gone out of the page. */
  hide(): void {
    this.#isShown = false;
    this.log.hide();
  }

  /** Somebody looks at it. */
  seen(): void {
    this.unread = 0;
    this.isMentioned = false;
    if (this.#newest > 0) this.#read = { log: this.#log, seq: this.#newest };
    this.log.seen();
  }

  /** Tells something that stands in no log. */
  note(words: Words | string, { alarm = false }: { readonly alarm?: boolean } = {}): void {
    this.log.add(noteItem(words, { alarm }));
  }

  /** Learns who is in it; what is about other rooms is no matter. */
  learn(event: ClientEvent): void {
    const told = event.type === "told" ? event.event : event;
    if (!("room" in told) || told.room === this.room) this.people.take(event);
  }

  /** The server tells again what it said when this client came in. */
  changed({ topic, keeper }: Joined): void {
    this.topic = topic?.text ?? "";
    this.keeper = keeper ?? "";
  }

  /** This client is in it now. */
  entered({ joined, again, newLog }: Entered): void {
    // It was left and entered again: the log comes from its beginning.
    const isAnew = !again && this.#wasIn;
    this.#wasIn = true;
    this.isOpen = true;
    this.changed(joined);
    this.#seq = joined.seq;
    this.#log = joined.log;
    if (newLog) this.#newest = 0;
    const { log } = joined;
    if (newLog) this.#read = { log, seq: joined.forget ?? 0 };
    else if (this.#read?.log !== log) this.#read = { log, seq: joined.seq };
    if (isAnew) this.directs.restart();
    this.directs.inLog(joined.log);
    if (newLog || isAnew) this.log.newLog();
    else if (again) this.log.forgetPage();
  }

  /**
   * Something has happened in it.
   *
   * @param past It happened before this client came into it.
   * @returns A message of somebody else that nobody has seen yet; undefined: there is none.
   */
  told(event: RoomEvent, past: boolean): MessageItem | undefined {
    if (event.type === "message" && event.erases !== undefined) this.log.erase(event.erases);
    if (past) this.log.hush();
    else if (event.type === "topic") this.topic = event.text;
    else if (event.type === "rename" && event.from === this.keeper) this.keeper = event.to;
    else if (event.type === "leave" && event.name === this.keeper) this.keeper = "";
    this.#add(this.directs.before(event.seq));
    const item = itemOf(event, this.#context().me);
    const { seq } = event;
    const read = this.#read?.seq ?? 0;
    const isNew = item.kind === "message" && !item.own && seq > read &&
      !this.#context().isIgnored(item);
    const isSeen = this.#isShown && isLooking();
    // What was said while the page was reloaded, or was away, was not read either.
    if (isNew && (past || !isSeen)) this.log.markUnread(seq);
    this.log.add(item);
    this.#newest = seq;
    if (isSeen && seq > read) this.#read = { log: this.#log, seq };
    const news = isNew ? this.#news(item) : undefined;
    // Before the reload, somebody was told of it.
    return this.#isShown && past ? undefined : news;
  }

  /** Something of its log was told, behind which a direct message can stand. */
  get hasBegun(): boolean {
    return this.directs.hasBegun;
  }

  /** A direct message has come while it is shown; returns it as {@linkcode told} does. */
  direct(event: DirectMessage): MessageItem | undefined {
    const item = this.directs.add(event, this.#context().me);
    this.log.add(item);
    return item.own ? undefined : this.#news(item);
  }

  /** All that had come has been told. */
  settle(): void {
    this.#add(this.directs.upTo(this.#seq));
  }

  /** Messages that this tab has kept. */
  #add(items: readonly MessageItem[]): void {
    if (items.length > 0) this.log.hush();
    for (const item of items) this.log.add(item);
  }

  #news(item: MessageItem): MessageItem | undefined {
    if (this.#isShown && isLooking()) return undefined;
    this.unread++;
    this.isMentioned ||= this.isUrgent(item);
    return item;
  }

  /** Whether a message is for this person: a direct one, or one with the own name in it. */
  isUrgent({ direct, text }: MessageItem): boolean {
    return direct !== undefined || this.#context().mentions(text).length > 0;
  }

  /** Takes over the direct messages of a room that was left. */
  adopt(kept: KeptDirects["kept"]): void {
    this.#add(this.directs.adopt(kept));
  }
}
