/**
 * Reads the window of one room that is kept in memory: its newest messages, and beside them its
 * newest comings and goings. Who fills it, and how much stays, is in `memory.ts`.
 *
 * @module
 */

import type { LogEvent } from "../protocol/messages.ts";
import { type Fits, utf8Bytes } from "../protocol/limits.ts";
import type { EventRing } from "./event_ring.ts";
import { Steps } from "./steps.ts";
import { fold, holdsAll } from "./words.ts";
import type {
  Lookup,
  Matches,
  Page,
  Place,
  RoomStore,
  TailBounds,
  TalkBounds,
} from "./room_store.ts";

/** What is kept of a room. */
export interface RoomWindow {
  /** Its newest messages. */
  readonly messages: EventRing;
  /** Its newest comings, goings, renames and topics. */
  readonly moves: EventRing;
  /** `seq` of the newest event, 0 when there is none. */
  readonly lastSeq: number;
}

/** A room of `MemoryStore`. */
export class MemoryRoom implements RoomStore {
  /** See {@linkcode RoomStore.id}. */
  readonly id: number;
  /** See {@linkcode RoomStore.logId}. */
  readonly logId: string;
  /** Always: what has left the window is gone. */
  readonly windowOnly = true;

  readonly #window: RoomWindow;
  readonly #now: (() => number) | undefined;

  /**
   * A room with what is kept of it.
   *
   * @param now A monotonic clock in milliseconds, for the steps of lookups; default
   * `performance.now`.
   */
  constructor(id: number, logId: string, window: RoomWindow, now?: (() => number) | undefined) {
    this.id = id;
    this.logId = logId;
    this.#window = window;
    this.#now = now;
  }

  /** `seq` of the newest event, 0 when there is none. */
  get lastSeq(): number {
    return this.#window.lastSeq;
  }

  /** The newest event of the window before a `seq`; see {@linkcode RoomStore.newestBefore}. */
  newestBefore(seq: number): LogEvent | undefined {
    const message = previous(this.#window.messages, seq);
    const move = previous(this.#window.moves, seq);
    if (message === undefined || move === undefined) return message ?? move;
    return message.seq > move.seq ? message : move;
  }

  /**
   * The newest events without a hole between them, rising by `seq`: back to the last that was
   * pushed out at most.
   */
  tail({ messages, events, bytes }: TailBounds): LogEvent[] {
    const { messages: ring, moves, lastSeq } = this.#window;
    const floor = lastSeq - events;
    const nth = Math.max(ring.size - messages, ring.countBefore(floor + 1));
    const wantedSeq = Math.min(ring.at(nth)?.seq ?? Infinity, lastSeq + 1 - messages);
    const hole = Math.max(ring.droppedSeq, moves.droppedSeq);
    const firstSeq = Math.max(wantedSeq, hole + 1, floor + 1);
    const tail: LogEvent[] = [];
    let bytesLeft = bytes;
    let event = this.newestBefore(Infinity);
    while (event !== undefined && event.seq >= firstSeq && bytesLeft > 0) {
      tail.push(event);
      if (event.type === "message") bytesLeft -= utf8Bytes(event.text);
      event = this.newestBefore(event.seq);
    }
    return tail.reverse();
  }

  /** Where the newest messages of the window are, rising by `seq`, at most `limit`. */
  places(limit: number): Place[] {
    const places: Place[] = [];
    const { messages } = this.#window;
    for (let index = Math.max(0, messages.size - limit); index < messages.size; index++) {
      const { seq, at } = messages.at(index)!;
      places.push({ seq, at });
    }
    return places;
  }

  /** Pages of the window, in steps; see {@linkcode RoomStore.page}. */
  *page(before: number, limit: number, fits: Fits = always): Lookup<Page> {
    const page = yield* this.#collect(limit, fits, (seq) => this.newestBefore(seq ?? before));
    page.events.reverse();
    return page;
  }

  /** Messages and what lies between them, in steps; see {@linkcode RoomStore.talk}. */
  *talk(before: number, bounds: TalkBounds, fits: Fits = always): Lookup<Page> {
    const steps = new Steps({ now: this.#now });
    const events: LogEvent[] = [];
    let { messages, moves } = bounds;
    const next = (seq: number) =>
      moves > 0 ? this.newestBefore(seq) : previous(this.#window.messages, seq);
    let event = next(before);
    for (; event !== undefined && messages > 0; event = next(event.seq)) {
      if (!fits(event)) break;
      events.push(event);
      if (event.type === "message") messages--;
      else moves--;
      if (steps.isDue) yield* steps.rest();
    }
    const isMore = event !== undefined ||
      (messages === 0 && this.newestBefore(events.at(-1)?.seq ?? before) !== undefined);
    return { events: events.reverse(), more: isMore };
  }

  /** The other direction; see {@linkcode RoomStore.pageAfter}. */
  *pageAfter(after: number, limit: number, fits: Fits = always): Lookup<Page> {
    return yield* this.#collect(limit, fits, (seq) => this.#oldestAfter(seq ?? after));
  }

  /**
   * Messages of the window that hold all words, newest first; see {@linkcode RoomStore.matches}.
   */
  *matches(words: readonly string[]): Matches {
    const { messages } = this.#window;
    let event = previous(messages, Infinity);
    while (event !== undefined) {
      const isMatch = event.type === "message" && holdsAll(fold(event.text), words);
      if (isMatch) yield event;
      else if (event !== messages.at(0)) yield;
      event = previous(messages, event.seq);
    }
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

  #oldestAfter(seq: number): LogEvent | undefined {
    const { messages, moves } = this.#window;
    const message = messages.at(messages.countBefore(seq + 1));
    const move = moves.at(moves.countBefore(seq + 1));
    if (message === undefined || move === undefined) return message ?? move;
    return message.seq < move.seq ? message : move;
  }
}

/** The newest event of a ring before a `seq`. */
function previous(ring: EventRing, seq: number): LogEvent | undefined {
  return ring.at(ring.countBefore(seq) - 1);
}

function always(): boolean {
  return true;
}
