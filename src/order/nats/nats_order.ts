/**
 * The order of several servers: the order in which a stream has stored their batches. Each of them
 * reduces all batches, also its own ones, when the stream gives them back, so that all have the
 * same state and the same logs.
 *
 * A batch is sent until it comes back (`flight.ts`), so that it may be stored twice, or late; it
 * counts where its number is the next of its server. One batch is under way at a time: what is
 * proposed meanwhile is the next one. What comes waits in `heard.ts` while the store fails.
 *
 * A server that was found dead (`after_death.ts`) goes on under another name, since nothing of the
 * one before counts any more: its people come in again, and then what was not settled is proposed
 * again. `order_clock.ts` says what time it is.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Order, Proposer, Verdict } from "../order.ts";
import type { Proposal } from "../proposals.ts";
import { RULES } from "../state.ts";
import { type Queued, Settlement } from "../settlement.ts";
import { AfterDeath, type Places, placesAtStake } from "./after_death.ts";
import {
  BatchUnreadable,
  BatchWriter,
  type CommandBatch,
  decodeBatch,
  isBatch,
} from "./batch_codec.ts";
import { bound, commandOf, proposalOf, sentBy } from "./commands.ts";
import { Flight } from "./flight.ts";
import { HeardBatches } from "./heard.ts";
import type { NatsOrderOptions } from "./nats_order_options.ts";
import { OrderClock } from "./order_clock.ts";
import { Pending } from "./pending.ts";

/**
 * Proposals that are kept while we are cut off: what fifty json clients keep at most, some 5 MB. A
 * leave is kept in any case.
 */
const MAX_KEPT = 25_000;

/** Settles what the stream has stored. */
export class NatsOrder implements Order {
  /** Batches of ours that were settled. */
  commits = 0;
  /** How long all of them took from their first publish. */
  commitSeconds = 0;
  readonly #options: NatsOrderOptions;
  readonly #settlement: Settlement;
  readonly #maxRooms: number;
  readonly #time: OrderClock;
  readonly #afterDeath: AfterDeath;
  #name: string;
  #n = 0;
  #queue: Queued[] = [];
  #flight: Flight | null = null;
  readonly #heard: HeardBatches;
  readonly #pending: Pending;
  #atMs = 0;
  #isCutOff = false;
  #isReady = false;
  #hasBegun = false;
  #isClosed = false;
  readonly #pump = (): void => this.#send();

  /** Nothing is pending, and nothing is sent before {@linkcode begin}. */
  constructor(options: NatsOrderOptions) {
    this.#options = options;
    this.#settlement = new Settlement({ ...options, happensAnyway: true });
    this.#maxRooms = options.state.rooms.maxRooms;
    this.#heard = new HeardBatches({
      settle: (seq, batch) => this.#isClosed || this.#settle(seq, batch),
      mayRest: () => this.#hasBegun,
      hold: (isHeld) => options.stream.hold(isHeld),
      onStuck: options.onStuck,
      clock: options.clock,
    });
    this.#pending = new Pending(options.onFault);
    this.#time = new OrderClock(options.clock, options.stream);
    this.#afterDeath = new AfterDeath(options.people);
    this.#name = options.newName();
    this.#atMs = options.atMs ?? 0;
  }

  /** The name that this server has at the moment. */
  get name(): string {
    return this.#name;
  }

  /** The newest rules that this server knows. */
  get rules(): number {
    return this.#options.rules ?? RULES;
  }

  /** The order's time: that of the last batch, in milliseconds since 1970. */
  get atMs(): number {
    return this.#atMs;
  }

  /** What time it is for all servers, in milliseconds since 1970: no batch so far is later. */
  get nowMs(): number {
    return Math.max(this.#atMs, this.#time.nowMs());
  }

  /**
   * For how long the batch that is under way has been sent, or one that is stored has waited for
   * the store of this server, in milliseconds; 0: there is none.
   */
  get unseenMs(): number {
    return Math.max(this.#flight?.ms ?? 0, this.#heard.stuckMs);
  }

  /** Batches that have come from the stream, and are not stored here. */
  get lag(): number {
    return this.#heard.size;
  }

  /**
   * We are out of touch with the stream: nobody waits for what is pending any more, so that answers
   * come that need no order.
   */
  set isCutOff(isCutOff: boolean) {
    this.#isCutOff = isCutOff;
    this.#pending.isPatient = !isCutOff;
  }

  /** See {@linkcode Order.pending}. */
  get pending(): number {
    return this.#pending.size;
  }

  /** See {@linkcode AfterDeath.allBack}. */
  get allBack(): Promise<void> {
    return this.#afterDeath.allBack;
  }

  /** Everything that was stored before has been heard: from now on batches are sent. */
  begin(): void {
    this.#isReady = this.#hasBegun = true;
    this.#send();
  }

  /**
   * Settles nothing until what it returns is called: the state stays as it is. What is proposed is
   * sent all the same.
   */
  pause(): () => void {
    return this.#heard.pause();
  }

  /** See {@linkcode Order.propose}. */
  propose(proposal: Proposal, proposer: Proposer | null): void {
    if (this.#isClosed) return;
    const queued = { proposal: bound(proposal), proposer };
    if (this.#isCutOff && this.pending >= MAX_KEPT && proposal.type !== "leave") {
      return queueMicrotask(() => this.#settlement.abandon([queued]));
    }
    this.#pending.add();
    if (this.#queue.push(queued) === 1) queueMicrotask(this.#pump);
  }

  /** See {@linkcode Order.whenSettled}. */
  whenSettled(then: () => void): void {
    this.#pending.whenSettled(then);
  }

  /** Settles what the store has refused before. What is proposed comes when it comes. */
  flush(): void {
    this.#heard.settle();
  }

  /** See {@linkcode Order.close}. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#heard.close();
    const rejoins = this.#afterDeath.queue;
    const pending = [...this.#flight?.batch ?? [], ...rejoins, ...this.#queue];
    this.#land();
    rejoins.length = 0;
    this.#queue = [];
    this.#settlement.abandon(pending);
    this.#pending.settle(this.pending);
  }

  /**
   * The stream has stored a batch. To be called for each, by number, without gaps.
   *
   * @param bytes What was published.
   * @param storedAtMs See `StreamHandlers.onBatch`.
   */
  heard(seq: number, bytes: Uint8Array, storedAtMs: number | null): void {
    if (this.#isClosed) return;
    if (!isBatch(bytes)) return this.#options.onForeign(seq);
    this.#lookAtClock(seq, this.#isOwn(bytes) ? this.#flight : null, storedAtMs);
    this.#heard.add(seq, bytes);
  }

  /** What NATS says about when it has stored a batch. What we propose after our first one waits. */
  #lookAtClock(seq: number, flight: Flight | null, storedAtMs: number | null): void {
    const ms = flight === null ? Infinity : flight.ms;
    if (storedAtMs !== null) return this.#time.heard(storedAtMs, ms);
    const answer = flight === null ? null : this.#time.ask(seq, ms);
    if (answer === null) return;
    if (flight?.head.n === 1) this.#isReady = false;
    void answer.then(() => this.begin());
  }

  /** Whether it is our batch that is under way. */
  #isOwn(bytes: Uint8Array): boolean {
    const sent = this.#flight?.bytes;
    return sent?.length === bytes.length && Buffer.compare(bytes, sent) === 0;
  }

  /** Reads a batch. What our own one proposes we know, and reading takes most of the time. */
  #read(bytes: Uint8Array): CommandBatch & { readonly flight: Flight | null } {
    const flight = this.#isOwn(bytes) ? this.#flight : null;
    const batch = flight === null ? decodeBatch(bytes) : { ...flight.head, commands: [] };
    return { ...batch, flight };
  }

  #die(seq: number, why: string): void {
    this.close();
    this.#options.onFatal(`Cannot understand message ${seq} of the stream. ${why}`);
  }

  /** @returns False: the store has refused it, and it is to be settled again. */
  #settle(seq: number, bytes: Uint8Array): boolean {
    const { state, newName, people } = this.#options;
    const { rooms, servers, rules } = state;
    let read: CommandBatch & { readonly flight: Flight | null };
    try {
      read = this.#read(bytes);
    } catch (error) {
      if (!(error instanceof BatchUnreadable)) throw error;
      this.#die(seq, error.message);
      return true;
    }
    const { server, n, maxRooms, commands, flight } = read;
    if (!servers.isNext(server, n)) return true;
    const at = Math.max(this.#atMs, read.atMs);
    let places: Places;
    try {
      const batch = flight?.batch ?? this.#fromElsewhere(commands);
      places = placesAtStake(this.#name, batch, state);
      rooms.maxRooms = maxRooms;
      if (!this.#settlement.settle(batch, at)) return false;
    } catch (error) {
      this.#die(seq, `${(error as Error).message}. Update all servers of the cluster.`);
      return true;
    } finally {
      rooms.maxRooms = this.#maxRooms;
    }
    this.#atMs = at;
    servers.note(server, n, at);
    if (state.rules > this.rules) {
      this.#die(seq, `From there on rules ${state.rules} hold. Update all servers of the cluster.`);
      return true;
    }
    if (flight !== null) this.#settledOwn(flight);
    if (state.rules > rules) people.newRules(rules);
    if (servers.isDead(this.#name)) this.#goOnAs(newName(), places);
    return true;
  }

  #fromElsewhere(commands: CommandBatch["commands"]): Queued[] {
    const batch: Queued[] = [];
    for (const command of commands) {
      const proposal = proposalOf(command, this.#options.state);
      if (proposal !== null) batch.push({ proposal, proposer: this.#elsewhere });
    }
    return batch;
  }

  /** Looks at what others have done to people whose connections are here. */
  readonly #elsewhere: Proposer = {
    settled: (verdicts: readonly Verdict[]): void => {
      const { people } = this.#options;
      for (const verdict of verdicts) {
        if (verdict.type === "joined" && verdict.resumed) people.taken(verdict.member);
        if (verdict.type !== "done") continue;
        const { proposal } = verdict;
        if (proposal.type === "leave") people.removed(proposal.member);
        if (proposal.type === "wait") people.waited(proposal.to);
      }
    },
  };

  #settledOwn(flight: Flight): void {
    this.commits++;
    this.commitSeconds += flight.ms / 1_000;
    this.#land();
    if (flight.queue === this.#queue) this.#pending.settle(flight.batch.length);
    queueMicrotask(this.#pump);
  }

  #land(): void {
    this.#flight?.land();
    this.#flight = null;
  }

  /** Sends the next batch, if none is under way. */
  #send(): void {
    if (this.#flight !== null || !this.#isReady || this.#isClosed) return;
    const isFirst = this.#n === 0;
    const queue = this.#afterDeath.isUnderWay ? this.#afterDeath.queue : this.#queue;
    if (queue.length === 0 && !isFirst) return;
    const writer = new BatchWriter();
    const batch: Queued[] = [];
    // The first says only that we are here: by that our clock is set.
    for (const { proposal, proposer } of isFirst ? [] : queue) {
      const sent = sentBy(this.#name, this.#afterDeath.current(proposal));
      if (!writer.add(commandOf(sent))) break;
      batch.push({ proposal: sent, proposer });
    }
    queue.splice(0, batch.length);
    const n = ++this.#n;
    const atMs = isFirst ? 0 : this.#time.nowMs();
    const head = { server: this.#name, n, atMs, maxRooms: this.#maxRooms };
    const bytes = writer.encode(head);
    const { stream, clock } = this.#options;
    this.#flight = new Flight({ head, bytes, batch, queue }, stream, clock);
  }

  /** We were found dead: our people come in again, and then what is pending is proposed again. */
  #goOnAs(name: string, places: Places): void {
    const flight = this.#flight;
    this.#land();
    flight?.queue.unshift(...flight.batch);
    this.#name = name;
    this.#n = 0;
    this.#afterDeath.bringBack(places);
    queueMicrotask(this.#pump);
  }
}
