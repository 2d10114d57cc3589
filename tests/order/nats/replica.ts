/**
 * One of several servers, without people: a state, a store and an order over a stream.
 *
 * @module
 */

import type { SavedState } from "../../../src/order/nats/checkpoint.ts";
import { ClusterStore } from "../../../src/order/nats/cluster_store.ts";
import { NatsOrder } from "../../../src/order/nats/nats_order.ts";
import type { People } from "../../../src/order/nats/nats_order_options.ts";
import { restoreState } from "../../../src/order/nats/checkpoint.ts";
import { savedText } from "../../../src/order/nats/saved_text.ts";
import { State } from "../../../src/order/state.ts";
import type { LogEvent } from "../../../src/protocol/messages.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import type { Store } from "../../../src/store/store.ts";
import { Steps } from "../../../src/store/steps.ts";
import { finish } from "../../../src/store/room_store.ts";
import type { Clock } from "../../../src/clock.ts";
import type { MemoryNats, MemoryStream } from "./memory_stream.ts";

/** Nobody is told of anything. */
export const NOBODY: People = {
  taken() {},
  removed() {},
  moved() {},
  lost() {},
  waited() {},
  newRules() {},
};

/** How a {@linkcode Replica} is made. */
export interface ReplicaOptions {
  readonly clock: Clock;
  readonly people?: People;
  /** The newest rules that it knows. */
  readonly rules?: number;
  /** Default: it throws. */
  readonly onFatal?: (why: string) => void;
  /** What it makes of a batch that it hears; default: what it is. */
  readonly reads?: (batch: Uint8Array) => Uint8Array;
  /** Keeps what happens; default: a memory. */
  readonly store?: Store;
  /** Default: it begins with the stream. */
  readonly from?: { readonly seq: number; readonly saved: SavedState };
}

let born = 0;

export class Replica {
  readonly state: State;
  readonly store: ClusterStore;
  readonly order: NatsOrder;
  readonly stream: MemoryStream;

  constructor(
    nats: MemoryNats,
    { clock, people = NOBODY, from, store, reads = (batch) => batch, ...more }: ReplicaOptions,
  ) {
    this.store = new ClusterStore(store ?? new MemoryStore({ lobbyLog: nats.id }));
    if (from !== undefined) this.store.begin(from.saved);
    this.state = new State(this.store, 0, { maxRooms: 4 });
    if (from !== undefined) restoreState(this.state, from.saved);
    this.stream = nats.open({
      onBatch: (seq, batch, atMs) => this.order.heard(seq, reads(batch), atMs),
      onConnected() {},
      onFault() {},
    });
    this.order = new NatsOrder({
      state: this.state,
      store: this.store,
      stream: this.stream,
      clock,
      people,
      newName: () => `s${++born}`,
      onFault: (error) => {
        throw error;
      },
      onStuck() {},
      onForeign() {},
      onStoreState: (error) => {
        if (error !== null && store === undefined) throw error;
      },
      onFatal: (why) => {
        throw new Error(why);
      },
      ...more,
      atMs: from?.saved.atMs,
    });
    void this.stream.start({ seq: from?.seq ?? 0, hash: null });
    this.order.begin();
  }

  /** All that servers share. */
  get saved(): SavedState {
    return savedOf(this);
  }

  /** What is in the logs, of all rooms that there are. */
  get logs(): Record<string, LogEvent[]> {
    return logsOf(this.state);
  }
}

/** All that servers share, as one of them has it. */
export function savedOf(
  { state, store, order }: Pick<Replica, "state" | "store" | "order">,
): SavedState {
  const at = { atMs: order.atMs, newestRoomId: store.newestRoomId };
  const parts = finish(savedText(state, at, new Steps()));
  const decoder = new TextDecoder();
  const saved: SavedState = JSON.parse(parts.map((part) => decoder.decode(part)).join(""));
  const isHere = (hash: string) => (state.sessions.get(hash)?.member ?? null) !== null;
  // Of those that are not about to go the order says nothing, and is another one on each server.
  const leaving = saved.sessions.filter(({ hash, ids }) => ids.length === 0 && !isHere(hash));
  const others = saved.sessions.filter((session) => !leaving.includes(session));
  others.sort((a, b) => a.hash < b.hash ? -1 : 1);
  return { ...saved, sessions: [...others, ...leaving] };
}

/** What is in the logs, of all rooms that there are. */
export function logsOf({ rooms }: State): Record<string, LogEvent[]> {
  return Object.fromEntries(
    [...rooms.all()].map((room) => [room.logId, finish(room.store.pageAfter(0, 100_000)).events]),
  );
}
