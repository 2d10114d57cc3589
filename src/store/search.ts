/**
 * A search over one room or several: their messages are merged by time.
 *
 * Each room looks through its own past, the newest first, a small piece of work at a time. Rooms of
 * which the next message is not known yet take turns, so that one without any does not use up the
 * time of the others.
 *
 * @module
 */

import type { LogEvent } from "../protocol/messages.ts";
import { Steps } from "./steps.ts";
import { type Lookup, type Matches, type RoomStore, SEARCH_BUDGET_MS } from "./room_store.ts";
import { wordsOf } from "./words.ts";

/** A message that was found. */
export interface Found {
  /** Where. */
  readonly room: RoomStore;
  /** It. */
  readonly event: LogEvent;
}

/** What a search has found. */
export interface FoundPage {
  /** The newest first; of one room, falling by `seq`. */
  readonly found: Found[];
  /** There may be others that are older. */
  readonly more: boolean;
}

/** Settings of {@linkcode searchAll}. */
export interface SearchOptions {
  /** Asked from the newest to the oldest; default: all fit. */
  readonly fits?: (event: LogEvent, room: RoomStore) => boolean;
  /** Milliseconds of a clock that never goes back; default `performance.now`. */
  readonly now?: () => number;
}

/** One room's part of a search. */
interface Stream {
  readonly room: RoomStore;
  readonly matches: Matches;
  /** The newest that is not taken yet; undefined: to be looked for. */
  next: LogEvent | undefined;
  /** There is no other. */
  isOver: boolean;
}

/**
 * The newest messages that hold all words of the query, in steps.
 *
 * @param rooms Where; each once.
 * @param query Words divided by white space; compared without case; never query syntax. The caller
 * refuses what is longer than `MAX_QUERY_CHARS`, or has more than `MAX_QUERY_WORDS`: the time of a
 * step grows with both.
 * @param limit At most this many, 1 or more.
 * @returns `more` also when the search has worked for {@linkcode SEARCH_BUDGET_MS} and was stopped:
 * then newer ones may be missing in some of several rooms.
 */
export function* searchAll(
  rooms: readonly RoomStore[],
  query: string,
  limit: number,
  { fits = always, now }: SearchOptions = {},
): Lookup<FoundPage> {
  const words = wordsOf(query);
  if (words.length === 0) return { found: [], more: false };
  const steps = new Steps({ now, budgetMs: SEARCH_BUDGET_MS });
  const streams = rooms.map((room): Stream => (
    { room, matches: room.matches(words), next: undefined, isOver: false }
  ));
  const found: Found[] = [];
  let isSpent = false;
  for (;;) {
    isSpent ||= yield* lookOn(streams, steps);
    const stream = newestOf(streams);
    if (stream?.next === undefined) return { found, more: isSpent };
    const { room, next: event } = stream;
    if (found.length === limit || !fits(event, room)) return { found, more: true };
    found.push({ room, event });
    stream.next = undefined;
  }
}

/** Looks until the next message of each room is known. Returns whether the time is up. */
function* lookOn(streams: readonly Stream[], steps: Steps): Lookup<boolean> {
  for (let isWaiting = true; isWaiting;) {
    isWaiting = false;
    for (const stream of streams) {
      if (stream.isOver || stream.next !== undefined) continue;
      const { done, value } = stream.matches.next();
      if (done) {
        stream.isOver = true;
        continue;
      }
      stream.next = value;
      isWaiting ||= value === undefined;
      if (steps.isSpent) return true;
      if (steps.isDue) yield* steps.rest();
    }
  }
  return false;
}

function newestOf(streams: readonly Stream[]): Stream | undefined {
  let newest: Stream | undefined;
  for (const stream of streams) {
    if (stream.next === undefined) continue;
    // Times of one form compare as text.
    if (newest?.next === undefined || stream.next.at > newest.next.at) newest = stream;
  }
  return newest;
}

function always(): boolean {
  return true;
}
