/**
 * What one client may still do: tokens, and recent renames. It belongs to the session, so a client
 * that resumes goes on where it was. One without a session leaves it to the next from its address.
 *
 * @module
 */

import type { Session } from "../../room/member.ts";
import { TokenBucket } from "./token_bucket.ts";

/** Over how long names are counted. */
const RENAME_WINDOW_MS = 60_000;

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
