/**
 * The past of one room, as every store gives it. What anybody may ask for, as often as they like,
 * is a {@linkcode Lookup}: it is done in steps, and others get their turn between two of them.
 *
 * @module
 */

import type { Fits } from "../protocol/limits.ts";
import type { LogEvent } from "../protocol/messages.ts";

/**
 * Work in steps of about 5 ms at most: each `next()` does one. The caller lets others have their
 * turn in between, and may drop it after any step. Throws what the work throws.
 */
export type Lookup<T> = Generator<void, T, void>;

/**
 * Does all steps of a lookup at once, for callers that nobody waits for.
 *
 * @param lookup Not begun yet.
 * @returns What it found.
 */
export function finish<T>(lookup: Lookup<T>): T {
  for (;;) {
    const step = lookup.next();
    if (step.done) return step.value;
  }
}

/**
 * A search has worked enough after so many milliseconds, and gives what it has found until then.
 */
export const SEARCH_BUDGET_MS = 50;

/** A page of events and whether there are more beyond it. */
export interface Page {
  /** The events, in the order that the method promises. */
  readonly events: LogEvent[];
  /** There are others beyond it, in the direction of reading. */
  readonly more: boolean;
}

/** Where a message stands, without what it says. */
export interface Place {
  /** Its `seq`. */
  readonly seq: number;
  /** Its `at`. */
  readonly at: string;
}

/** How much of the past {@linkcode RoomStore.tail} gives. */
export interface TailBounds {
  /** Back to this many messages; where there are fewer, this many events. */
  readonly messages: number;
  /** At most this many events; messages before them are not looked for. */
  readonly events: number;
  /** No further once the texts have this many bytes of UTF-8. */
  readonly bytes: number;
}

/** How much of the past {@linkcode RoomStore.talk} gives. */
export interface TalkBounds {
  /** At most this many messages, 1 or more. */
  readonly messages: number;
  /** At most this many comings, goings and renames. */
  readonly moves: number;
}

/**
 * Looks for messages, a bounded piece of work (1 or 2 ms) a call: gives each that was found, and
 * undefined after a piece without one, where others may have their turn.
 */
export type Matches = Generator<LogEvent | undefined, void, void>;

/** The past of one room. Once the room is gone it may be empty. */
export interface RoomStore {
  /** The room's number. */
  readonly id: number;
  /** Identifies the log in which `seq` counts: made with it, kept with it. */
  readonly logId: string;
  /** `seq` of the newest event, 0 when there is none. */
  readonly lastSeq: number;
  /** Not everything ever said is kept: searches and histories see the newest window only. */
  readonly windowOnly: boolean;
  /**
   * The newest event before a `seq`; undefined: there is none.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   */
  newestBefore(before: number): LogEvent | undefined;
  /**
   * The newest events without a hole between them, rising by `seq`: what a log begins with. It
   * reaches back to as many messages as were asked for, however many comings and goings lie
   * between, or to the oldest of them within the other bounds.
   */
  tail(bounds: TailBounds): LogEvent[];
  /**
   * Where the newest messages are, rising by `seq`.
   *
   * @param limit At most this many.
   */
  places(limit: number): Place[];
  /**
   * The newest events before a `seq`, rising by `seq`, in steps. A `seq` may be
   * missing where the store has dropped comings and goings.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   * @param limit At most this many, 1 or more.
   * @param fits Asked from the newest to the oldest; default: all fit.
   */
  page(before: number, limit: number, fits?: Fits): Lookup<Page>;
  /**
   * The newest messages before a `seq` with the comings and goings that lie after the oldest of
   * them, rising by `seq`, in steps. The oldest comings and goings are left out first.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   * @param bounds How many.
   * @param fits Asked from the newest to the oldest; default: all fit.
   * @returns `more` also when it has looked through ten million events and found something.
   */
  talk(before: number, bounds: TalkBounds, fits?: Fits): Lookup<Page>;
  /**
   * The oldest events after a `seq`, rising by `seq`, in steps.
   *
   * @param after Only events with a greater `seq`; 0 for the oldest.
   * @param limit At most this many, 1 or more.
   * @param fits Asked from the oldest to the newest; default: all fit.
   */
  pageAfter(after: number, limit: number, fits?: Fits): Lookup<Page>;
  /**
   * The messages that hold all words, the newest first. `searchAll()` in `search.ts` makes a page
   * of them, of one room or of several.
   *
   * @param words From `wordsOf()`, 1 or more.
   */
  matches(words: readonly string[]): Matches;
}
