/**
 * Where the events of a room are kept: in memory (`memory.ts`) or in SQLite.
 *
 * The room calls {@linkcode Store.append} once a flush with all events of that flush, and shows
 * nothing to anybody before it has returned. That and the other calls for the room are synchronous
 * and short. What anybody may ask for, as often as they like, is a {@linkcode Lookup}: it is done in
 * steps, and others get their turn between two of them.
 *
 * In `store/` lives what keeps events: this interface, memory, and SQLite in `sqlite/`. It may
 * import `protocol`.
 *
 * @module
 */

import type { Draft, LogEvent } from "../protocol/messages.ts";
import type { Fits } from "../protocol/limits.ts";

/**
 * Work in steps of about 5 ms at most: each `next()` does one. The caller lets others have their turn
 * in between, and may drop it after any step. Throws what the work throws.
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

/** How long a session is remembered after it was last heard of. */
export const SESSION_KEPT_MS = 24 * 60 * 60 * 1000;

/** How many of its newest ids: twice what a client may have unacknowledged. */
export const SESSION_IDS = 1_000;

/** A search has worked enough after so many milliseconds, and gives what it has found until then. */
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

/** How much of the past {@linkcode Store.tail} gives. */
export interface TailBounds {
  /** Back to this many messages; where there are fewer, this many events. */
  readonly messages: number;
  /** At most this many events; messages before them are not looked for. */
  readonly events: number;
  /** No further once the texts have this many bytes of UTF-8. */
  readonly bytes: number;
}

/** How much of the past {@linkcode Store.talk} gives. */
export interface TalkBounds {
  /** At most this many messages, 1 or more. */
  readonly messages: number;
  /** At most this many comings, goings and renames. */
  readonly moves: number;
}

/** One thing to keep. */
export interface Entry {
  /** What happened. */
  readonly draft: Draft;
  /**
   * Hash of the session that it comes from, where it is a json session's. Keeping the entry also
   * keeps that session: its newest name (the joiner's, the new one of a rename, the sender's), when
   * it was last heard of, and that `draft.id`, where there is one, has been published as this `seq`.
   */
  readonly session?: string | undefined;
}

/** Something else to keep, in one commit with the entries. */
export type Note =
  /** A session has used an id for a direct message. What was said is not kept. */
  | {
    readonly type: "direct";
    readonly session: string;
    readonly id: string;
    /** The sender, whose newest name it is. */
    readonly name: string;
  }
  /** That message could not be delivered: its id may be used again. */
  | { readonly type: "undelivered"; readonly session: string; readonly id: string }
  /** A name or addresses are banned, in place of a ban with the same key. */
  | { readonly type: "ban"; readonly ban: Ban }
  /** A ban is lifted. */
  | { readonly type: "unban"; readonly key: string };

/** Under which the id of a direct message stands among the ids of messages: it is none of theirs. */
export function directKey(id: string): string {
  return `direct ${id}`;
}

/** Sessions and ids that are remembered in all, so that nobody can fill the memory. */
export interface SessionBounds {
  /** Beyond so many sessions, those go that have no ids and are not here, the longest gone first. */
  readonly sessions: number;
  /**
   * Ids of all sessions. Beyond it the oldest go, whosever they are: others can make somebody's id
   * forgotten by using as many, but not by coming and going.
   */
  readonly ids: number;
}

/** An id that a session has used. */
export interface StoredId {
  /** Of a message, or the {@linkcode directKey} of a direct message. */
  readonly id: string;
  /** `seq` of its event; 0: a direct message. */
  readonly outcome: number;
  /** When: milliseconds since 1970. */
  readonly atMs: number;
}

/** What is remembered of a session. */
export interface StoredSession {
  /** Hash of its secret. */
  readonly hash: string;
  /** Its newest name. */
  readonly name: string;
  /** When it was last heard of: milliseconds since 1970. */
  readonly seenMs: number;
  /** Its newest ids, at most {@linkcode SESSION_IDS}, oldest first. */
  readonly ids: readonly StoredId[];
}

/** Somebody who had come and not left when the store was last written. */
export interface Present {
  /** The newest name. */
  readonly name: string;
  /** Hash of the session, where there is one. */
  readonly session: string | null;
}

/** Somebody or somewhere that is banned. */
export interface Ban {
  /** What is banned, in the form in which it is looked up. */
  readonly key: string;
  /** The name or address, as the operator sees it. */
  readonly shown: string;
  /** Which operator did it. */
  readonly by: string;
  /** Why; may be empty. */
  readonly reason: string;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** Until when, in milliseconds since 1970; null: for good. */
  readonly untilMs: number | null;
}

/** Thrown when the store cannot keep events now. Nothing of the call has been kept. */
export class StoreUnavailable extends Error {
  /** Says so by its name in logs. */
  override name = "StoreUnavailable";
}

/** Keeps the events of one room. */
export interface Store {
  /** Identifies the log in which `seq` counts: made with it, kept with it. */
  readonly logId: string;
  /** `seq` of the newest event, 0 when there is none. */
  readonly lastSeq: number;
  /** Not everything ever said is kept: searches and histories see the newest window only. */
  readonly windowOnly: boolean;
  /**
   * Keeps the entries, all or none, as the events `lastSeq + 1`, `lastSeq + 2`, ….
   *
   * @param entries What happened, oldest first.
   * @param at ISO 8601 in UTC with milliseconds: their common time.
   * @param notes What is to be kept with them; default: nothing.
   * @returns The events, in the same order.
   * @throws {StoreUnavailable} When they cannot be kept; then nothing has changed.
   */
  append(entries: readonly Entry[], at: string, notes?: readonly Note[]): LogEvent[];
  /**
   * The newest events before a `seq`, rising by `seq`. For the room itself, and for a few of them.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   * @param limit At most this many, 1 or more.
   */
  before(before: number, limit: number): Page;
  /**
   * The newest events without a hole between them, rising by `seq`: what a log begins with. It
   * reaches back to as many messages as were asked for, however many comings and goings lie between,
   * or to the oldest of them within the other bounds.
   */
  tail(bounds: TailBounds): LogEvent[];
  /**
   * Where the newest messages are, rising by `seq`.
   *
   * @param limit At most this many.
   */
  places(limit: number): Place[];
  /**
   * The newest events before a `seq`, rising by `seq`: {@linkcode Store.before} in steps. A `seq`
   * may be missing where the store has dropped comings and goings.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   * @param limit At most this many, 1 or more.
   * @param fits Asked from the newest to the oldest; default: all fit.
   */
  page(before: number, limit: number, fits?: Fits): Lookup<Page>;
  /**
   * The newest messages before a `seq` with the comings and goings that lie after the oldest of them,
   * rising by `seq`, in steps. The oldest comings and goings are left out first.
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
   * The newest messages that hold all words of the query, falling by `seq`, in steps.
   *
   * @param query Words divided by white space; compared without case; never query syntax. The caller
   * refuses what is longer than `MAX_QUERY_CHARS`, or has more than `MAX_QUERY_WORDS`: the time of a
   * step grows with both.
   * @param limit At most this many, 1 or more.
   * @param fits Asked from the newest to the oldest; default: all fit.
   * @returns `more` also when the search has worked for {@linkcode SEARCH_BUDGET_MS} and was stopped.
   */
  search(query: string, limit: number, fits?: Fits): Lookup<Page>;
  /**
   * The sessions that were heard of since a time, and those of who is present, for the room to begin
   * with. To be read to the end before anything else is asked for.
   *
   * @param sinceMs Milliseconds since 1970; older ids are not given either.
   * @param bounds Of what is given; those who are present, and equally old ids, may be more.
   */
  sessions(sinceMs: number, bounds: SessionBounds): Iterable<StoredSession>;
  /** Who was here when the store was last written, for the room to begin with. */
  present(): Present[];
  /** The bans that were kept, oldest first; some may be over. @throws {StoreUnavailable} */
  bans(): Ban[];
  /** Gives back files and memory. Nothing may be called after it. */
  close(): void;
}
