/**
 * The order of several servers: the order in which a stream has stored their batches. Each of them
 * reduces all batches, also its own ones, when the stream gives them back, so that all have the
 * same state and the same logs.
 *
 * A batch is sent until it comes back, so that it may be stored twice, or late; it counts where its
 * number is the next of its server. One batch is under way at a time: what is proposed meanwhile is
 * the next one.
 *
 * A server that was silent for too long is found dead by the others: its people leave, and nothing
 * of it counts any more. If it lives, it goes on under another name: its people come in again, and
 * then what was not settled is proposed again.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import type { LeaveReason } from "../../protocol/messages.ts";
import type { Member, Room } from "../../room/room.ts";
import { newLogId } from "../../store/events.ts";
import type { Joined, Order, Proposer, Verdict } from "../order.ts";
import type { Join, Proposal } from "../proposals.ts";
import { type Queued, Settlement, type SettlementOptions } from "../settlement.ts";
import { BatchUnreadable, BatchWriter, type CommandBatch, decodeBatch } from "./batch_codec.ts";
import { bound, commandOf, ownedBy, proposalOf, withSuccessors } from "./commands.ts";
import { type BatchStream, NotStored } from "./stream.ts";

/** A batch that is stored comes back in milliseconds. After this it is sent again all the same. */
const ECHO_MS = 2_000;

/** How long to wait with sending again what may be lost. */
const RESEND_MS = 100;

/** Where NATS says that it takes nothing, an operator has to do something. */
const REFUSED_MS = 1_000;

/**
 * Proposals that are kept while we are cut off: what fifty json clients keep at most, some 5 MB. A
 * leave is kept in any case.
 */
const MAX_KEPT = 25_000;

/** How often the clock is set by that of NATS. */
const CLOCK_MS = 60_000;

/** What happens to people whose connections are here, by what others have proposed. */
export interface People {
  /** The place of a member was taken up at another server. */
  taken(member: Member): void;
  /** A member was let go from another server: it has been banned. */
  removed(member: Member, reason: LeaveReason): void;
  /**
   * The server was found dead, and the member is in again.
   *
   * @param rooms In which it was: `joined.rooms` has what became of each.
   */
  moved(before: Member, joined: Joined, rooms: readonly Room[]): void;
  /** The server was found dead, and the member could not come in again. */
  lost(member: Member): void;
}

/** What a {@linkcode NatsOrder} works with. */
export interface NatsOrderOptions extends Omit<SettlementOptions, "trustedMs" | "happensAnyway"> {
  /** Open, and not started. */
  readonly stream: BatchStream;
  /** Time. */
  readonly clock: Clock;
  /** A name for this server that none has had: letters, digits, `-` and `_`. */
  readonly newName: () => string;
  /** Told of what happens to them. */
  readonly people: People;
  /** The order's time so far, in milliseconds since 1970; default: it begins with the stream. */
  readonly atMs?: number | undefined;
  /** Told once that the server has to stop, and why, in one line. */
  readonly onFatal: (why: string) => void;
}

/** A batch of ours that is under way. */
interface Flight {
  readonly n: number;
  readonly bytes: Uint8Array;
  readonly batch: readonly Queued[];
  /** By whom it was queued: people who come in again, or proposers. */
  readonly queue: Queued[];
  /** In milliseconds of the clock. */
  readonly sentAt: number;
  /** Resolves when it need not be sent again. */
  readonly over: PromiseWithResolvers<void>;
}

/** Settles what the stream has stored. */
export class NatsOrder implements Order {
  /** Batches of ours that were settled. */
  commits = 0;
  /** How long all of them took from their first publish. */
  commitSeconds = 0;
  readonly #options: NatsOrderOptions;
  readonly #settlement: Settlement;
  readonly #maxRooms: number;
  #name: string;
  #n = 0;
  #queue: Queued[] = [];
  /** People who come in again: before all else. */
  readonly #rejoins: Queued[] = [];
  /** How many of them are not in yet, nor refused. */
  #awaited = 0;
  readonly #successors = new WeakMap<Member, Member>();
  #hasSuccessors = false;
  #flight: Flight | null = null;
  /** Stored batches that are not settled yet: one, or more while the store fails. */
  readonly #heard: { readonly seq: number; readonly batch: CommandBatch }[] = [];
  #proposed = 0;
  #settled = 0;
  #afterwards: { readonly settled: number; readonly then: () => void }[] = [];
  #atMs = 0;
  /** What the wall clock lacks to that of NATS. */
  #offsetMs = 0;
  #clockSetAt = -Infinity;
  #isCutOff = false;
  #isReady = false;
  #isClosed = false;
  readonly #pump = (): void => this.#send();

  /** Nothing is pending, and nothing is sent before {@linkcode begin}. */
  constructor(options: NatsOrderOptions) {
    this.#options = options;
    this.#settlement = new Settlement({ ...options, happensAnyway: true });
    this.#maxRooms = options.state.rooms.maxRooms;
    this.#name = options.newName();
    this.#atMs = options.atMs ?? 0;
  }

  /** The name that this server has at the moment. */
  get name(): string {
    return this.#name;
  }

  /** The order's time: that of the last batch, in milliseconds since 1970. */
  get atMs(): number {
    return this.#atMs;
  }

  /** For how long the batch that is under way has been sent, in milliseconds; 0: none is. */
  get unseenMs(): number {
    return this.#flight === null ? 0 : this.#options.clock.now() - this.#flight.sentAt;
  }

  /** Batches that are stored in the stream, and not here. */
  get lag(): number {
    return this.#heard.length;
  }

  /**
   * We are out of touch with the stream: nobody waits for what is pending any more, so that answers
   * come that need no order.
   */
  set isCutOff(isCutOff: boolean) {
    this.#isCutOff = isCutOff;
    if (isCutOff) this.#callBack();
  }

  /** See {@linkcode Order.pending}. */
  get pending(): number {
    return this.#proposed - this.#settled;
  }

  /** Everything that was stored before has been heard: from now on batches are sent. */
  begin(): void {
    this.#isReady = true;
    this.#send();
  }

  /** See {@linkcode Order.propose}. */
  propose(proposal: Proposal, proposer: Proposer | null): void {
    if (this.#isClosed) return;
    const queued = { proposal: bound(proposal), proposer };
    if (this.#isCutOff && this.pending >= MAX_KEPT && proposal.type !== "leave") {
      return queueMicrotask(() => this.#settlement.abandon([queued]));
    }
    this.#proposed++;
    if (this.#queue.push(queued) === 1) queueMicrotask(this.#pump);
  }

  /** See {@linkcode Order.whenSettled}. */
  whenSettled(then: () => void): void {
    if (this.pending === 0 || this.#isCutOff) then();
    else this.#afterwards.push({ settled: this.#proposed, then });
  }

  /** Settles what the store has refused before. What is proposed comes when it comes. */
  flush(): void {
    this.#settleHeard();
  }

  /** See {@linkcode Order.close}. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const pending = [...this.#flight?.batch ?? [], ...this.#rejoins, ...this.#queue];
    this.#land();
    this.#rejoins.length = 0;
    this.#queue = [];
    this.#settlement.abandon(pending);
    this.#settled = this.#proposed;
    this.#callBack();
  }

  /**
   * The stream has stored a batch. To be called for each, by number, without gaps.
   *
   * @param bytes What was published.
   */
  heard(seq: number, bytes: Uint8Array): void {
    if (this.#isClosed) return;
    try {
      this.#heard.push({ seq, batch: decodeBatch(bytes) });
    } catch (error) {
      if (!(error instanceof BatchUnreadable)) throw error;
      return this.#die(seq, error.message);
    }
    // Others wait for the store already.
    if (this.#heard.length === 1) this.#settleHeard();
  }

  #die(seq: number, why: string): void {
    this.close();
    this.#options.onFatal(`Cannot understand message ${seq} of the stream. ${why}`);
  }

  #settleHeard(): void {
    for (let first; (first = this.#heard[0]) !== undefined && !this.#isClosed;) {
      if (!this.#settle(first.seq, first.batch)) return;
      this.#heard.shift();
    }
  }

  /** @returns False: the store has refused it, and it is to be settled again. */
  #settle(seq: number, { server, n, atMs, maxRooms, commands }: CommandBatch): boolean {
    const { state } = this.#options;
    const { rooms, servers } = state;
    if (!servers.isNext(server, n)) return true;
    const flight = server === this.#name && this.#flight?.n === n ? this.#flight : null;
    let batch: readonly Queued[];
    try {
      batch = flight?.batch ?? this.#fromElsewhere(commands);
    } catch (error) {
      this.#die(seq, `${(error as Error).message}. Update all servers of the cluster.`);
      return true;
    }
    const at = Math.max(this.#atMs, atMs);
    const own = this.#ownPlaces(batch);
    rooms.maxRooms = maxRooms;
    const isSettled = this.#settlement.settle(batch, at);
    rooms.maxRooms = this.#maxRooms;
    if (!isSettled) return false;
    this.#atMs = at;
    servers.note(server, n, at);
    if (flight !== null) this.#settledOwn(flight, seq);
    if (servers.isDead(this.#name)) this.#goOnAs(this.#options.newName(), own);
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
        if (verdict.type === "done" && verdict.proposal.type === "leave") {
          people.removed(verdict.proposal.member, verdict.proposal.reason);
        }
      }
    },
  };

  #settledOwn(flight: Flight, seq: number): void {
    const { clock } = this.#options;
    this.commits++;
    this.commitSeconds += (clock.now() - flight.sentAt) / 1_000;
    this.#land();
    if (flight.queue === this.#queue) this.#settled += flight.batch.length;
    this.#callBack();
    queueMicrotask(this.#pump);
    if (clock.now() - this.#clockSetAt >= CLOCK_MS) this.#setClock(flight, seq);
  }

  /** Sets our clock by when NATS has stored a batch. What is proposed after our first one waits. */
  #setClock({ n, sentAt }: Flight, seq: number): void {
    const { clock, stream } = this.#options;
    this.#clockSetAt = clock.now();
    if (n === 1) this.#isReady = false;
    const middleMs = clock.date().getTime() - (clock.now() - sentAt) / 2;
    stream.get(seq).then((stored) => {
      if (stored !== null) this.#offsetMs = stored.storedAtMs - middleMs;
    }, () => {}).then(() => this.begin());
  }

  #land(): void {
    this.#flight?.over.resolve();
    this.#flight = null;
  }

  #callBack(): void {
    if (this.#afterwards.length === 0) return;
    const settledUpTo = this.#isCutOff ? Infinity : this.#settled;
    const due = this.#afterwards.filter(({ settled }) => settled <= settledUpTo);
    this.#afterwards = this.#afterwards.filter(({ settled }) => settled > settledUpTo);
    for (const { then } of due) {
      try {
        then();
      } catch (error) {
        this.#options.onFault(error);
      }
    }
  }

  /** Sends the next batch, if none is under way. */
  #send(): void {
    if (this.#flight !== null || !this.#isReady || this.#isClosed) return;
    const isFirst = this.#n === 0;
    const queue = this.#awaited > 0 ? this.#rejoins : this.#queue;
    if (queue.length === 0 && !isFirst) return;
    const writer = new BatchWriter();
    const batch: Queued[] = [];
    // The first says only that we are here: it sets our clock.
    for (const { proposal, proposer } of isFirst ? [] : queue) {
      const current = this.#hasSuccessors ? withSuccessors(proposal, this.#successors) : proposal;
      const owned = ownedBy(this.#name, current);
      if (!writer.add(commandOf(owned))) break;
      batch.push({ proposal: owned, proposer });
    }
    queue.splice(0, batch.length);
    const n = ++this.#n;
    const atMs = isFirst ? 0 : Math.round(this.#options.clock.date().getTime() + this.#offsetMs);
    const bytes = writer.encode({ server: this.#name, n, atMs, maxRooms: this.#maxRooms });
    const sentAt = this.#options.clock.now();
    const flight = { n, bytes, batch, queue, sentAt, over: Promise.withResolvers<void>() };
    this.#flight = flight;
    void this.#publish(flight);
  }

  /** Sends a batch until it comes back. */
  async #publish(flight: Flight): Promise<void> {
    while (this.#flight === flight) {
      try {
        await this.#options.stream.publish(flight.bytes);
        await this.#pause(flight, ECHO_MS);
      } catch (error) {
        await this.#pause(flight, error instanceof NotStored ? REFUSED_MS : RESEND_MS);
      }
    }
  }

  async #pause({ over }: Flight, ms: number): Promise<void> {
    let cancel = () => {};
    const time = new Promise<void>((resolve) => cancel = this.#options.clock.after(ms, resolve));
    await Promise.race([over.promise, time]);
    cancel();
  }

  /** Where we may be found dead by a batch: our people, and where they are. */
  #ownPlaces(batch: readonly Queued[]): Map<Member, Room[]> {
    const own = new Map<Member, Room[]>();
    const isAtStake = batch.some(({ proposal: one }) =>
      one.type === "dead" && one.server === this.#name
    );
    if (!isAtStake) return own;
    for (const member of this.#options.state.members.all()) {
      if (member.owner === this.#name) own.set(member, [...member.rooms]);
    }
    return own;
  }

  /** We were found dead: our people come in again, and then what is pending is proposed again. */
  #goOnAs(name: string, people: ReadonlyMap<Member, readonly Room[]>): void {
    const flight = this.#flight;
    this.#land();
    flight?.queue.unshift(...flight.batch);
    this.#name = name;
    this.#n = 0;
    this.#clockSetAt = -Infinity;
    for (const [member, rooms] of people) {
      if (member.recipient === null) continue;
      this.#awaited++;
      this.#rejoins.push({
        proposal: rejoin(member, rooms),
        proposer: this.#rejoiner(member, rooms),
      });
    }
    queueMicrotask(this.#pump);
  }

  #rejoiner(before: Member, rooms: readonly Room[]): Proposer {
    return {
      settled: ([verdict]) => {
        this.#awaited--;
        const { people } = this.#options;
        if (verdict?.type !== "joined") return people.lost(before);
        this.#hasSuccessors = true;
        this.#successors.set(before, verdict.member);
        people.moved(before, verdict, rooms);
      },
    };
  }
}

/** Comes in again as before. */
function rejoin({ name, session, address }: Member, rooms: readonly Room[]): Join {
  return {
    type: "join",
    name,
    session: session?.hash ?? null,
    address,
    rooms: rooms.map(({ name, logId, key }) => ({
      name,
      log: newLogId(),
      mayMake: true,
      knownLog: logId,
      ...(key === null ? {} : { key: { log: logId, version: key.version } }),
    })),
  };
}
