/**
 * The order of a server that stands alone: the order in which its clients ask. Everything that was
 * proposed in one turn of the event loop is one batch, settled in a microtask at the end of it.
 *
 * First comes what happens with a batch once it has its place, in any kind of order: the reducer
 * applies it, the store keeps its events, the room shows them, and each proposer is told. The store
 * assigns each `seq`; the reducer only predicts it, to note ids before the commit.
 *
 * @module
 */

import type { LogEvent } from "../protocol/messages.ts";
import type { Room } from "../room/room.ts";
import { LOBBY, type Store } from "../store/store.ts";
import { isoOf } from "../store/events.ts";
import type { Order, Proposal, Proposer, Verdict } from "./order.ts";
import { type Accepted, type Outcome, Reducer } from "./reducer.ts";
import type { State } from "./state.ts";

/** A proposal on its way, and who waits for it. */
export interface Queued {
  /** What is proposed. */
  readonly proposal: Proposal;
  /** Who is told; null: nobody. */
  readonly proposer: Proposer | null;
}

/** What a {@linkcode Settlement} works with. */
export interface SettlementOptions {
  /** Changed by the reducer alone. */
  readonly state: State;
  /** Keeps the events. */
  readonly store: Store;
  /** Shows them. */
  readonly room: Room;
  /**
   * The time by which mutes, sessions and the like are over, in milliseconds since 1970; default: the
   * batch's. It need not follow a wall clock that jumps.
   */
  readonly trustedMs?: (() => number) | undefined;
  /** Told of a proposer that has thrown: a mistake in the program. */
  readonly onFault: (error: unknown) => void;
  /** Told of each failure of the store, and with null of each success. */
  readonly onStoreState: (error: unknown) => void;
}

/** Settles batches, one after the other. */
export class Settlement {
  readonly #options: SettlementOptions;
  readonly #reducer: Reducer;
  /** Leaves that have happened and that the store has refused: they go first as soon as it recovers. */
  #owed: { readonly entry: Accepted; readonly proposer: Proposer | null }[] = [];

  /** Nothing is owed. */
  constructor(options: SettlementOptions) {
    this.#options = options;
    this.#reducer = new Reducer(options.state);
  }

  /** Some leaves are still to be stored. */
  get owes(): boolean {
    return this.#owed.length > 0;
  }

  /**
   * Settles a batch. Never throws.
   *
   * @param batch In its order; may be empty, when something is owed.
   * @param atMs Its time, in milliseconds since 1970.
   */
  settle(batch: readonly Queued[], atMs: number): void {
    const { store, room } = this.#options;
    const owed = this.#owed;
    const outcomes = this.#reduce(batch, {
      atMs,
      firstSeq: store.room(LOBBY).lastSeq + 1 + owed.length,
    });
    const entries = owed.map(({ entry }) => entry);
    for (const outcome of outcomes) if ("draft" in outcome) entries.push(outcome);
    let events: LogEvent[] = [];
    const { notes } = this.#reducer;
    if (entries.length + notes.length > 0) {
      try {
        events = store.append(entries, isoOf(atMs), notes);
      } catch (error) {
        return this.#reject(batch, atMs, error);
      }
      this.#options.onStoreState(null);
    }
    this.#owed = [];
    this.#reducer.commit();
    // Shown first, since proposers ask where their events are; woken last, since a plain client
    // says there which of them its cursor passes over.
    room.show(events);
    for (const [index, { proposer }] of owed.entries()) this.#tell(proposer, [events[index]!]);
    this.#tellAll(batch, outcomes, events, owed.length);
    if (events.length > 0) room.wake();
  }

  /** Tells of proposals that no order will settle any more. */
  abandon(batch: readonly Queued[]): void {
    for (const { proposal, proposer } of batch) {
      this.#tell(proposer, [{ type: "refused", why: "unavailable", proposal, seq: 0 }]);
    }
  }

  #reduce(batch: readonly Queued[], at: { atMs: number; firstSeq: number }): Outcome[] {
    this.#reducer.begin({ ...at, atMs: this.#options.trustedMs?.() ?? at.atMs });
    const outcomes: Outcome[] = [];
    for (const { proposal } of batch) outcomes.push(this.#reducer.reduce(proposal));
    return outcomes;
  }

  /** Gives each proposer, in one call, the results of its consecutive proposals. */
  #tellAll(
    batch: readonly Queued[],
    outcomes: readonly Outcome[],
    events: readonly LogEvent[],
    firstEvent: number,
  ): void {
    let next = firstEvent;
    for (let index = 0; index < batch.length;) {
      const { proposer } = batch[index]!;
      const verdicts: Verdict[] = [];
      while (index < batch.length && batch[index]!.proposer === proposer) {
        const outcome = outcomes[index++]!;
        verdicts.push("draft" in outcome ? verdictOf(outcome, events[next++]!) : outcome);
      }
      this.#tell(proposer, verdicts);
    }
  }

  /**
   * The store has refused the batch: it is undone, and its proposers are told. A leave happens in
   * any case.
   */
  #reject(batch: readonly Queued[], atMs: number, error: unknown): void {
    this.#reducer.undo();
    this.#options.onStoreState(error);
    const leaves = batch.filter(({ proposal }) => proposal.type === "leave");
    const firstSeq = this.#options.store.room(LOBBY).lastSeq + 1 + this.#owed.length;
    for (const [index, outcome] of this.#reduce(leaves, { atMs, firstSeq }).entries()) {
      const { proposer } = leaves[index]!;
      if ("draft" in outcome) this.#owed.push({ entry: outcome, proposer });
    }
    this.#reducer.commit();
    this.abandon(batch.filter(({ proposal }) => proposal.type !== "leave"));
  }

  /**
   * One proposer's mistake must not keep the others from hearing: a flush has no caller who could
   * catch it.
   */
  #tell(proposer: Proposer | null, verdicts: readonly Verdict[]): void {
    if (proposer === null || verdicts.length === 0) return;
    try {
      proposer.settled(verdicts);
    } catch (error) {
      this.#options.onFault(error);
    }
  }
}

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

function verdictOf(outcome: Accepted, event: LogEvent): Verdict {
  const { joined: member } = outcome;
  return member === null ? event : { type: "joined", member, event };
}
