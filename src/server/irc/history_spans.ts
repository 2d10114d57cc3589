/**
 * Where in the log of a room the pages of CHATHISTORY lie, and what is read for them.
 *
 * @module
 */

import type { HistoryWish, Selector } from "../../protocol/irc/selectors.ts";
import { type Fits, MAX_HISTORY_PAGE } from "../../protocol/limits.ts";
import type { LogEvent } from "../../protocol/messages.ts";
import type { Lookup, RoomStore } from "../../store/room_store.ts";

/**
 * Reads for one page of messages, of 500 events each: so 10,000 comings and goings in a row are
 * passed in one look.
 */
const MAX_READS = 20;

/** A part of a log, and which end of it is wanted. */
export interface Span {
  /** Only events with a greater `seq`. */
  readonly after: number;
  /** Only events with a smaller `seq`. */
  readonly before: number;
  /** At most this many, 1 or more. */
  readonly limit: number;
  /** The newest of them; else the oldest. */
  readonly newestFirst: boolean;
}

/** What is asked for of the events of a span. */
export interface PageOptions {
  /** Messages only. */
  readonly talkOnly: boolean;
  /** How much fits. */
  readonly fits: Fits;
}

/** A page, and what is left to read of its span; null: nothing. */
export interface SpanPage {
  /** Rising by `seq`. */
  readonly events: LogEvent[];
  /** See {@linkcode SpanPage}. */
  readonly rest: Span | null;
}

/** Between which events a selector is: the last one not behind it, the first one not before it. */
interface Point {
  readonly after: number;
  readonly before: number;
}

/**
 * The spans that a page of CHATHISTORY is made of, the first to read first.
 *
 * @returns Null: it names a message of another log.
 * @throws {StoreUnavailable}
 */
export function spansOf(store: RoomStore, { page, from, to, limit }: HistoryWish): Span[] | null {
  const point = pointOf(store, from);
  const other = pointOf(store, to);
  if (point === null || other === null) return null;
  const all = { after: 0, before: Infinity, limit };
  switch (page) {
    case "LATEST":
      return [{ ...all, after: point.after, newestFirst: true }];
    case "BEFORE":
      return [{ ...all, before: point.before, newestFirst: true }];
    case "AFTER":
      return [{ ...all, after: point.after, newestFirst: false }];
    case "BETWEEN":
      if (point.after <= other.after) {
        return [{ after: point.after, before: other.before, limit, newestFirst: false }];
      }
      return [{ after: other.after, before: point.before, limit, newestFirst: true }];
    case "AROUND": {
      const earlier = Math.floor(limit / 2);
      const later = { ...all, after: point.before - 1, limit: limit - earlier, newestFirst: false };
      if (earlier === 0) return [later];
      return [{ ...all, before: point.before, limit: earlier, newestFirst: true }, later];
    }
  }
}

function pointOf(store: RoomStore, selector: Selector): Point | null {
  switch (selector.kind) {
    case "any":
      return { after: 0, before: Infinity };
    case "id":
      if (selector.log !== store.logId) return null;
      return { after: selector.seq, before: selector.seq };
    case "time": {
      const { atMs } = selector;
      return { after: lastSeqBefore(store, atMs + 1), before: lastSeqBefore(store, atMs) + 1 };
    }
  }
}

/**
 * `seq` of the last event before a time, where times rise; 0: there is none. 53 looks at most.
 *
 * @param atMs Whole milliseconds since 1970.
 * @throws {StoreUnavailable}
 */
export function lastSeqBefore(store: RoomStore, atMs: number): number {
  let least = 0;
  let most = store.lastSeq;
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    const event = store.newestBefore(middle + 1);
    if (event === undefined || Date.parse(event.at) < atMs) least = middle;
    else most = Math.min(middle, event.seq) - 1;
  }
  return least;
}

/** Reads one page of a span, in steps. */
export function pageOf(store: RoomStore, span: Span, options: PageOptions): Lookup<SpanPage> {
  return span.newestFirst ? newestOf(store, span, options) : oldestOf(store, span, options);
}

function* newestOf(
  store: RoomStore,
  span: Span,
  { talkOnly, fits }: PageOptions,
): Lookup<SpanPage> {
  const { after, before, limit } = span;
  const page = talkOnly
    ? yield* store.talk(before, { messages: limit, moves: 0 }, fits)
    : yield* store.page(before, limit, fits);
  const events = page.events.filter(({ seq }) => seq > after);
  const isOver = !page.more || events.length < page.events.length || events.length === 0;
  const left = limit - events.length;
  const rest = isOver || left <= 0 ? null : { ...span, before: events[0]!.seq, limit: left };
  return { events, rest };
}

function* oldestOf(
  store: RoomStore,
  span: Span,
  { talkOnly, fits }: PageOptions,
): Lookup<SpanPage> {
  const { before, limit } = span;
  const events: LogEvent[] = [];
  let { after } = span;
  let isFull = false;
  const measured: Fits = (event) => {
    if (talkOnly && event.type !== "message") return true;
    isFull = !fits(event);
    return !isFull;
  };
  for (let reads = 0; reads < MAX_READS && !isFull; reads++) {
    const count = talkOnly ? MAX_HISTORY_PAGE : limit - events.length;
    const page = yield* store.pageAfter(after, count, measured);
    for (const event of page.events) {
      if (event.seq >= before) return { events, rest: null };
      after = event.seq;
      if (talkOnly && event.type !== "message") continue;
      events.push(event);
      if (events.length === limit) return { events, rest: null };
    }
    if (!page.more || page.events.length === 0) return { events, rest: null };
  }
  return { events, rest: { ...span, after, limit: limit - events.length } };
}
