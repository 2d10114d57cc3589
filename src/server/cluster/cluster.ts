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
import { restoreState, type SavedState } from "../../order/nats/checkpoint.ts";
import { ClusterStore } from "../../order/nats/cluster_store.ts";
import { deliverElsewhere, takeDirects, tellElsewhere } from "../../order/nats/direct.ts";
import { NatsOrder } from "../../order/nats/nats_order.ts";
import {
  type BatchStream,
  type StreamFault,
  type StreamHandlers,
  type StreamPosition,
} from "../../order/nats/stream.ts";
import type { LocalOrderOptions } from "../../order/local.ts";
import type { DirectOutcome, OperatorWords, Order } from "../../order/order.ts";
import type { PrivateEvent } from "../../protocol/messages.ts";
import type { Member } from "../../room/room.ts";
import type { Store } from "../../store/store.ts";
import type { Elsewhere, OrderFigures, ServerContext } from "../context.ts";
import type { Logger } from "../logger.ts";
import { tellHere } from "../operator_words.ts";
import { LocalPeople } from "./people.ts";
import { SavedStates } from "./saved_states.ts";

/** A batch of ours that has not come back for so long: we are cut off. */
const UNSEEN_MS = 3_000;

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
  #states: SavedStates | null = null;
  #saving: Promise<void> = Promise.resolve();
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

  /** Resolves when no state is being saved: while its text is made, nothing is settled. */
  get saving(): Promise<void> {
    return this.#saving;
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
    const states = this.#states = new SavedStates({ ...this.#options, stream: this.#stream });
    if (this.#options.isImport) await states.import(store, own.newestKept);
    const saved = await states.find(own, store);
    if (saved !== null) {
      this.#state = saved.state;
      this.#position = saved.position;
    }
    return own;
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
      onStuck: (isStuck) => this.#stuck(isStuck),
      onForeign: (seq) => this.#foreign(seq),
      onFatal,
    });
    this.#state = null;
    return this.#order;
  };

  #newName({ state }: LocalOrderOptions): string {
    const name = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
    this.#endDirects?.();
    const tell = (words: OperatorWords): boolean => {
      if (this.#server === null) return false;
      tellHere(this.#server, words);
      return true;
    };
    this.#endDirects = takeDirects(this.#stream, name, { state, tell });
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
          "Use a copy of the database of another server, or a new file. If the stream has lost " +
          "its end, see docs/cluster.md#lost-end.",
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

  #foreign(seq: number): void {
    this.#options.logger.error("message passed over", {
      seq,
      error: "It is in the stream, and not from chat",
      todo: "see docs/cluster.md#messages-of-others",
    });
  }

  #stuck(isStuck: boolean): void {
    const { logger } = this.#options;
    if (!isStuck) return logger.info("stream goes on");
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
    this.#save();
  }

  /** Saves the state, if it is time for that and our turn. */
  #save(): void {
    const order = this.#order!;
    const newest = this.#newest;
    if (this.#isCutOff || newest === null || order.lag > 0 || !this.#states!.isDue) return;
    const { state } = this.#server!;
    if (state.servers.living().toSorted()[0] !== order.name) return;
    const { newestRoomId } = this.#store!;
    this.#saving = this.#states!.save({ order, state, newest, newestRoomId });
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
  async tellAll(words: OperatorWords): Promise<number> {
    const others = this.#server!.state.servers.living().filter((one) => one !== this.#order!.name);
    const told = await Promise.all(others.map((one) => tellElsewhere(this.#stream, one, words)));
    return told.filter((isTold) => !isTold).length;
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
