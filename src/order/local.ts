/**
 * The order of a server that stands alone: the order in which its clients ask. Everything that was
 * proposed in one turn of the event loop is one batch, settled in a microtask at the end of it.
 *
 * @module
 */

import type { Order, Proposer } from "./order.ts";
import type { Proposal } from "./proposals.ts";
import { type Queued, Settlement, type SettlementOptions } from "./settlement.ts";
import { RULES } from "./state.ts";

/** What a {@linkcode LocalOrder} works with. */
export interface LocalOrderOptions extends SettlementOptions {
  /** The time, in milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Settles in the turn of proposing. */
export class LocalOrder implements Order {
  readonly #settlement: Settlement;
  readonly #nowMs: () => number;
  readonly #onFault: (error: unknown) => void;
  #queue: Queued[] = [];
  #afterwards: (() => void)[] = [];
  #closed = false;
  readonly #flush = (): void => this.flush();

  /** Nothing is pending. */
  constructor(options: LocalOrderOptions) {
    this.#settlement = new Settlement(options);
    this.#nowMs = options.nowMs;
    this.#onFault = options.onFault;
    // There is nobody to wait for.
    options.state.rules = RULES;
  }

  /** See {@linkcode Order.pending}. */
  get pending(): number {
    return this.#queue.length;
  }

  /** See {@linkcode Order.propose}. */
  propose(proposal: Proposal, proposer: Proposer | null): void {
    if (this.#closed) return;
    if (this.#queue.push({ proposal, proposer }) === 1) queueMicrotask(this.#flush);
  }

  /** See {@linkcode Order.whenSettled}. */
  whenSettled(then: () => void): void {
    if (this.#queue.length === 0) then();
    else this.#afterwards.push(then);
  }

  /** See {@linkcode Order.flush}. */
  flush(): void {
    const queue = this.#queue;
    const afterwards = this.#afterwards;
    this.#queue = [];
    this.#afterwards = [];
    if (queue.length > 0 || this.#settlement.owes) this.#settlement.settle(queue, this.#nowMs());
    for (const call of afterwards) {
      try {
        call();
      } catch (error) {
        this.#onFault(error);
      }
    }
  }

  /** See {@linkcode Order.close}. */
  close(): void {
    this.#closed = true;
    this.#settlement.abandon(this.#queue);
    this.#queue = [];
    this.flush();
  }
}
