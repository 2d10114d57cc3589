/**
 * What stands in the list of messages, before it is drawn: messages, comings and goings folded into
 * one line, and notes. Pure.
 *
 * @module
 */

import { logWords, type Words } from "../../client/view/words.ts";
import { isOwnDirect } from "../../protocol/directs.ts";
import type { DirectMessage, LogEvent, Message } from "../../protocol/messages.ts";

/** Comings and goings in one line; of more it tells the number. */
const MAX_MOVES = 20;

/** Who stays for less is not told of: three seconds, as in the terminal. */
const BRIEF_MS = 3_000;

/** Messages of one person within this time stand under one name: five minutes. */
const GROUP_MS = 5 * 60_000;

/** Said by somebody. */
export interface MessageItem {
  /** A kind of {@linkcode Item}. */
  readonly kind: "message";
  /** Its place in the log; undefined for direct messages. */
  readonly seq?: number;
  /** When it was said. */
  readonly at: Date;
  /** Who said it. */
  readonly from: string;
  /** What; another text once it is erased. */
  text: string;
  /** A deed. */
  readonly action: boolean;
  /** By us. */
  readonly own: boolean;
  /** The other one, of a direct message. */
  readonly direct?: string;
  /** Tells that other messages are erased. */
  readonly isErasure?: boolean;
}

/** Who came, went or has another name. */
export interface MovesItem {
  /** A kind of {@linkcode Item}. */
  readonly kind: "moves";
  /** The place of the first in the log. */
  readonly seq: number;
  /** The place of the last. */
  lastSeq: number;
  /** When the first happened. */
  readonly at: Date;
  /** What happened, the first ones. */
  readonly moves: Move[];
  /** How many more. */
  more: number;
  /** One of them is shown to those, too, who want to see no comings and goings. */
  isShownAlways: boolean;
}

/** One coming, going or new name. */
export interface Move {
  /** In words. */
  readonly words: Words;
  /** Whose. */
  readonly name: string;
  /** Which. */
  readonly type: "join" | "leave" | "rename" | "topic";
  /** When, in milliseconds. */
  readonly atMs: number;
}

/** Said by the server or by this page. */
export interface NoteItem {
  /** A kind of {@linkcode Item}. */
  readonly kind: "note";
  /** Never in the log. */
  readonly seq?: undefined;
  /**
   * When what stands before it happened: the days in the list are those of the server's clock, and
   * this visitor's may be another. No date: nothing does.
   */
  at: Date;
  /** What. */
  readonly words: Words;
  /** Something is wrong. */
  readonly alarm: boolean;
}

/** Anything in the list. */
export type Item = MessageItem | MovesItem | NoteItem;

/** The last place in the log that an item stands for; undefined when it is not in the log. */
export function lastSeqOf(item: Item): number | undefined {
  return item.kind === "moves" ? item.lastSeq : item.seq;
}

/** An event of the log. */
export function itemOf(event: LogEvent, me: string): MessageItem | MovesItem {
  const at = new Date(event.at);
  if (event.type === "message") return messageItem(event, at, me);
  const { seq, type } = event;
  const name = type === "rename" ? event.from : event.name;
  const move = { words: logWords(event), name, type, atMs: at.getTime() };
  const isShownAlways = type === "topic" || (type === "leave" && event.reason === "kicked") ||
    (type === "rename" && me === event.from);
  return { kind: "moves", seq, lastSeq: seq, at, moves: [move], more: 0, isShownAlways };
}

/** A direct message, seen by one of the two. */
export function directItem(event: DirectMessage, me: string): MessageItem {
  const own = isOwnDirect(event, me);
  return {
    kind: "message",
    at: new Date(event.at),
    from: event.from,
    text: event.text,
    action: false,
    own,
    direct: own ? event.to : event.from,
  };
}

/**
 * A page of the log, with the direct messages that stand in it.
 *
 * @param events Rising by `seq`.
 * @param options `directs`: what came to this one only while events from `from` on, and before
 * `to`, were the newest; `from` and `to`: the bounds of the page.
 */
export function itemsOf(
  events: readonly LogEvent[],
  { me, directs, from, to }: {
    readonly me: string;
    readonly directs: (from: number, to: number) => readonly Item[];
    readonly from: number;
    readonly to: number;
  },
): Item[] {
  const items: Item[] = [];
  let before = from;
  for (const event of events) {
    for (const item of directs(before, event.seq)) addItem(items, item);
    addItem(items, itemOf(event, me));
    before = event.seq;
  }
  for (const item of directs(before, to)) addItem(items, item);
  return items;
}

/** Something to be told. */
export function noteItem(
  words: Words | string,
  { alarm = false }: { alarm?: boolean } = {},
): NoteItem {
  const told = typeof words === "string" ? [words] : words;
  return { kind: "note", at: new Date(NaN), words: told, alarm };
}

/**
 * Puts an item behind others: comings and goings that follow one another become one line. A topic
 * has its own.
 *
 * @returns The item that has grown; undefined when it was added as one more.
 */
export function addItem(items: Item[], item: Item): MovesItem | undefined {
  const last = items.at(-1);
  if (item.kind === "note" && last !== undefined) item.at = last.at;
  if (
    item.kind !== "moves" || last?.kind !== "moves" || !isSameDay(last.at, item.at) ||
    isTopic(item) || isTopic(last)
  ) {
    items.push(item);
    return undefined;
  }
  for (const move of item.moves) {
    if (isBrief(last.moves.at(-1), move)) last.moves.pop();
    else if (last.moves.length < MAX_MOVES) last.moves.push(move);
    else last.more++;
  }
  last.more += item.more;
  last.isShownAlways ||= item.isShownAlways;
  last.lastSeq = item.lastSeq;
  return last;
}

function isTopic({ moves }: MovesItem): boolean {
  return moves.some(({ type }) => type === "topic");
}

/** Somebody who came a moment ago, such as an export, was hardly here: neither is shown. */
function isBrief(came: Move | undefined, went: Move): boolean {
  return came?.type === "join" && went.type === "leave" && came.name === went.name &&
    went.atMs - came.atMs < BRIEF_MS;
}

/** Whether a message stands under the name of the one before it. */
export function continues(item: Item, previous: Item | undefined): boolean {
  return item.kind === "message" && previous?.kind === "message" &&
    !item.action && !previous.action && item.from === previous.from &&
    item.direct === previous.direct && item.own === previous.own &&
    isSameDay(item.at, previous.at) && item.at.getTime() - previous.at.getTime() < GROUP_MS;
}

/** Whether two moments are of one day here. */
export function isSameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}

function messageItem(event: Message, at: Date, me: string): MessageItem {
  const { seq, from, text } = event;
  return {
    kind: "message",
    seq,
    at,
    from,
    text,
    action: event.action === true,
    own: from === me,
    isErasure: event.erases !== undefined,
  };
}
