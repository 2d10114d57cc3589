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
  /** Where the oldest is. */
  #start = 0;
  #size = 0;
  #droppedSeq = 0;

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

  /** `seq` of the newest event that was pushed out, 0 when none was. */
  get droppedSeq(): number {
    return this.#droppedSeq;
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
   * Adds an event that is newer than all.
   *
   * @returns The one that had to go, if any.
   */
  push(event: LogEvent): LogEvent | undefined {
    const dropped = this.#size === this.#most ? this.dropOldest() : undefined;
    this.#slots[this.#slotOf(this.#size)] = event;
    this.#size++;
    return dropped;
  }

  /**
   * Puts another event in the place of the one with its `seq`.
   *
   * @returns The one before; undefined, and nothing is changed, where there is none.
   */
  replace(event: LogEvent): LogEvent | undefined {
    const index = this.countBefore(event.seq);
    const before = this.at(index);
    if (before?.seq !== event.seq) return undefined;
    this.#slots[this.#slotOf(index)] = event;
    return before;
  }

  /** Lets the oldest go, if there is one, and returns it. */
  dropOldest(): LogEvent | undefined {
    const oldest = this.at(0);
    if (oldest === undefined) return undefined;
    this.#slots[this.#start] = undefined;
    this.#start = (this.#start + 1) % this.#most;
    this.#size--;
    this.#droppedSeq = oldest.seq;
    return oldest;
  }

  /** Forgets all. */
  clear(): void {
    this.#slots.length = 0;
    this.#start = 0;
    this.#size = 0;
  }

  #slotOf(index: number): number {
    return (this.#start + index) % this.#most;
  }
}
