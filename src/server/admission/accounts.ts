/**
 * What each address has cost and holds: an IPv4 address or an IPv6 /64 has one account, whatever
 * number of connections it opens.
 *
 * In `admission/` lives what decides who may come in and how much they may do: places, accounts,
 * tokens, passwords, bans, proxies.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import { forgetOldest } from "../../forget_oldest.ts";
import { SESSION_KEPT_MS } from "../../store/stored_sessions.ts";
import { Allowance, TokenBucket } from "./allowance.ts";
import { Joins } from "./joins.ts";

/** Addresses without a connection that are remembered; beyond it the one that left first is not. */
const MAX_IDLE = 10_000;

/**
 * Allowances that one address has left behind; each is full again, and forgotten, within seconds.
 * All are looked at when somebody comes.
 */
const MAX_LEFT = 100;

/** Over how long new rooms are counted. */
const ROOMS_WINDOW_MS = 60 * 60_000;

/**
 * Full bursts that the new connections of an address get in a second, and five times that at once:
 * connecting again and again gains no more than so many people who talk.
 */
const BURSTS_A_SECOND = 2;

/** Over how long direct messages are counted that waited: as long as they may wait. */
const KEPT_WINDOW_HOURS: number = SESSION_KEPT_MS / (60 * 60_000);

/** Tokens that a connection begins with in any case: a password, a name, and a line. */
const LEAST_TOKENS = 5;

/** The account of one address. */
export class Account {
  /** As `networkOf` gives it. */
  readonly address: string;
  /** What its joins wait for; null: they are not limited. */
  readonly joins: Joins | null;
  /** Open connections. */
  connections = 0;
  /** Bytes that wait in the server for its connections, or for the rest of their lines. */
  waitingBytes = 0;
  /** When it made rooms within the last hour, in milliseconds of the server's clock. */
  #roomsMade: number[] = [];
  /** Bytes of the direct messages that were kept for it, by the hour of the server's clock. */
  readonly #kept = new Map<number, number>();
  #left: Allowance[] = [];
  #bursts: TokenBucket | null = null;

  /** A new one, without connections. */
  constructor(address: string, joins: Joins | null) {
    this.address = address;
    this.joins = joins;
  }

  /**
   * Takes note of a room that it makes.
   *
   * @param most Rooms an hour; 0 is no limit.
   * @returns False, and nothing is noted, when there were as many within the last hour.
   */
  makeRoom(most: number, now: number): boolean {
    if (most === 0) return true;
    this.#roomsMade = this.#roomsMade.filter((at) => now - at < ROOMS_WINDOW_MS);
    if (this.#roomsMade.length >= most) return false;
    this.#roomsMade.push(now);
    return true;
  }

  /** The room noted last was not made after all. */
  returnRoom(): void {
    this.#roomsMade.pop();
  }

  /**
   * Takes note of a direct message that waits for who is away.
   *
   * @param bytes What it takes.
   * @param most Bytes within 24 hours.
   * @returns Takes that back; null, and nothing is noted: it would be more.
   */
  keepDirect(bytes: number, most: number, now: number): (() => void) | null {
    const hour = Math.floor(now / (60 * 60_000));
    let sum = bytes;
    for (const [known, kept] of this.#kept) {
      if (known < hour - KEPT_WINDOW_HOURS) this.#kept.delete(known);
      else sum += kept;
    }
    if (sum > most) return null;
    const add = (more: number) => this.#kept.set(hour, (this.#kept.get(hour) ?? 0) + more);
    add(bytes);
    return () => void add(-bytes);
  }

  /**
   * Takes an allowance back from a connection that ends, for the next one: otherwise it would be as
   * good as new for everybody who connects again. Its debt goes with the connection: the next one
   * may be a neighbour's, whose first line waits for one token at most.
   */
  leave(allowance: Allowance, now: number): void {
    if (allowance.isFresh(now)) {
      this.#bursts?.giveBack(allowance.burst);
      return;
    }
    allowance.bucket.forgive(now);
    if (this.#left.length >= MAX_LEFT) this.#left.shift();
    this.#left.push(allowance);
  }

  /** Allowances that are remembered for the next connections. */
  get leftBehind(): number {
    return this.#left.length;
  }

  /** Forgets the allowances that are full again. */
  forget(now: number): void {
    if (this.#left.length === 0) return;
    this.#left = this.#left.filter((allowance) => !allowance.isFresh(now));
  }

  /** An allowance for a new connection: the emptiest that was left behind, or a new one. */
  take(rate: number, now: number): Allowance {
    this.forget(now);
    let emptiest: Allowance | undefined;
    for (const allowance of this.#left) {
      if (emptiest === undefined || allowance.bucket.tokens < emptiest.bucket.tokens) {
        emptiest = allowance;
      }
    }
    if (emptiest === undefined) {
      const burst = new TokenBucket(rate, now).capacity;
      this.#bursts ??= new TokenBucket(BURSTS_A_SECOND * burst, now);
      const given = this.#bursts.takeUpTo(burst, now);
      return new Allowance(rate, now, Math.max(LEAST_TOKENS, given), given);
    }
    this.#left.splice(this.#left.indexOf(emptiest), 1);
    return emptiest;
  }
}

/** The accounts of all addresses. */
export class Accounts {
  readonly #joinsPerSecond: number;
  readonly #clock: Clock;
  readonly #active = new Map<string, Account>();
  /** In the order in which the last connection ended. */
  readonly #idle = new Map<string, Account>();

  /**
   * None are known yet.
   *
   * @param joinsPerSecond Of one address; 0 is no limit.
   */
  constructor(joinsPerSecond: number, clock: Clock) {
    this.#joinsPerSecond = joinsPerSecond;
    this.#clock = clock;
  }

  /** Those with connections. */
  active(): Iterable<Account> {
    return this.#active.values();
  }

  /**
   * Takes note of a connection; its end must be told by {@linkcode close}.
   *
   * @param address As `networkOf` gives it.
   */
  open(address: string): Account {
    const account = this.#active.get(address) ?? this.#idle.get(address) ?? this.#new(address);
    this.#idle.delete(address);
    this.#active.set(address, account);
    account.connections++;
    return account;
  }

  #new(address: string): Account {
    const perSecond = this.#joinsPerSecond;
    return new Account(address, perSecond === 0 ? null : new Joins(perSecond, this.#clock));
  }

  /** Forgets what addresses without a connection have left behind. Called about once a second. */
  tick(now: number): void {
    for (const account of this.#idle.values()) account.forget(now);
  }

  /** A connection has ended. */
  close(account: Account): void {
    if (--account.connections > 0) return;
    const { address } = account;
    this.#active.delete(address);
    this.#idle.set(address, account);
    forgetOldest(this.#idle, MAX_IDLE);
  }
}
