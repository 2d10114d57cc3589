/**
 * A server that holds its rooms together with others, on a stream: what it begins with, what it
 * does each second, and what it says while it is cut off.
 *
 * This folder is loaded only with `--nats`.
 *
 * @module
 */

import process from "node:process";
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import { Alive } from "../../order/nats/alive.ts";
import {
  readState,
  restoreState,
  type SavedState,
  savedState,
  unattended,
} from "../../order/nats/checkpoint.ts";
import { ClusterStore } from "../../order/nats/cluster_store.ts";
import { deliverElsewhere, takeDirects } from "../../order/nats/direct.ts";
import { NatsOrder } from "../../order/nats/nats_order.ts";
import {
  batchHash,
  type BatchStream,
  type Checkpoint,
  IDS_KEPT_MS,
  type StreamFault,
  type StreamHandlers,
  type StreamPosition,
} from "../../order/nats/stream.ts";
import { State } from "../../order/state.ts";
import type { LocalOrderOptions } from "../../order/local.ts";
import type { DirectOutcome, Order } from "../../order/order.ts";
import type { PrivateEvent } from "../../protocol/messages.ts";
import type { Member } from "../../room/room.ts";
import { LOBBY_ID, type Store } from "../../store/store.ts";
import type { Elsewhere, OrderFigures, ServerContext } from "../context.ts";
import type { Logger } from "../logger.ts";
import { pack, unpack } from "./packing.ts";
import { LocalPeople } from "./people.ts";

/** A batch of ours that has not come back for so long: we are cut off. */
const UNSEEN_MS = 3_000;

/** How often a state is saved, by one of the servers. */
const SAVE_MS = 60 * 60 * 1000;

/** Where that has failed, it is tried again after so long. */
const SAVE_AGAIN_MS = 60_000;

const CUT_OFF = "This server has lost touch with the others. What you send is kept until it is " +
  "in touch again. You can go on reading what was said before.";

const BACK = "This server is in touch with the others again.";

/** What a {@linkcode Cluster} works with. */
export interface ClusterOptions {
  /** Connects to the stream. */
  readonly open: (handlers: StreamHandlers) => Promise<BatchStream>;
  /** The stream is new, and begins with what the database has; default: it does not. */
  readonly isImport?: boolean;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. */
  readonly logger: Logger;
  /** Told once that the server has to stop, and why, in one line. */
  readonly onFatal: (why: string) => void;
}

/** What a saved state holds. */
interface Saved {
  readonly position: StreamPosition;
  /** See `SavedState`, as text: another version may not be read. */
  readonly state: string;
}

/** The servers that hold the same rooms, as one of them sees the others. */
export class Cluster implements Elsewhere {
  readonly #options: ClusterOptions;
  readonly #people: LocalPeople;
  #stream!: BatchStream;
  #store: ClusterStore | null = null;
  #state: SavedState | null = null;
  #position: StreamPosition = { seq: 0, hash: null };
  #order: NatsOrder | null = null;
  #alive: Alive | null = null;
  #server: ServerContext | null = null;
  /** The newest batch, for the position of a saved state. */
  #newest: { readonly seq: number; readonly bytes: Uint8Array } | null = null;
  #savedAtMs = 0;
  /** Stops listening for the name that this server has. */
  #endDirects: (() => void) | null = null;
  #isConnected = false;
  #isCutOff = true;

  private constructor(options: ClusterOptions) {
    this.#options = options;
    this.#people = new LocalPeople();
  }

  /** Connects. @throws {Failure} When that is of no use. */
  static async open(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    cluster.#stream = await options.open({
      onBatch: (...heard) => cluster.#heard(...heard),
      onConnected: (isConnected) => cluster.#connected(isConnected),
      onFault: (fault) => cluster.#fault(fault),
    });
    return cluster;
  }

  /** Identifies the log of the lobby: that of the stream. */
  get logId(): string {
    return this.#stream.id;
  }

  /** See {@linkcode Elsewhere}. */
  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  /** See {@linkcode Elsewhere}. */
  get nowMs(): number {
    return this.#order!.nowMs;
  }

  /** See {@linkcode Elsewhere}. */
  get allBack(): Promise<void> {
    return this.#order!.allBack;
  }

  /** See {@linkcode Elsewhere}. */
  get figures(): OrderFigures {
    const { lag, commits, commitSeconds } = this.#order!;
    return { lag: lag + this.#stream.behind, commits, commitSeconds };
  }

  /**
   * Finds out where this server begins: at a saved state, or at the first message of the stream.
   *
   * @param store Its lobby has the log {@linkcode Cluster.logId}.
   * @returns The store for the server.
   */
  async begin(store: Store): Promise<Store> {
    const own = this.#store = new ClusterStore(store);
    if (this.#options.isImport) await this.#import(store, own.newestKept);
    for (const { data } of await this.#candidates(store)) {
      const saved = await this.#read(data);
      if (saved === null || !own.begin(saved.state)) continue;
      this.#state = saved.state;
      this.#position = saved.position;
      break;
    }
    return own;
  }

  /** What was saved; null: another version has, or it is broken, and an older one may do. */
  async #read(
    data: Uint8Array,
  ): Promise<{ readonly position: StreamPosition; readonly state: SavedState } | null> {
    try {
      const { position, state: text } = JSON.parse(await unpack(data)) as Saved;
      const state = readState(text);
      return state === null ? null : { position, state };
    } catch (error) {
      this.#options.logger.warn("saved state passed over", { error: String(error) });
      return null;
    }
  }

  /**
   * Saved states, the best first: a database needs the least from the newest. A memory has as much
   * of the past as it hears again: a day.
   */
  async #candidates(store: Store): Promise<Checkpoint[]> {
    const { clock } = this.#options;
    const isMemory = store.room(LOBBY_ID).windowOnly;
    const candidates: Checkpoint[] = [];
    for await (const checkpoint of this.#stream.checkpoints()) {
      this.#savedAtMs ||= checkpoint.atMs;
      candidates.push(checkpoint);
      if (isMemory && clock.date().getTime() - checkpoint.atMs > IDS_KEPT_MS) break;
    }
    return isMemory ? candidates.reverse() : candidates;
  }

  /** Saves as the beginning of the stream what a server has left that stood alone. */
  async #import(store: Store, newestRoomId: number): Promise<void> {
    const nowMs = this.#options.clock.date().getTime();
    const state = unattended(savedState(new State(store, nowMs), nowMs, newestRoomId));
    const saved: Saved = { position: { seq: 0, hash: null }, state: JSON.stringify(state) };
    await this.#stream.saveCheckpoint(await pack(JSON.stringify(saved)), 0);
  }

  /** Makes the order. */
  readonly makeOrder = (options: LocalOrderOptions): Order => {
    const { clock, onFatal } = this.#options;
    const { trustedMs: _own, ...parts } = options;
    if (this.#state !== null) restoreState(options.state, this.#state);
    // Whatever the database has already: the stream gives it again from the first event on.
    else options.state.rooms.lobby.nextSeq = 1;
    this.#order = new NatsOrder({
      ...parts,
      stream: this.#stream,
      clock,
      people: this.#people,
      newName: () => this.#newName(options),
      atMs: this.#state?.atMs,
      onHeld: (isHeld) => this.#held(isHeld),
      onFatal,
    });
    this.#state = null;
    return this.#order;
  };

  #newName({ state }: LocalOrderOptions): string {
    const name = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
    this.#endDirects?.();
    this.#endDirects = takeDirects(this.#stream, name, state);
    return name;
  }

  /**
   * Hears all that was stored so far, and takes part from then on.
   *
   * @param server With the order of {@linkcode Cluster.makeOrder}.
   * @throws {Failure} When the store does not belong to the stream.
   */
  async start(server: ServerContext): Promise<void> {
    const order = this.#order!;
    const { clock, logger } = this.#options;
    this.#server = server;
    this.#people.server = server;
    this.#alive = new Alive({
      stream: this.#stream,
      order,
      state: server.state,
      clock,
      unicode: process.versions["unicode"] ?? "",
      onUnlike: (name, unicode) =>
        logger.error("names are compared differently", {
          name,
          unicode,
          todo: "run the same release everywhere",
        }),
      onDead: (name) => logger.warn("server dead", { name }),
    });
    await this.#stream.start(this.#position);
    if (order.lag > 0) {
      throw new Failure("Cannot write to the database what the stream on NATS has: see the log");
    }
    if (this.#store!.isAhead) {
      throw new Failure(
        "Cannot use the database: it has events that the stream on NATS does not have. " +
          "Use a copy of the database of another server, or a new file.",
      );
    }
    order.begin();
  }

  #heard(seq: number, bytes: Uint8Array, storedAtMs: number | null): void {
    this.#newest = { seq, bytes };
    this.#order?.heard(seq, bytes, storedAtMs);
  }

  #connected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    this.#alive?.connected(isConnected);
    this.#look();
  }

  #fault({ trouble, message }: StreamFault): void {
    this.#options.logger.error("nats", { trouble, error: message });
    if (trouble === "replaced" || trouble === "gone") this.#options.onFatal(message);
  }

  #held(isHeld: boolean): void {
    const { logger } = this.#options;
    if (!isHeld) return logger.info("stream goes on");
    logger.error("stream on hold", {
      error: "The database has failed for so long that nothing more is taken from NATS",
      todo: "free space on its disk, or start the server again when the database works",
    });
  }

  /** Tells everybody when we lose touch, and when we are in touch again. */
  #look(): void {
    const unseenMs = this.#order?.unseenMs ?? 0;
    const isCutOff = !this.#isConnected || unseenMs >= UNSEEN_MS;
    if (isCutOff === this.#isCutOff) return;
    this.#isCutOff = isCutOff;
    if (this.#order !== null) this.#order.isCutOff = isCutOff;
    if (this.#server === null) return;
    const { logger } = this.#options;
    if (isCutOff) logger.warn("cut off");
    else logger.info("in touch");
    const text = isCutOff ? CUT_OFF : BACK;
    for (const client of this.#server.clients()) {
      if (client.member !== null) client.tell({ type: "notice", text });
    }
  }

  /** See {@linkcode Elsewhere}. */
  tick(): void {
    this.#look();
    this.#alive?.tick();
    void this.#save();
  }

  /** Saves the state, if it is time for that and our turn. */
  async #save(): Promise<void> {
    const { clock, logger } = this.#options;
    const order = this.#order!;
    const nowMs = clock.date().getTime();
    if (this.#isCutOff || this.#newest === null || order.lag > 0) return;
    if (nowMs - this.#savedAtMs < SAVE_MS) return;
    const { state } = this.#server!;
    if (state.servers.living().toSorted()[0] !== order.name) return;
    this.#savedAtMs = nowMs;
    const { seq, bytes } = this.#newest;
    const saved: Saved = {
      position: { seq, hash: batchHash(bytes) },
      state: JSON.stringify(savedState(state, order.atMs, this.#store!.newestRoomId)),
    };
    try {
      await this.#stream.saveCheckpoint(await pack(JSON.stringify(saved)), seq);
    } catch (error) {
      this.#savedAtMs = nowMs - SAVE_MS + SAVE_AGAIN_MS;
      logger.warn("state not saved", { error: String(error) });
    }
  }

  /** See {@linkcode Elsewhere}. */
  has({ owner }: Member): boolean {
    return owner !== this.#order!.name;
  }

  /** See {@linkcode Elsewhere}. */
  deliver(member: Member, event: PrivateEvent): Promise<DirectOutcome> {
    return deliverElsewhere(this.#stream, member, event);
  }

  /** See {@linkcode Elsewhere}. */
  shutDown(): void {
    const order = this.#order!;
    for (const member of this.#server!.state.members.all()) {
      const isLeaving = member.owner === order.name && member.session === null;
      if (isLeaving) order.propose({ type: "leave", member, reason: "shutdown" }, null);
    }
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#stream.close();
  }
}
