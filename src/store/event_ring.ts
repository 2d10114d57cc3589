/**
 * The newest events of one kind, rising by `seq`, with holes where events of other kinds are.
 *
 * @module
 */

import type { LogEvent } from "../protocol/messages.ts";

/** A ring of events: the newest push out the oldest. */
export class EventRing {
  readonly #most: number;
  readonly #slots: (LogEvent | undefined)[] = [];
  /** What each of them takes: so that none that goes has to be looked at again, long after. */
  readonly #sizes: number[] = [];
  /** Where the oldest is. */
  #start = 0;
  #size = 0;
  #bytes = 0;
  /** Kept whole, since looking at what is so old takes as long as all else here. */
  #dropped: LogEvent | undefined;

  /**
   * An empty ring.
   *
   * @param most Events that it holds, 1 or more.
   */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** What they take together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `seq` of the newest event that was pushed out, 0 when none was. */
  get droppedSeq(): number {
    return this.#dropped?.seq ?? 0;
  }

  /**
   * One of the events.
   *
   * @param index 0 for the oldest.
   * @returns Undefined beyond the newest.
   */
  at(index: number): LogEvent | undefined {
    return index < 0 || index >= this.#size ? undefined : this.#slots[this.#slotOf(index)];
  }

  /**
   * How many events have a smaller `seq`; also the index of the first that has not.
   *
   * @param seq Any number.
   */
  countBefore(seq: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.at(middle)?.seq ?? Infinity) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Adds an event that is newer than all; the oldest may have to go.
   *
   * @param bytes What it takes.
   */
  push(event: LogEvent, bytes: number): void {
    if (this.#size === this.#most) this.dropOldest();
    const slot = this.#slotOf(this.#size);
    this.#slots[slot] = event;
    this.#sizes[slot] = bytes;
    this.#bytes += bytes;
    this.#size++;
  }

  /**
   * Puts another event in the place of the one with its `seq`; does nothing where there is none.
   *
   * @param bytes What it takes.
   */
  replace(event: LogEvent, bytes: number): void {
    const index = this.countBefore(event.seq);
    if (this.at(index)?.seq !== event.seq) return;
    const slot = this.#slotOf(index);
    this.#slots[slot] = event;
    this.#bytes += bytes - this.#sizes[slot]!;
    this.#sizes[slot] = bytes;
  }

  /** Lets the oldest go, if there is one. */
  dropOldest(): void {
    if (this.#size === 0) return;
    this.#dropped = this.#slots[this.#start];
    this.#slots[this.#start] = undefined;
    this.#bytes -= this.#sizes[this.#start]!;
    this.#start = this.#slotOf(1);
    this.#size--;
  }

  /** Forgets all. */
  clear(): void {
    this.#slots.length = 0;
    this.#sizes.length = 0;
    this.#start = 0;
    this.#size = 0;
    this.#bytes = 0;
  }

  #slotOf(index: number): number {
    const slot = this.#start + index;
    return slot < this.#most ? slot : slot - this.#most;
  }
}
