/**
 * Who has a place on the server. When all places are taken, somebody new gets that of a connection
 * without a name, of the address that has most of them, or of one that has read nothing for long:
 * opening many connections and saying nothing keeps nobody out.
 *
 * @module
 */

import type { Bye } from "../../protocol/messages.ts";
import type { Clock } from "../../clock.ts";
import type { LogFields, Logger } from "../logger.ts";
import type { Account } from "./accounts.ts";
import { type AdmissionLimits, ByAddress, type KeptPlaces, PlaceCount } from "./places.ts";
import { MAX_TURNED_AWAY } from "../greeting.ts";

/** A connection that has read nothing for so long gives its place up when there is no other. */
const STALLED_MS = 30_000;

/**
 * What part of all places may be kept for one address while newcomers find none: a class whose link
 * blinks keeps its own, and somebody who joins and resets all day does not keep the others out.
 */
const KEPT_SHARE = 1 / 10;

/**
 * So many connections that have given their place up may be hanging up; of more, one is cut off.
 */
const MAX_LEAVING = 100;

/** How long somebody who has to go is told so. */
const DISMISSAL_MS = 1_000;

/** A connection, as far as its place goes. */
export interface Placed {
  /** Of its address. */
  readonly account: Account;
  /** Null before it has a name. */
  readonly member: object | null;
  /** It is on its way out. */
  readonly leaving: boolean;
  /** Since when it reads nothing, in milliseconds of the server's clock; null: it does. */
  readonly stalledSince: number | null;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** Who it is, for the log. */
  who(): LogFields;
  /** Ends it once all is delivered, within so many milliseconds. */
  close(bye: Bye, withinMs: number): void;
  /** Ends it at once. */
  cutOff(): void;
}

/** What a {@linkcode Capacity} works with. */
export interface CapacityOptions {
  /** How many places there are. */
  readonly limits: AdmissionLimits;
  /** The places that are kept for connections that are lost. */
  readonly kept: KeptPlaces;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. */
  readonly logger: Logger;
}

/** Gives places to connections and takes them back. */
export class Capacity<T extends Placed> {
  readonly #count: PlaceCount;
  readonly #kept: KeptPlaces;
  readonly #leastKept: number;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** Those that have a place and no name yet. */
  readonly #nameless = new ByAddress<T>();
  /** Those for which there is no place. */
  readonly #surplus = new ByAddress<T>();
  /** Those that have a place. */
  readonly #placed = new Set<T>();
  /** Those that have given their place up, and are hanging up. */
  readonly #leaving = new ByAddress<T>();
  /** Nameless ones that had to go, and are being told so. */
  #dismissed = 0;

  /** Nobody has a place yet. */
  constructor({ limits, kept, clock, logger }: CapacityOptions) {
    this.#count = new PlaceCount(limits, kept);
    this.#kept = kept;
    this.#leastKept = Math.max(2, Math.ceil(limits.maxClients * KEPT_SHARE));
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Connections that have a place. */
  get total(): number {
    return this.#count.total;
  }

  /**
   * Finds a place for a connection, if need be that of somebody else.
   *
   * @param address As `networkOf` gives it.
   * @returns Why there is none, in one line; null: {@linkcode add} takes it.
   */
  makeRoom(address: string): string | null {
    for (;;) {
      const refusal = this.#count.refusal(address);
      if (refusal === null) return null;
      const hasRoom = refusal.where === "address"
        ? this.#kept.giveUp(address)
        : this.#dismissOne() || this.#kept.giveUpOfMost(this.#leastKept);
      if (!hasRoom) return refusal.text;
    }
  }

  /** Takes a connection in that has no name yet, with a place or without one. */
  add(client: T, { hasPlace }: { readonly hasPlace: boolean }): void {
    if (hasPlace) {
      this.#place(client);
      this.#nameless.add(client.account.address, client);
      return;
    }
    if (this.#surplus.size >= MAX_TURNED_AWAY) this.#surplus.oldestOfMost()?.cutOff();
    this.#surplus.add(client.account.address, client);
  }

  /** A connection has a name now, or takes the place of one that had. */
  named(client: T): void {
    const { address } = client.account;
    this.#nameless.delete(address, client);
    this.#surplus.delete(address, client);
    if (!this.#placed.has(client) && !client.leaving) this.#place(client);
  }

  /** Takes a place back; the connection may still be hanging up. */
  free(client: T): void {
    const { address } = client.account;
    if (!this.#placed.delete(client)) return;
    this.#count.leave(address);
    this.#nameless.delete(address, client);
    this.#leaving.add(address, client);
  }

  /** A connection has ended. */
  remove(client: T): void {
    this.free(client);
    this.#surplus.delete(client.account.address, client);
    this.#leaving.delete(client.account.address, client);
  }

  #place(client: T): void {
    this.#count.enter(client.account.address);
    this.#placed.add(client);
    if (this.#leaving.size <= MAX_LEAVING) return;
    const oldest = this.#leaving.oldestOfMost()!;
    this.#leaving.delete(oldest.account.address, oldest);
    oldest.cutOff();
  }

  /** The client that has read nothing for the longest time. */
  #longestStalled(): T | undefined {
    let longest: T | undefined;
    let since = this.#clock.now() - STALLED_MS;
    for (const client of this.#placed) {
      const { stalledSince } = client;
      if (stalledSince === null || stalledSince > since) continue;
      longest = client;
      since = stalledSince;
    }
    return longest;
  }

  /** Dismisses whom a full server does without first; false when there is nobody. */
  #dismissOne(): boolean {
    const victim = this.#nameless.oldestOfMost() ?? this.#longestStalled();
    if (victim !== undefined) this.#dismiss(victim);
    return victim !== undefined;
  }

  #dismiss(client: T): void {
    this.#logger.info("dismissed", client.who());
    this.free(client);
    if (client.member !== null || this.#dismissed >= MAX_TURNED_AWAY) return client.cutOff();
    this.#dismissed++;
    const text = "The room is full, and you have not given a name yet. Try again later.";
    client.close({ type: "bye", reason: "full", text }, DISMISSAL_MS);
    client.ended.then(() => this.#dismissed--);
  }
}
