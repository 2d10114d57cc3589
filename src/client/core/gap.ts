/**
 * Puts the events of the log into their order without holes. Numbers say what is missing: after 7
 * comes 8. What came too early is held while pages of history bring what lies between; what came
 * twice is dropped.
 *
 * No I/O, no time, nothing of Deno: the page in the browser uses this file too.
 *
 * @module
 */

import { MAX_HISTORY_PAGE } from "../../protocol/limits.ts";
import type { History, HistoryRequest, RoomEvent } from "../../protocol/messages.ts";

/**
 * Events held while a gap is filled, in all rooms of a client together. Over it, later ones are
 * dropped: they are the next gap, and are fetched in their turn.
 */
const MAX_HELD_EVENTS = 5_000;

/**
 * Characters of the texts held, for the same reason, and of the parts of one page: 8 Mi, twice what
 * 500 of the longest messages have.
 */
const MAX_HELD_CHARS = 8 * 1024 * 1024;

/** Events that will not come: neither the log's window nor the store has them. */
export interface Hole {
  /** The one event of this order that the server never sends. */
  readonly type: "missed";
  /** `seq` of the first one. */
  readonly from: number;
  /** `seq` of the last one. */
  readonly to: number;
}

/** Options of {@linkcode LogOrder}. */
export interface LogOrderOptions {
  /** Longer gaps are filled only with this many of their newest events; default: no limit. */
  readonly maxFill?: number;
  /** Which part of the memory for held events this log may take now, up to 1; default all of it. */
  readonly share?: () => number;
}

/** The order of one log as one client sees it. */
export class LogOrder {
  readonly #maxFill: number;
  readonly #share: () => number;
  /**
   * `seq` of the newest event given out or given up; undefined until it is known where to begin.
   */
  #last: number | undefined;
  #lastGiven: RoomEvent | undefined;
  /** The greatest `seq` known to exist. */
  #head = 0;
  /** While `#last` is unknown: what is newer than this must not be missing. */
  #begin = Infinity;
  #held = new Map<number, RoomEvent>();
  #heldChars = 0;
  /** The page that was asked for: its events have a smaller `seq` than this. */
  #before: number | undefined;
  /** How far the next page reaches. Grows over what the server no longer has, so that is quick. */
  #step = MAX_HISTORY_PAGE;
  /** Parts of one page that did not fit into one line; the newest part first, each rising. */
  #parts: (readonly RoomEvent[])[] = [];
  #partChars = 0;
  /** `seq` of the first event given up and not yet told. */
  #missedFrom: number | undefined;

  /**
   * Begins before the first event.
   *
   * @param options See {@linkcode LogOrderOptions}.
   */
  constructor({ maxFill = Infinity, share = () => 1 }: LogOrderOptions = {}) {
    this.#maxFill = maxFill;
    this.#share = share;
  }

  /** `seq` of the newest event given out, for `after` in a hello; undefined before the first. */
  get last(): number | undefined {
    return this.#last;
  }

  /** `at` of that event; undefined when it was given up. */
  get lastAt(): string | undefined {
    return this.#lastGiven?.seq === this.#last ? this.#lastGiven?.at : undefined;
  }

  /** Something that exists has not come yet. */
  get behind(): boolean {
    return this.#last !== undefined && this.#last < this.#head;
  }

  /** A page of history is awaited. */
  get asking(): boolean {
    return this.#before !== undefined;
  }

  /**
   * A new connection: what was asked for on the old one will not come.
   *
   * @param seq The newest `seq` of the log when the connection began.
   */
  connected(seq: number): void {
    this.#forget();
    this.#head = Math.max(this.#head, seq);
    if (this.#last === undefined) this.#begin = Math.min(this.#begin, seq);
  }

  /**
   * The log is another one than before.
   *
   * @param last Everything after this `seq` is wanted; undefined: whatever comes first is the
   * beginning.
   */
  restart(last: number | undefined): void {
    this.#forget();
    this.#last = last;
    this.#lastGiven = undefined;
    this.#head = last ?? 0;
    this.#begin = Infinity;
    this.#missedFrom = undefined;
  }

  /** Nothing up to this `seq` is wanted any more. It changes nothing before the first event. */
  skipTo(seq: number): void {
    if (this.#last !== undefined) this.#last = Math.max(this.#last, seq);
  }

  /** There is an event with this `seq`, although it does not come now. */
  heardOf(seq: number): void {
    this.#head = Math.max(this.#head, seq);
  }

  /**
   * An event of the log has come.
   *
   * @returns What can be given out now, in order.
   */
  arrived(event: RoomEvent): (RoomEvent | Hole)[] {
    this.heardOf(event.seq);
    this.#last ??= Math.min(event.seq - 1, this.#begin);
    if (event.seq <= this.#last) return [];
    if (event.seq > this.#last + 1) {
      this.#hold(event);
      return [];
    }
    const given: (RoomEvent | Hole)[] = [];
    this.#give(event, given);
    this.#release(given);
    return given;
  }

  /**
   * What to ask the server for next.
   *
   * @returns The request, for the caller to send; undefined when nothing is missing or a page is
   * awaited already.
   */
  next(): HistoryRequest | undefined {
    if (this.#before !== undefined || this.#last === undefined || !this.behind) return undefined;
    const part = this.#parts.at(-1)?.[0];
    if (part !== undefined) {
      this.#before = part.seq;
    } else {
      const end = this.#gapEnd();
      this.#giveUpTo(end - 1 - this.#maxFill);
      this.#before = Math.min(end, this.#last + 1 + this.#step);
    }
    const limit = Math.min(MAX_HISTORY_PAGE, this.#before - 1 - this.#last);
    return { type: "history", before: this.#before, limit };
  }

  /**
   * A page of history has come.
   *
   * @returns What can be given out now, in order; undefined when this is not the page that was
   * asked for, but the answer to something else.
   */
  page({ events, more }: History): (RoomEvent | Hole)[] | undefined {
    const last = this.#last;
    const before = this.#before;
    if (before === undefined || last === undefined) return undefined;
    if (events.some(({ seq }) => seq >= before)) return undefined;
    this.#before = undefined;
    const wanted = rising(events, last);
    const first = wanted[0];
    const olderMissing = first !== undefined && first.seq > last + 1 && more;
    if (olderMissing && this.#step > MAX_HISTORY_PAGE) {
      this.#step = Math.max(MAX_HISTORY_PAGE, Math.ceil(this.#step / 2));
      return [];
    }
    if (first !== undefined) this.#parts.push(wanted);
    for (const event of wanted) this.#partChars += textChars(event);
    if (olderMissing && this.#partChars < MAX_HELD_CHARS) return [];
    const given: (RoomEvent | Hole)[] = [];
    const nothing = this.#parts.length === 0;
    this.#step = nothing ? this.#step * 2 : MAX_HISTORY_PAGE;
    // What came while the page was awaited is not given up, although the page has it not.
    const end = nothing ? Math.min(before, this.#gapEnd()) : (this.#parts[0]?.at(-1)?.seq ?? 0) + 1;
    for (const part of this.#parts.reverse()) {
      for (const event of part) {
        this.#release(given);
        this.#give(event, given);
      }
    }
    this.#forgetParts();
    this.#giveUpTo(end - 1);
    this.#release(given);
    if (!this.behind) this.#tellMissed(given);
    return given;
  }

  /** The page that was asked for did not come: {@linkcode next} will ask for it again. */
  askAgain(): void {
    this.#before = undefined;
  }

  /**
   * The server does not give what is missing: does without it.
   *
   * @returns What can be given out now, in order.
   */
  giveUp(): (RoomEvent | Hole)[] {
    const given: (RoomEvent | Hole)[] = [];
    if (this.#last === undefined || !this.behind) return given;
    this.#giveUpTo(this.#gapEnd() - 1);
    this.#before = undefined;
    this.#forgetParts();
    this.#release(given);
    this.#tellMissed(given);
    return given;
  }

  /** Gives out what was held and now follows without a hole. */
  #release(given: (RoomEvent | Hole)[]): void {
    for (;;) {
      const event = this.#held.get((this.#last ?? 0) + 1);
      if (event === undefined) break;
      this.#give(event, given);
    }
    if (this.#held.size === 0) this.#heldChars = 0;
  }

  #hold(event: RoomEvent): void {
    const share = this.#share();
    if (this.#held.size >= share * MAX_HELD_EVENTS) return;
    if (this.#heldChars >= share * MAX_HELD_CHARS) return;
    this.#held.set(event.seq, event);
    this.#heldChars += textChars(event);
  }

  /** `seq` of the first event after the gap. */
  #gapEnd(): number {
    let end = this.#head + 1;
    for (const seq of this.#held.keys()) if (seq > (this.#last ?? 0)) end = Math.min(end, seq);
    return end;
  }

  #give(event: RoomEvent, given: (RoomEvent | Hole)[]): void {
    if (event.seq <= (this.#last ?? 0)) return;
    this.#giveUpTo(event.seq - 1);
    this.#tellMissed(given);
    given.push(event);
    this.#held.delete(event.seq);
    this.#last = event.seq;
    this.#lastGiven = event;
  }

  #giveUpTo(seq: number): void {
    const last = this.#last ?? 0;
    if (seq <= last) return;
    this.#missedFrom ??= last + 1;
    this.#last = seq;
  }

  /** One report for neighbouring holes. */
  #tellMissed(given: (RoomEvent | Hole)[]): void {
    if (this.#missedFrom === undefined) return;
    given.push({ type: "missed", from: this.#missedFrom, to: this.#last ?? 0 });
    this.#missedFrom = undefined;
  }

  #forget(): void {
    this.#before = undefined;
    this.#forgetParts();
    this.#step = MAX_HISTORY_PAGE;
    this.#held = new Map();
    this.#heldChars = 0;
  }
  #forgetParts(): void {
    this.#parts = [];
    this.#partChars = 0;
  }
}

/** The events of a page that are new, each place once: a page may be wrong in every way. */
function rising(events: readonly RoomEvent[], after: number): RoomEvent[] {
  const found: RoomEvent[] = [];
  for (const event of events) if (event.seq > (found.at(-1)?.seq ?? after)) found.push(event);
  return found;
}

function textChars(event: RoomEvent): number {
  return event.type === "message" ? event.text.length : 0;
}
