/**
 * What one client may still do: tokens, and recent renames.
 *
 * Tokens come at a steady rate, each line costs some, and who has none left is read later. Nothing
 * is refused and nothing is lost; TCP makes the sender wait. An allowance belongs to the session,
 * so a client that resumes goes on where it was. One without a session leaves it to the next from
 * its address.
 *
 * @module
 */

import type { Session } from "../../room/room.ts";

/** How many seconds' worth of tokens may be saved up: people paste, then think. */
const BURST_SECONDS = 5;

/** Over how long names are counted. */
const RENAME_WINDOW_MS = 60_000;

/** A token bucket that may go into debt. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #tokens: number;
  #at: number;

  /**
   * A full bucket.
   *
   * @param perSecond Tokens that come in a second; 0 is no limit at all.
   * @param now Milliseconds of a clock that never goes back.
   * @param tokens How many there are at first; default: as many as it holds.
   */
  constructor(perSecond: number, now: number, tokens: number = perSecond * BURST_SECONDS) {
    this.#perMs = perSecond / 1000;
    this.#capacity = perSecond * BURST_SECONDS;
    this.#tokens = Math.min(tokens, this.#capacity);
    this.#at = now;
  }

  /** Takes as many tokens as there are, at most so many; returns the number. */
  takeUpTo(most: number, now: number): number {
    this.take(0, now);
    const taken = Math.max(0, Math.min(most, this.#tokens));
    this.#tokens -= taken;
    return taken;
  }

  /** Tokens that it can hold. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Tokens at the last look; less than 0: a debt. */
  get tokens(): number {
    return this.#tokens;
  }

  /** Whether nothing of it is used up. */
  isFull(now: number): boolean {
    return this.#tokens + (now - this.#at) * this.#perMs >= this.#capacity;
  }

  /** Lets a debt go. */
  forgive(now: number): void {
    this.take(0, now);
    this.#tokens = Math.max(0, this.#tokens);
  }

  /** Gives tokens back that were taken for something that did not happen. */
  giveBack(tokens: number): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + tokens);
  }

  /**
   * Takes tokens, more than there are if need be.
   *
   * @param cost How many.
   * @param now Milliseconds of the same clock.
   * @returns Milliseconds to wait before the next line may be read; 0 when there is no debt.
   */
  take(cost: number, now: number): number {
    if (this.#perMs === 0) return 0;
    this.#tokens = Math.min(this.#capacity, this.#tokens + (now - this.#at) * this.#perMs) - cost;
    this.#at = now;
    return this.#tokens >= 0 ? 0 : Math.ceil(-this.#tokens / this.#perMs);
  }
}

/** A token bucket and a list of recent renames. */
export class Allowance {
  /** Pays for lines and for everything else. */
  readonly bucket: TokenBucket;
  /** Tokens that its address has given for it, beside those that everybody gets. */
  readonly burst: number;
  #renamedAt: number[] = [];

  /**
   * A new one.
   *
   * @param rate Tokens a second, 1 or more.
   * @param now Milliseconds of a clock that never goes back.
   * @param tokens How many there are at first; default: a full burst.
   * @param burst Which of them its address has given.
   */
  constructor(rate: number, now: number, tokens?: number, burst: number = 0) {
    this.bucket = new TokenBucket(rate, now, tokens);
    this.burst = burst;
  }

  /** Whether nothing of it is used up. */
  isFresh(now: number): boolean {
    this.#forgetNames(now);
    return this.#renamedAt.length === 0 && this.bucket.isFull(now);
  }

  /**
   * Takes note of a new name.
   *
   * @param most Names a minute; 0 is no limit.
   * @returns False, and nothing is noted, when there were as many in the last minute.
   */
  rename(most: number, now: number): boolean {
    this.#forgetNames(now);
    if (most > 0 && this.#renamedAt.length >= most) return false;
    this.#renamedAt.push(now);
    return true;
  }

  #forgetNames(now: number): void {
    this.#renamedAt = this.#renamedAt.filter((at) => now - at < RENAME_WINDOW_MS);
  }
}

/** What each session may still do, as long as it is remembered. */
const allowances = new WeakMap<Session, Allowance>();

/** The allowance of a session: the same over all its connections. Undefined: it has none yet. */
export function allowanceOf(session: Session): Allowance | undefined {
  return allowances.get(session);
}

/** Gives a session that has none the allowance of the connection with which it begins. */
export function giveAllowance(session: Session, allowance: Allowance): void {
  allowances.set(session, allowance);
}
