/**
 * Keeps the places of clients whose connection is lost, so that nobody sees one leave that comes
 * back soon. Over a restart, too, when the store knows who was here.
 *
 * @module
 */

import type { Order } from "../order/order.ts";
import type { State } from "../order/state.ts";
import type { LeaveReason } from "../protocol/messages.ts";
import type { Member } from "../room/room.ts";
import { ByAddress, type KeptPlaces } from "./admission/places.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "./logger.ts";

/** How long the place of a lost json client is kept. */
export const GRACE_MS = 15_000;

/** After a restart all clients come back at once, after waiting for up to 5 s between tries. */
export const RESTART_GRACE_MS = 30_000;

/** How often deadlines are looked at: fine enough for limits of 15 s and more. */
export const TICK_MS = 1_000;

interface Held {
  readonly untilMs: number;
  readonly reason: LeaveReason;
  /** Of the connection that was lost. */
  readonly address: string;
}

/** What {@linkcode GracePeriod} works with. */
export interface GracePeriodOptions {
  /** Who is here. */
  readonly state: State;
  /** Lets those go who do not come back. */
  readonly order: Order;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. */
  readonly logger: Logger;
}

/** Places on the server that nobody reads for at the moment. */
export class GracePeriod implements KeptPlaces {
  readonly #options: GracePeriodOptions;
  readonly #held = new Map<Member, Held>();
  /** Those of #held whose address is known. */
  readonly #byAddress = new ByAddress<Member>();

  /** No place is held yet. */
  constructor(options: GracePeriodOptions) {
    this.#options = options;
  }

  /** How many are held. */
  get size(): number {
    return this.#held.size;
  }

  /** How many are held for connections from an address, those of before a restart left out. */
  sizeOf(address: string): number {
    return this.#byAddress.sizeOf(address);
  }

  /** See {@linkcode KeptPlaces}. */
  giveUp(address: string): boolean {
    return this.#giveUp(this.#byAddress.oldestOf(address));
  }

  /** See {@linkcode KeptPlaces}. */
  giveUpOfMost(least: number): boolean {
    return this.#giveUp(this.#byAddress.oldestOfMost(least));
  }

  #giveUp(member: Member | undefined): boolean {
    if (member !== undefined) this.#leave(member, "lost");
    return member !== undefined;
  }

  /**
   * Keeps the place of a client whose connection is lost.
   *
   * @param address Of that connection, as `networkOf` gives it.
   * @param reason What its leave will say when it does not come back.
   */
  hold(member: Member, address: string, reason: LeaveReason): void {
    const { clock, logger } = this.#options;
    // It may be kept already, for another connection.
    this.resumed(member);
    member.recipient = null;
    logger.info("lost", { name: member.name, reason });
    this.#held.set(member, { untilMs: clock.now() + GRACE_MS, reason, address });
    this.#byAddress.add(address, member);
  }

  /**
   * After a restart: holds the places of those who were here and can come back, and says of the
   * others that they are gone.
   */
  restore(): void {
    const { state, clock, logger } = this.#options;
    const untilMs = clock.now() + RESTART_GRACE_MS;
    for (const member of state.members.all()) {
      if (member.session === null) this.#leave(member, "shutdown");
      else this.#held.set(member, { untilMs, reason: "shutdown", address: "" });
    }
    if (this.#held.size > 0) logger.info("waiting for lost clients", { count: this.#held.size });
  }

  /**
   * When the places of some people are free, unless they come back.
   *
   * @param members Who has them, one or more.
   * @returns Whole milliseconds, up to the next look at the deadlines; undefined: somebody is here.
   */
  freeInMs(members: readonly Member[]): number | undefined {
    const nowMs = this.#options.clock.now();
    let freeMs = nowMs;
    for (const member of members) {
      if (member.recipient !== null || member.session === null) return undefined;
      // At another server, which knows.
      if (member.owner !== null && !this.#held.has(member)) return undefined;
      // No longer held: its leave is on its way.
      freeMs = Math.max(freeMs, this.#held.get(member)?.untilMs ?? nowMs);
    }
    return Math.ceil(freeMs - nowMs) + TICK_MS;
  }

  /** Somebody has come back. */
  resumed(member: Member): void {
    const held = this.#held.get(member);
    if (held === undefined) return;
    this.#held.delete(member);
    this.#byAddress.delete(held.address, member);
  }

  /** Lets those go whose time is over. */
  tick(nowMs: number): void {
    for (const [member, { untilMs, reason }] of this.#held) {
      if (nowMs >= untilMs) this.#leave(member, reason);
    }
  }

  /** Lets somebody go whose place is held, because an operator says so. */
  remove(member: Member): void {
    this.#leave(member, "kicked");
  }

  /** Says that somebody is gone, unless the place is being taken up at the same time. */
  #leave(member: Member, reason: LeaveReason): void {
    const { order, logger } = this.#options;
    this.resumed(member);
    order.propose({ type: "leave", member, reason, epoch: member.epoch }, {
      settled([verdict]) {
        if (verdict?.type === "done") logger.info("left", { name: member.name, reason });
      },
    });
  }
}
