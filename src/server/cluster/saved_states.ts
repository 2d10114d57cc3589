/**
 * Saved states: a server that starts begins at one, and one of the servers saves one each hour.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import { readState, type SavedState, unattended } from "../../order/nats/checkpoint.ts";
import type { ClusterStore } from "../../order/nats/cluster_store.ts";
import type { NatsOrder } from "../../order/nats/nats_order.ts";
import { savedText } from "../../order/nats/saved_text.ts";
import {
  batchHash,
  type BatchStream,
  type Checkpoint,
  IDS_KEPT_MS,
  type StreamPosition,
} from "../../order/nats/stream.ts";
import { State } from "../../order/state.ts";
import { Steps } from "../../store/steps.ts";
import { LOBBY_ID, type Store } from "../../store/store.ts";
import { finish } from "../../store/room_store.ts";
import type { Logger } from "../logger.ts";
import { inTurns, pack, unpack } from "./packing.ts";

/** How often a state is saved, by one of the servers. */
const SAVE_MS = 60 * 60 * 1000;

/** Where that has failed, it is tried again after so long. */
const SAVE_AGAIN_MS = 60_000;

const encoder = new TextEncoder();

/** What {@linkcode SavedStates} work with. */
export interface SavedStatesOptions {
  /** Keeps them. */
  readonly stream: BatchStream;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. */
  readonly logger: Logger;
}

/** Where a server begins. */
export interface Beginning {
  /** The last message of the stream that the state includes. */
  readonly position: StreamPosition;
  /** What there is by then. */
  readonly state: SavedState;
}

/** What is saved, as it is now. */
export interface ToSave {
  /** It does not change while it is saved. */
  readonly order: NatsOrder;
  /** Its state. */
  readonly state: State;
  /** The newest batch that it includes. */
  readonly newest: { readonly seq: number; readonly bytes: Uint8Array };
  /** See `SavedState`. */
  readonly newestRoomId: number;
}

/** The saved states of a cluster: the position in a line, and the state after it. */
export class SavedStates {
  readonly #options: SavedStatesOptions;
  /** In milliseconds of the clock, since the wall clock may be set back; at once, if none is. */
  #dueAt = -Infinity;

  /** None has been looked at. */
  constructor(options: SavedStatesOptions) {
    this.#options = options;
  }

  /** Finds where a store can begin; null: at the first message of the stream. */
  async find(own: ClusterStore, store: Store): Promise<Beginning | null> {
    for (const { data } of await this.#candidates(store)) {
      const saved = await this.#read(data);
      if (saved !== null && own.begin(saved.state)) return saved;
    }
    return null;
  }

  /**
   * Saved states, the best first: a database needs the least from the newest. A memory has as much
   * of the past as it hears again: a day.
   */
  async #candidates(store: Store): Promise<Checkpoint[]> {
    const { clock, stream } = this.#options;
    const isMemory = store.room(LOBBY_ID).windowOnly;
    const candidates: Checkpoint[] = [];
    for await (const checkpoint of stream.checkpoints()) {
      // Whatever the wall clock says: within an hour.
      const oldMs = Math.max(0, clock.date().getTime() - checkpoint.atMs);
      if (candidates.push(checkpoint) === 1) this.#dueAt = clock.now() + SAVE_MS - oldMs;
      if (isMemory && clock.date().getTime() - checkpoint.atMs > IDS_KEPT_MS) break;
    }
    return isMemory ? candidates.reverse() : candidates;
  }

  /** What was saved; null: another version has, or it is broken, and an older one may do. */
  async #read(data: Uint8Array): Promise<Beginning | null> {
    try {
      const text = await unpack(data);
      const end = text.indexOf("\n");
      const position = JSON.parse(text.slice(0, end)) as StreamPosition;
      const state = readState(text.slice(end + 1));
      return state === null ? null : { position, state };
    } catch (error) {
      this.#options.logger.warn("saved state passed over", { error: String(error) });
      return null;
    }
  }

  /** Saves as the beginning of the stream what a server has left that stood alone. */
  async import(store: Store, newestRoomId: number): Promise<void> {
    const { clock, stream } = this.#options;
    const atMs = clock.date().getTime();
    const text = savedText(new State(store, atMs), { atMs, newestRoomId }, new Steps());
    const state = unattended(JSON.parse(await new Blob(finish(text)).text()));
    const position: StreamPosition = { seq: 0, hash: null };
    const parts = [head(position), encoder.encode(JSON.stringify(state))];
    await stream.saveCheckpoint(await pack(parts), 0);
  }

  /** Whether it is time to save one. */
  get isDue(): boolean {
    return this.#options.clock.now() >= this.#dueAt;
  }

  /** Saves a state. Never rejects: it is due again in a minute where it has failed. */
  async save({ order, state, newest, newestRoomId }: ToSave): Promise<void> {
    const { clock, logger, stream } = this.#options;
    this.#dueAt = clock.now() + SAVE_MS;
    const { seq, bytes } = newest;
    const goOn = order.pause();
    try {
      const steps = new Steps({ now: () => clock.now() });
      const text = savedText(state, { atMs: order.atMs, newestRoomId }, steps);
      const parts = await inTurns(text).finally(goOn);
      await stream.saveCheckpoint(
        await pack([head({ seq, hash: batchHash(bytes) }), ...parts]),
        seq,
      );
    } catch (error) {
      this.#dueAt = clock.now() + SAVE_AGAIN_MS;
      logger.warn("state not saved", { error: String(error) });
    }
  }
}

function head(position: StreamPosition): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${JSON.stringify(position)}\n`);
}
