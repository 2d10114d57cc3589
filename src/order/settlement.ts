/**
 * What happens with a batch once it has its place, in any kind of order: the reducer applies it,
 * the store keeps its events, the rooms show them, and each proposer is told. The store assigns
 * each `seq`; the reducer only predicts it, to note ids before the commit.
 *
 * @module
 */

import type { LogEvent } from "../protocol/messages.ts";
import type { Room } from "../room/room.ts";
import { isoOf } from "../store/events.ts";
import type { Note, Store } from "../store/store.ts";
import { refused } from "./batch.ts";
import type { Happened, Proposer, Verdict } from "./order.ts";
import type { Proposal } from "./proposals.ts";
import { Reducer } from "./reducer.ts";
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
  /** Changed by the reducer alone. Its rooms show what is stored. */
  readonly state: State;
  /** Keeps the events. */
  readonly store: Store;
  /**
   * The time by which mutes, sessions and the like are over, in milliseconds since 1970; default:
   * the batch's. It need not follow a wall clock that jumps.
   */
  readonly trustedMs?: (() => number) | undefined;
  /** Told of a proposer that has thrown: a mistake in the program. */
  readonly onFault: (error: unknown) => void;
  /**
   * Told of all verdicts of a batch when their events are in the logs, before their proposers are,
   * and before the readers of the rooms are woken. Default: nobody is.
   */
  readonly onVerdicts?: ((verdicts: readonly Verdict[]) => void) | undefined;
  /** Told of each failure of the store, and with null of each success. */
  readonly onStoreState: (error: unknown) => void;
  /**
   * A batch happens in any case, since it has happened elsewhere: when the store refuses it, it is
   * to be settled again. Default: it comes to nothing then.
   */
  readonly happensAnyway?: boolean;
}

/** Leaves that have happened and that the store has refused. */
interface Owed {
  /** What is to be told when they are stored. */
  readonly leaves: { readonly proposer: Proposer | null; readonly verdict: Verdict }[];
  /** What is to be stored with them. */
  readonly notes: Note[];
}

/** Settles batches, one after the other. */
export class Settlement {
  readonly #options: SettlementOptions;
  readonly #reducer: Reducer;
  /** They go first as soon as the store recovers. */
  #owed: Owed = { leaves: [], notes: [] };

  /** Nothing is owed. */
  constructor(options: SettlementOptions) {
    this.#options = options;
    this.#reducer = new Reducer(options.state);
  }

  /** Some leaves are still to be stored. */
  get owes(): boolean {
    return this.#owed.leaves.length > 0;
  }

  /**
   * Settles a batch.
   *
   * @param batch In its order; may be empty, when something is owed.
   * @param atMs Its time, in milliseconds since 1970.
   * @returns False: nothing has changed, and nobody was told: see `happensAnyway`.
   * @throws {Error} Only with `happensAnyway`, when it cannot be reduced: nothing has changed.
   */
  settle(batch: readonly Queued[], atMs: number): boolean {
    const owed = this.#owed;
    const at = isoOf(atMs);
    let verdicts: Verdict[];
    try {
      verdicts = this.#reduce(batch, atMs, at);
    } catch (error) {
      this.#reducer.undo();
      // What has happened elsewhere cannot be reduced: that gets no better.
      if (this.#options.happensAnyway) throw error;
      // The store has no number for a new room.
      return this.#reject(batch, atMs, error);
    }
    const entries = entriesOf(owed.leaves, verdicts);
    const { notes } = this.#reducer;
    let events: LogEvent[] = [];
    if (entries.length + notes.length + owed.notes.length > 0) {
      const all = owed.notes.length === 0 ? notes : [...owed.notes, ...notes];
      try {
        events = this.#options.store.append(entries, at, all);
      } catch (error) {
        return this.#reject(batch, atMs, error);
      }
      this.#options.onStoreState(null);
    }
    if (this.owes) this.#owed = { leaves: [], notes: [] };
    this.#reducer.commit();
    // Shown first, since proposers ask where their events are; woken last, since a plain client
    // says there which of them its cursor passes over.
    const rooms = show(entries, events);
    const { onVerdicts } = this.#options;
    if (onVerdicts !== undefined) {
      this.#guard(() => {
        if (owed.leaves.length > 0) onVerdicts(owed.leaves.map(({ verdict }) => verdict));
        onVerdicts(verdicts);
      });
    }
    for (const { proposer, verdict } of owed.leaves) this.#tell(proposer, [verdict]);
    this.#tellAll(batch, verdicts);
    for (const room of this.#tellParted()) if (!rooms.includes(room)) rooms.push(room);
    for (const room of rooms) room.wake();
    for (const room of this.#reducer.gone) room.close();
    return true;
  }

  /** Tells of proposals that no order will settle any more. */
  abandon(batch: readonly Queued[]): void {
    for (const { proposal, proposer } of batch) {
      this.#tell(proposer, [refused("unavailable", proposal)]);
    }
  }

  #reduce(batch: readonly Queued[], atMs: number, at: string): Verdict[] {
    this.#reducer.begin({ atMs: this.#options.trustedMs?.() ?? atMs, at });
    return batch.map(({ proposal }) => this.#reducer.reduce(proposal));
  }

  /** Gives each proposer, in one call, the verdicts of its consecutive proposals. */
  #tellAll(batch: readonly Queued[], verdicts: readonly Verdict[]): void {
    for (let first = 0, end = 0; first < batch.length; first = end) {
      const { proposer } = batch[first]!;
      let isRead = proposer?.readsOwn === true;
      for (; end < batch.length && batch[end]!.proposer === proposer; end++) {
        isRead &&= verdicts[end]!.type === "happened";
      }
      if (isRead) continue;
      const isAll = first === 0 && end === batch.length;
      this.#tell(proposer, isAll ? verdicts : verdicts.slice(first, end));
    }
  }

  /** Tells those who have come out of a room. @returns Out of which. */
  #tellParted(): Room[] {
    return this.#reducer.parted.map(({ member, parting }) => {
      this.#guard(() => member.recipient?.parted(parting));
      return parting.room;
    });
  }

  /**
   * The store has refused the batch: it is undone, and its proposers are told. A leave happens in
   * any case.
   */
  #reject(batch: readonly Queued[], atMs: number, error: unknown): boolean {
    this.#reducer.undo();
    this.#options.onStoreState(error);
    if (this.#options.happensAnyway) return false;
    const leaves = batch.filter(({ proposal }) => proposal.type === "leave");
    for (const [index, verdict] of this.#reduce(leaves, atMs, isoOf(atMs)).entries()) {
      const { proposer } = leaves[index]!;
      if (verdict.type === "done") this.#owed.leaves.push({ proposer, verdict });
    }
    this.#owed.notes.push(...this.#reducer.notes);
    for (const room of this.#reducer.gone) room.close();
    this.#reducer.commit();
    this.abandon(batch.filter(({ proposal }) => proposal.type !== "leave"));
    return true;
  }

  #tell(proposer: Proposer | null, verdicts: readonly Verdict[]): void {
    if (proposer !== null && verdicts.length > 0) this.#guard(() => proposer.settled(verdicts));
  }

  /**
   * One proposer's mistake must not keep the others from hearing: a flush has no caller who could
   * catch it.
   */
  #guard(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#options.onFault(error);
    }
  }
}

/** What verdicts bring into the logs. */
function entriesOf(
  leaves: Owed["leaves"],
  verdicts: readonly Verdict[],
): readonly Happened[] {
  // Most batches hold nothing but what people have said.
  if (leaves.length === 0 && verdicts.every(isEvent)) return verdicts;
  const entries: Happened[] = [];
  for (const { verdict } of leaves) addEntries(entries, verdict);
  for (const verdict of verdicts) addEntries(entries, verdict);
  return entries;
}

function isEvent(verdict: Verdict): verdict is Happened {
  return verdict.type === "happened";
}

/** Adds what a verdict brings into the logs. */
function addEntries(entries: Happened[], verdict: Verdict): void {
  switch (verdict.type) {
    case "happened":
      entries.push(verdict);
      return;
    case "entered":
      if (verdict.joined !== null) entries.push(verdict.joined);
      return;
    case "joined":
      entries.push(...verdict.left);
      for (const room of verdict.rooms) addEntries(entries, room);
      return;
    case "done":
      entries.push(...verdict.events);
  }
}

/** Puts events into the logs of their rooms. @returns The rooms, each once. */
function show(entries: readonly Happened[], events: LogEvent[]): Room[] {
  const first = entries[0]?.inRoom;
  if (first === undefined) return [];
  let isOne = true;
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index]!;
    entry.event = events[index]!;
    if (entry.inRoom !== first) isOne = false;
  }
  if (isOne) {
    first.show(events);
    return [first];
  }
  const byRoom = new Map<Room, LogEvent[]>();
  for (const { inRoom, event } of entries) {
    const its = byRoom.get(inRoom);
    if (its === undefined) byRoom.set(inRoom, [event]);
    else its.push(event);
  }
  for (const [room, its] of byRoom) room.show(its);
  return [...byRoom.keys()];
}
