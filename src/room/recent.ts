/**
 * Which of the newest events are messages: history on joining counts what people said, and the log
 * also holds their coming and going.
 *
 * @module
 */

import { MAX_HISTORY_PAGE } from "../protocol/limits.ts";

/**
 * Events that come with fewer messages than these: what lies between messages is left out over it.
 */
const MAX_EVENTS = MAX_HISTORY_PAGE;

/** How many are remembered; also the most that `--history` and a hello may ask for. */
export const RECENT_MESSAGES = 10_000;

/** Where a run of the newest messages begins, and what its heading says. */
export interface Run {
  /** `seq` of the first message. */
  readonly seq: number;
  /** How many messages. */
  readonly count: number;
  /** `at` of the first one. */
  readonly from: string;
  /** `at` of the last one. */
  readonly to: string;
  /**
   * Comings and goings that are left out, the oldest ones, so that it has at most 500 events, or as
   * many as messages were asked for: ranges of `seq`, rising, the second number not in it.
   */
  readonly leftOut: readonly (readonly [from: number, to: number])[];
}

/** A ring of the newest messages' `seq` and `at`. */
export class RecentMessages {
  readonly #seqs: number[] = [];
  readonly #ats: string[] = [];
  /** How many there have been; the next one goes to this index modulo the size. */
  #total = 0;

  /** Remembers a message, newer than all before. */
  add(seq: number, at: string): void {
    const index = this.#total % RECENT_MESSAGES;
    this.#seqs[index] = seq;
    this.#ats[index] = at;
    this.#total++;
  }

  /**
   * The newest messages.
   *
   * @param limit At most this many.
   * @param firstSeq None with a smaller `seq`.
   * @param endSeq Only those with a smaller `seq`: the first event that does not belong to it.
   * @param mostEvents Comings and goings between them are left out, so that it has at most this
   * many events; default: 500, or `limit` if that is more.
   * @returns Null when there is none.
   */
  newest(
    limit: number,
    firstSeq: number,
    endSeq: number,
    mostEvents: number = Math.max(limit, MAX_EVENTS),
  ): Run | null {
    const kept = this.#seqs.length;
    let later = 0;
    while (later < kept && this.#seqAt(later) >= endSeq) later++;
    const most = Math.min(limit, kept - later);
    let count = 0;
    while (count < most && this.#seqAt(later + count) >= firstSeq) count++;
    if (count === 0) return null;
    const first = (this.#total - later - count) % RECENT_MESSAGES;
    const last = (this.#total - 1 - later) % RECENT_MESSAGES;
    return {
      seq: this.#seqs[first]!,
      count,
      from: this.#ats[first]!,
      to: this.#ats[last]!,
      leftOut: this.#leftOut(later, { count, endSeq, most: mostEvents }),
    };
  }

  #leftOut(
    later: number,
    { count, endSeq, most }: {
      readonly count: number;
      readonly endSeq: number;
      readonly most: number;
    },
  ): [number, number][] {
    const leftOut: [number, number][] = [];
    let seq = this.#seqAt(later + count - 1);
    let extra = endSeq - seq - most;
    for (let back = later + count - 2; extra > 0 && back >= later - 1; back--) {
      const next = back >= later ? this.#seqAt(back) : endSeq;
      const cut = Math.min(extra, next - seq - 1);
      if (cut > 0) leftOut.push([seq + 1, seq + 1 + cut]);
      extra -= cut;
      seq = next;
    }
    return leftOut;
  }

  /** `seq` of a message, counted back from the newest, which is 0. */
  #seqAt(back: number): number {
    return this.#seqs[(this.#total - 1 - back) % RECENT_MESSAGES]!;
  }
}
