/**
 * Keeps the newest events of a room in memory, for a server without `--db`: nothing survives a
 * restart, and searches and histories see this window only.
 *
 * @module
 */

import type { LogEvent } from "../protocol/messages.ts";
import { type Fits, utf8Bytes } from "../protocol/limits.ts";
import { EventRing } from "./event_ring.ts";
import { eventOf, newLogId } from "./events.ts";
import { Steps } from "./steps.ts";
import { SEARCH_BUDGET_MS } from "./store.ts";
import type {
  Ban,
  Entry,
  Lookup,
  Page,
  Place,
  Present,
  Store,
  StoredSession,
  TailBounds,
  TalkBounds,
} from "./store.ts";
import { fold, holdsAll, wordsOf } from "./words.ts";

/** Messages in the window: as many as a newcomer may ask for. */
export const MAX_WINDOW_MESSAGES = 10_000;

/**
 * Comings, goings and renames in the window, bounded apart: however many come and go, they push out
 * no message. As many as a log of 4 MiB holds of them, at 84 bytes each, so that a dialect's log that
 * is made late reaches back as far as one that was always there; about 6 MB.
 */
export const MAX_WINDOW_MOVES = 50_000;

/**
 * UTF-16 code units of all texts in the window. Without it 10,000 of the longest texts would hold
 * 160 MB; with it they hold 32 MiB at most, and 10,000 texts of everyday length all fit.
 */
export const MAX_WINDOW_UNITS = 16 * 1024 * 1024;

/** How large a window is; all default to the constants of this file. */
export interface MemoryStoreOptions {
  /** Messages in the window, 1 or more; default {@linkcode MAX_WINDOW_MESSAGES}. */
  readonly maxMessages?: number;
  /** Comings, goings and renames in it, 1 or more; default {@linkcode MAX_WINDOW_MOVES}. */
  readonly maxMoves?: number;
  /**
   * UTF-16 code units of its texts; default {@linkcode MAX_WINDOW_UNITS}. The newest message stays
   * whatever its size.
   */
  readonly maxUnits?: number;
  /** A monotonic clock in milliseconds, for the steps of lookups; default `performance.now`. */
  readonly now?: () => number;
}

/** The newest messages, and beside them the newest comings and goings. */
export class MemoryStore implements Store {
  /** Made anew with each store. */
  readonly logId: string = newLogId();
  /** Always: what has left the window is gone. */
  readonly windowOnly = true;

  readonly #now: (() => number) | undefined;
  readonly #maxUnits: number;
  readonly #messages: EventRing;
  readonly #moves: EventRing;
  #lastSeq = 0;
  #units = 0;

  /** An empty window. */
  constructor(options: MemoryStoreOptions = {}) {
    this.#now = options.now;
    this.#maxUnits = options.maxUnits ?? MAX_WINDOW_UNITS;
    this.#messages = new EventRing(options.maxMessages ?? MAX_WINDOW_MESSAGES);
    this.#moves = new EventRing(options.maxMoves ?? MAX_WINDOW_MOVES);
  }

  /** `seq` of the newest event, 0 when there is none. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * Keeps the entries; never fails.
   *
   * @param entries What happened, oldest first. Their sessions are not kept.
   * @param at ISO 8601 in UTC with milliseconds. Notes beside them are not kept, either.
   * @returns The events, in the same order.
   */
  append(entries: readonly Entry[], at: string): LogEvent[] {
    const events: LogEvent[] = [];
    for (const { draft } of entries) {
      const event = eventOf(draft, this.#lastSeq + 1, at);
      this.#keep(event);
      events.push(event);
    }
    return events;
  }

  /**
   * The newest events of the window before a `seq`, rising by `seq`.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   * @param limit At most this many, 1 or more.
   */
  before(before: number, limit: number): Page {
    const events: LogEvent[] = [];
    let event = this.#newestBefore(before);
    for (; event !== undefined && events.length < limit; event = this.#newestBefore(event.seq)) {
      events.push(event);
    }
    return { events: events.reverse(), more: event !== undefined };
  }

  /**
   * The newest events without a hole between them, rising by `seq`: back to the last that was pushed
   * out at most.
   */
  tail({ messages, events, bytes }: TailBounds): LogEvent[] {
    const floor = this.#lastSeq - events;
    const nth = Math.max(this.#messages.size - messages, this.#messages.countBefore(floor + 1));
    const wantedSeq = Math.min(
      this.#messages.at(nth)?.seq ?? Infinity,
      this.#lastSeq + 1 - messages,
    );
    const hole = Math.max(this.#messages.droppedSeq, this.#moves.droppedSeq);
    const firstSeq = Math.max(wantedSeq, hole + 1, floor + 1);
    const tail: LogEvent[] = [];
    let bytesLeft = bytes;
    let event = this.#newestBefore(Infinity);
    while (event !== undefined && event.seq >= firstSeq && bytesLeft > 0) {
      tail.push(event);
      if (event.type === "message") bytesLeft -= utf8Bytes(event.text);
      event = this.#newestBefore(event.seq);
    }
    return tail.reverse();
  }

  /** Where the newest messages of the window are, rising by `seq`, at most `limit`. */
  places(limit: number): Place[] {
    const places: Place[] = [];
    const { size } = this.#messages;
    for (let index = Math.max(0, size - limit); index < size; index++) {
      const { seq, at } = this.#messages.at(index)!;
      places.push({ seq, at });
    }
    return places;
  }

  /** As {@linkcode MemoryStore.before}, in steps; see {@linkcode Store.page}. */
  *page(before: number, limit: number, fits: Fits = always): Lookup<Page> {
    const page = yield* this.#collect(limit, fits, (seq) => this.#newestBefore(seq ?? before));
    page.events.reverse();
    return page;
  }

  /** Messages and what lies between them, in steps; see {@linkcode Store.talk}. */
  *talk(before: number, bounds: TalkBounds, fits: Fits = always): Lookup<Page> {
    const steps = new Steps({ now: this.#now });
    const events: LogEvent[] = [];
    let { messages, moves } = bounds;
    const next = (seq: number) =>
      moves > 0 ? this.#newestBefore(seq) : previous(this.#messages, seq);
    let event = next(before);
    for (; event !== undefined && messages > 0; event = next(event.seq)) {
      if (!fits(event)) break;
      events.push(event);
      if (event.type === "message") messages--;
      else moves--;
      if (steps.isDue) yield* steps.rest();
    }
    const isMore = event !== undefined ||
      (messages === 0 && this.#newestBefore(events.at(-1)?.seq ?? before) !== undefined);
    return { events: events.reverse(), more: isMore };
  }

  /** The other direction; see {@linkcode Store.pageAfter}. */
  *pageAfter(after: number, limit: number, fits: Fits = always): Lookup<Page> {
    return yield* this.#collect(limit, fits, (seq) => this.#oldestAfter(seq ?? after));
  }

  /**
   * The newest messages of the window that hold all words of the query, falling by `seq`, in steps.
   *
   * @param query Words divided by white space; none of them finds nothing.
   * @param limit At most this many, 1 or more.
   * @param fits Asked from the newest to the oldest; default: all fit.
   * @returns `more` also when the search was stopped after {@linkcode SEARCH_BUDGET_MS}.
   */
  *search(query: string, limit: number, fits: Fits = always): Lookup<Page> {
    const steps = new Steps({ now: this.#now, budgetMs: SEARCH_BUDGET_MS });
    const words = wordsOf(query);
    const events: LogEvent[] = [];
    if (words.length === 0) return { events, more: false };
    let event = previous(this.#messages, Infinity);
    for (; event !== undefined; event = previous(this.#messages, event.seq)) {
      if (event.type === "message" && holdsAll(fold(event.text), words)) {
        if (events.length === limit || !fits(event)) return { events, more: true };
        events.push(event);
      }
      if (steps.isSpent) return { events, more: true };
      if (steps.isDue) yield* steps.rest();
    }
    return { events, more: false };
  }

  /** Nothing: no session survives a restart here. */
  sessions(): StoredSession[] {
    return [];
  }

  /** Nobody: a memory begins with its room. */
  present(): Present[] {
    return [];
  }

  /** None: bans live as long as the server, which knows them. */
  bans(): Ban[] {
    return [];
  }

  /** Forgets the window. */
  close(): void {
    this.#messages.clear();
    this.#moves.clear();
    this.#units = 0;
  }

  /** Reads on from one event to the next, which may have left the window during a rest. */
  *#collect(
    limit: number,
    fits: Fits,
    next: (seq: number | undefined) => LogEvent | undefined,
  ): Lookup<Page> {
    const steps = new Steps({ now: this.#now });
    const events: LogEvent[] = [];
    let event = next(undefined);
    for (; event !== undefined; event = next(event.seq)) {
      if (events.length === limit || !fits(event)) return { events, more: true };
      events.push(event);
      if (steps.isDue) yield* steps.rest();
    }
    return { events, more: false };
  }

  #newestBefore(seq: number): LogEvent | undefined {
    const message = previous(this.#messages, seq);
    const move = previous(this.#moves, seq);
    if (message === undefined || move === undefined) return message ?? move;
    return message.seq > move.seq ? message : move;
  }

  #oldestAfter(seq: number): LogEvent | undefined {
    const message = this.#messages.at(this.#messages.countBefore(seq + 1));
    const move = this.#moves.at(this.#moves.countBefore(seq + 1));
    if (message === undefined || move === undefined) return message ?? move;
    return message.seq < move.seq ? message : move;
  }

  #keep(event: LogEvent): void {
    this.#lastSeq = event.seq;
    if (event.type !== "message") {
      this.#moves.push(event);
      return;
    }
    this.#units += event.text.length - unitsOf(this.#messages.push(event));
    while (this.#units > this.#maxUnits && this.#messages.size > 1) {
      this.#units -= unitsOf(this.#messages.dropOldest());
    }
  }
}

/** The newest event of a ring before a `seq`. */
function previous(ring: EventRing, seq: number): LogEvent | undefined {
  return ring.at(ring.countBefore(seq) - 1);
}

/** Only texts count: names are bounded at 32 characters. */
function unitsOf(event: LogEvent | undefined): number {
  return event?.type === "message" ? event.text.length : 0;
}

function always(): boolean {
  return true;
}
