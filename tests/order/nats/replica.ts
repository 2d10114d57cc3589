/**
 * One of several servers, without people: a state, a store and an order over a stream.
 *
 * @module
 */

import { type SavedState, savedState } from "../../../src/order/nats/checkpoint.ts";
import { ClusterStore } from "../../../src/order/nats/cluster_store.ts";
import { NatsOrder, type People } from "../../../src/order/nats/nats_order.ts";
import { restoreState } from "../../../src/order/nats/checkpoint.ts";
import { State } from "../../../src/order/state.ts";
import type { LogEvent } from "../../../src/protocol/messages.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import { finish } from "../../../src/store/store.ts";
import type { Clock } from "../../../src/clock.ts";
import type { MemoryNats, MemoryStream } from "./memory_stream.ts";

/** Nobody is told of anything. */
export const NOBODY: People = { taken() {}, removed() {}, moved() {}, lost() {}, waited() {} };

/** How a {@linkcode Replica} is made. */
export interface ReplicaOptions {
  readonly clock: Clock;
  readonly people?: People;
  /** The newest rules that it knows. */
  readonly rules?: number;
  /** Default: it throws. */
  readonly onFatal?: (why: string) => void;
  /** Default: it begins with the stream. */
  readonly from?: { readonly seq: number; readonly saved: SavedState };
}

let born = 0;

export class Replica {
  readonly state: State;
  readonly store: ClusterStore;
  readonly order: NatsOrder;
  readonly stream: MemoryStream;

  constructor(nats: MemoryNats, { clock, people = NOBODY, from, ...more }: ReplicaOptions) {
    this.store = new ClusterStore(new MemoryStore({ lobbyLog: nats.id }));
    if (from !== undefined) this.store.begin(from.saved);
    this.state = new State(this.store, 0, { maxRooms: 4 });
    if (from !== undefined) restoreState(this.state, from.saved);
    this.stream = nats.open({
      onBatch: (...heard) => this.order.heard(...heard),
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
      onHeld() {},
      onStoreState: (error) => {
        if (error !== null) throw error;
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
    return savedState(this.state, this.order.atMs, this.store.newestRoomId);
  }

  /** What is in the logs, of all rooms that there are. */
  get logs(): Record<string, LogEvent[]> {
    return Object.fromEntries(
      [...this.state.rooms.all()].map((room) => [
        room.logId,
        finish(room.store.pageAfter(0, 100_000)).events,
      ]),
    );
  }
}
