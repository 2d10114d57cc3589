/**
 * The window of one room that is kept in memory: its newest messages, and beside them its newest
 * comings and goings.
 *
 * @module
 */

import type { LogEvent } from "../protocol/messages.ts";
import { type Fits, utf8Bytes } from "../protocol/limits.ts";
import { EventRing } from "./event_ring.ts";
import { Steps } from "./steps.ts";
import { fold, holdsAll } from "./words.ts";
import type { Lookup, Matches, Page, Place, RoomStore, TailBounds, TalkBounds } from "./store.ts";

/** About so many bytes of memory an event takes, without its text (measured: 84 to 120). */
const EVENT_BYTES = 128;

/** How large a room's window is. */
export interface MemoryRoomOptions {
  /** Messages in it, 1 or more. */
  readonly maxMessages: number;
  /** Comings, goings, renames and topics in it, 1 or more. */
  readonly maxMoves: number;
  /** `seq` before its first event; default: 0. */
  readonly after?: number;
  /** A monotonic clock in milliseconds, for the steps of lookups; default `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/** A room of `MemoryStore`. */
export class MemoryRoom implements RoomStore {
  /** See {@linkcode RoomStore.id}. */
  readonly id: number;
  /** See {@linkcode RoomStore.logId}. */
  readonly logId: string;
  /** Always: what has left the window is gone. */
  readonly windowOnly = true;

  readonly #now: (() => number) | undefined;
  readonly #messages: EventRing;
  readonly #moves: EventRing;
  #lastSeq = 0;
  #messageBytes = 0;
  #moveBytes = 0;

  /** An empty window. */
  constructor(
    id: number,
    logId: string,
    { maxMessages, maxMoves, after = 0, now }: MemoryRoomOptions,
  ) {
    this.id = id;
    this.logId = logId;
    this.#now = now;
    this.#lastSeq = after;
    this.#messages = new EventRing(maxMessages);
    this.#moves = new EventRing(maxMoves);
  }

  /** `seq` of the newest event, 0 when there is none. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** What its events take, about, when their texts are not of ASCII alone. */
  get bytes(): number {
    return this.#messageBytes + this.#moveBytes;
  }

  /** Keeps an event, whose `seq` is the next. The oldest of its kind may have to go. */
  keep(event: LogEvent): void {
    this.#lastSeq = event.seq;
    if (event.type === "message") {
      this.#messageBytes += bytesOf(event) - bytesOf(this.#messages.push(event));
    } else {
      this.#moveBytes += bytesOf(event) - bytesOf(this.#moves.push(event));
    }
  }

  /**
   * Lets the oldest events go, of the kind that takes more: however many come and go, they push out
   * few messages. The newest message stays, whatever its size.
   *
   * @param bytes About so many.
   */
  drop(bytes: number): void {
    const goal = this.bytes - bytes;
    while (this.bytes > goal) {
      if (this.#moveBytes > this.#messageBytes) {
        this.#moveBytes -= bytesOf(this.#moves.dropOldest());
      } else if (this.#messages.size > 1) {
        this.#messageBytes -= bytesOf(this.#messages.dropOldest());
      } else return;
    }
  }

  /** Forgets all. */
  clear(): void {
    this.#messages.clear();
    this.#moves.clear();
    this.#messageBytes = 0;
    this.#moveBytes = 0;
  }

  /** The newest event of the window before a `seq`; see {@linkcode RoomStore.newestBefore}. */
  newestBefore(seq: number): LogEvent | undefined {
    const message = previous(this.#messages, seq);
    const move = previous(this.#moves, seq);
    if (message === undefined || move === undefined) return message ?? move;
    return message.seq > move.seq ? message : move;
  }

  /**
   * The newest events without a hole between them, rising by `seq`: back to the last that was
   * pushed out at most.
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
    const { size } = this.#messages;
    for (let index = Math.max(0, size - limit); index < size; index++) {
      const { seq, at } = this.#messages.at(index)!;
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
      moves > 0 ? this.newestBefore(seq) : previous(this.#messages, seq);
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
    let event = previous(this.#messages, Infinity);
    while (event !== undefined) {
      const isMatch = event.type === "message" && holdsAll(fold(event.text), words);
      if (isMatch) yield event;
      else if (event !== this.#messages.at(0)) yield;
      event = previous(this.#messages, event.seq);
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
    const message = this.#messages.at(this.#messages.countBefore(seq + 1));
    const move = this.#moves.at(this.#moves.countBefore(seq + 1));
    if (message === undefined || move === undefined) return message ?? move;
    return message.seq < move.seq ? message : move;
  }
}

/** The newest event of a ring before a `seq`. */
function previous(ring: EventRing, seq: number): LogEvent | undefined {
  return ring.at(ring.countBefore(seq) - 1);
}

function bytesOf(event: LogEvent | undefined): number {
  if (event === undefined) return 0;
  return EVENT_BYTES + ("text" in event ? 2 * (event.text?.length ?? 0) : 0);
}

function always(): boolean {
  return true;
}
