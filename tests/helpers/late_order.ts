/**
 * An order that settles later, as one over a network does: in another turn, in batches of its own
 * making, and a batch may come to nothing and be proposed again. Everything of the program has to
 * work behind it.
 *
 * @module
 */

import type { Order, Proposer } from "../../src/order/order.ts";
import type { Proposal } from "../../src/order/proposals.ts";
import { Reducer } from "../../src/order/reducer.ts";
import type { LocalOrderOptions } from "../../src/order/local.ts";
import { type Queued, Settlement } from "../../src/order/settlement.ts";
import { RULES } from "../../src/order/state.ts";
import { isoOf } from "../../src/store/events.ts";

/** A batch settles after so many milliseconds, or fewer. */
const MAX_DELAY_MS = 8;

/** Every so manieth batch fails at first. */
const FAILS_EVERY = 3;

/**
 * Proposals of one batch at most, and a step that gives large and small ones: they end anywhere.
 */
const MAX_BATCH = 500;
const BATCH_STEP = 97;

/** An order that settles later. */
export class LateOrder implements Order {
  readonly #options: LocalOrderOptions;
  readonly #settlement: Settlement;
  #queue: Queued[] = [];
  #afterwards: { readonly settled: number; readonly then: () => void }[] = [];
  #proposed = 0;
  #settled = 0;
  #batches = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Nothing is pending. */
  constructor(options: LocalOrderOptions) {
    this.#options = options;
    this.#settlement = new Settlement(options);
    options.state.rules = RULES;
  }

  get pending(): number {
    return this.#proposed - this.#settled;
  }

  propose(proposal: Proposal, proposer: Proposer | null): void {
    this.#queue.push({ proposal, proposer });
    this.#proposed++;
    this.#later();
  }

  whenSettled(then: () => void): void {
    if (this.#settled === this.#proposed) then();
    else this.#afterwards.push({ settled: this.#proposed, then });
  }

  /** Only what is owed: the rest comes when it comes. */
  flush(): void {
    if (this.#settlement.owes && this.#queue.length === 0) {
      this.#settlement.settle([], this.#options.nowMs());
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#settlement.abandon(this.#queue);
    this.#settled = this.#proposed;
    this.#queue = [];
    this.#callBack();
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#settleSome();
      if (this.#queue.length > 0) this.#later();
    }, this.#batches % MAX_DELAY_MS);
  }

  #settleSome(): void {
    if (++this.#batches % FAILS_EVERY === 0) return this.#failOnce();
    const batch = this.#queue.splice(0, 1 + this.#batches * BATCH_STEP % MAX_BATCH);
    this.#settlement.settle(batch, this.#options.nowMs());
    this.#settled += batch.length;
    this.#callBack();
  }

  /** As when what was folded could not be kept: it is undone, and comes again. */
  #failOnce(): void {
    const { state, nowMs } = this.#options;
    const reducer = new Reducer(state);
    reducer.begin({ atMs: nowMs(), at: isoOf(nowMs()) });
    for (const { proposal } of this.#queue) reducer.reduce(proposal);
    reducer.undo();
  }

  #callBack(): void {
    const due = this.#afterwards.filter(({ settled }) => settled <= this.#settled);
    this.#afterwards = this.#afterwards.filter(({ settled }) => settled > this.#settled);
    for (const { then } of due) then();
  }
}
