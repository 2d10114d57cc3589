/**
 * Who is banned now. Bans change in the order alone; here they are looked up, and those that have
 * run out are proposed to be dropped.
 *
 * @module
 */

import type { Bans } from "../../order/bans.ts";
import type { Order, Proposer, Verdict } from "../../order/order.ts";
import type { Ban } from "../../store/store.ts";

/** Bans that are dropped in one tick: they are in the way of nobody. */
const MAX_DROPS = 10;

/** A store that could not be written is left alone for so long: each try may wait for a lock. */
const RETRY_MS = 60_000;

/** What somebody is told who is banned. */
export const BANNED = "You are banned from this room. Ask its operators.";

/** What {@linkcode Moderation} works with. */
export interface ModerationOptions {
  /** The bans. */
  readonly bans: Bans;
  /** Drops those that have run out. */
  readonly order: Order;
  /** The wall clock, in milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Bans of names and addresses, at the present time. */
export class Moderation implements Proposer {
  readonly #options: ModerationOptions;
  /** Proposals that are not settled yet. */
  #pending = 0;
  /** Nothing is proposed before; milliseconds since 1970. */
  #retryAtMs = -Infinity;

  /** Nothing is proposed yet. */
  constructor(options: ModerationOptions) {
    this.#options = options;
  }

  /** The bans that hold now, the newest last. */
  bans(): Ban[] {
    return this.#options.bans.all(this.#options.nowMs());
  }

  /** The ban that holds for an address, the narrowest of several; undefined: it may come. */
  ofAddress(address: string): Ban | undefined {
    return this.#options.bans.ofAddress(address, this.#options.nowMs());
  }

  /** The ban that holds for a name, or for one that looks like it. */
  ofName(name: string): Ban | undefined {
    return this.#options.bans.ofName(name, this.#options.nowMs());
  }

  /**
   * Has a few bans dropped that have run out; when the store cannot be written, again in a minute. To
   * be called about once a second.
   */
  tick(): void {
    const { bans, order, nowMs } = this.#options;
    const now = nowMs();
    // A clock that was set back must not make it wait for long.
    const waits = now < this.#retryAtMs && this.#retryAtMs - now <= RETRY_MS;
    if (waits || this.#pending > 0) return;
    const keys = bans.over(now, MAX_DROPS);
    this.#pending = keys.length;
    for (const key of keys) order.propose({ type: "unban", keys: [key], ranOut: true }, this);
  }

  /** What became of what has run out. */
  settled(verdicts: readonly Verdict[]): void {
    this.#pending -= verdicts.length;
    const failed = verdicts.some((verdict) => "why" in verdict && verdict.why === "unavailable");
    if (failed) this.#retryAtMs = this.#options.nowMs() + RETRY_MS;
  }
}
