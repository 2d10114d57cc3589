/**
 * Bans: what an operator names behind `/ban` and `/unban` (a name, an address, or a range of
 * addresses), and who is banned now.
 *
 * Bans change in the order alone; here they are looked up, and those that have run out are proposed
 * to be dropped.
 *
 * @module
 */

import { type AddressRange, parseNetwork, parseRange } from "../../net/address_range.ts";
import type { Bans } from "../../order/bans.ts";
import type { Order, Proposer, Verdict } from "../../order/order.ts";
import { parseName } from "../../protocol/names.ts";
import { excerpt } from "../../protocol/quote.ts";
import type { Ban } from "../../store/store.ts";

/** What no name holds, but addresses, ranges, and what people take for those. */
const NO_NAME = /[/*:%[\]]/;

/** Digits and at least two dots: `10.0.0`, `127.0.0.300`, `127.0.0.x`, `10.0.0.1-9`. */
const LIKE_ADDRESS = /^\d[\dx-]*\.[\dx-]*\.[\dx.-]*$/i;

/** Bans that are dropped in one tick: they are in the way of nobody. */
const MAX_DROPS = 10;

/** A store that could not be written is left alone for so long: each try may wait for a lock. */
const RETRY_MS = 60_000;

/** What was named, or why it is nothing that can be banned. */
export type BanTarget =
  | { readonly kind: "addresses"; readonly range: AddressRange }
  | { readonly kind: "name"; readonly name: string }
  | {
    readonly kind: "problem";
    /** One line for people: the value received, and what is allowed. */
    readonly problem: string;
  };

/**
 * Understands a target. A bare IPv6 address stands for its /64, see `parseNetwork`.
 *
 * Digits and dots may be a name, too: with fewer than two dots (`1.2`) they are one, with more only
 * where somebody has it, so that a mistyped address is not banned as a name that nobody has.
 *
 * @param text One word.
 * @param isHere Whether somebody on the server has this name.
 */
export function readTarget(text: string, isHere: (name: string) => boolean): BanTarget {
  const range = parseNetwork(text);
  if (range !== undefined) return { kind: "addresses", range };
  if (NO_NAME.test(text)) return { kind: "problem", problem: noTarget(text) };
  const parsed = parseName(text);
  if ("problem" in parsed) return { kind: "problem", problem: parsed.problem };
  if (LIKE_ADDRESS.test(parsed.name) && !isHere(parsed.name)) {
    return { kind: "problem", problem: noTarget(text) };
  }
  return { kind: "name", name: parsed.name };
}

function noTarget(text: string): string {
  const meant = meantBy(text);
  return `Cannot use ${
    excerpt(text)
  }: it must be a name, an address such as 192.0.2.7, or a range ` +
    `such as 192.0.2.0/24.${meant === undefined ? "" : ` Did you mean ${meant}?`}`;
}

/** What was probably meant by an address with a port, or by one with wildcards or a part alone. */
function meantBy(text: string): string | undefined {
  const [, inBrackets, beforePort] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text) ?? [];
  const bare = inBrackets ?? beforePort;
  if (bare !== undefined) return parseRange(bare) === undefined ? undefined : bare;
  const parts = text.split(".");
  const isWild = (part: string) => ["", "*", "x", "X"].includes(part);
  const numbers = parts.filter((part) => !isWild(part));
  const isPrefix = numbers.length > 0 && numbers.length < 4 && parts.length <= 4 &&
    parts.slice(numbers.length).every(isWild);
  if (!isPrefix) return undefined;
  const address = [...numbers, "0", "0", "0"].slice(0, 4).join(".");
  const range = `${address}/${8 * numbers.length}`;
  return parseRange(range) === undefined ? undefined : range;
}

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
   * Has a few bans dropped that have run out; when the store cannot be written, again in a minute.
   * To be called about once a second.
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
