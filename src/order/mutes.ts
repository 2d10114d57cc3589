/**
 * Who may not speak. A mute belongs to a session, and to an address where there is none: a name it
 * only goes by, so that nobody takes it over with a name.
 *
 * @module
 */

import { parseNetwork, rangeKey } from "../net/address_range.ts";
import { MAX_RAW_NAME_UNITS, nameKeys } from "../protocol/names.ts";
import type { Member, Mute } from "../room/member.ts";

/** Mutes that are remembered; beyond it the oldest is forgotten, but for who is here. */
const MAX_MUTES = 10_000;

/** The mutes of a server. Changed by the reducer alone. */
export class Mutes {
  /** The oldest first. */
  readonly #all = new Set<Mute>();

  /** How many are remembered, over or not. */
  get size(): number {
    return this.#all.size;
  }

  /** The mute that somebody who comes in is under; null: none, or one that is over by then. */
  ofNewcomer(session: string | null, address: string, nowMs: number): Mute | null {
    if (this.#all.size === 0) return null;
    const key = keyOf(session, address);
    let longest: Mute | null = null;
    for (const mute of this.#all) {
      if (mute.key !== key || mute.untilMs <= nowMs) continue;
      if (longest === null || mute.untilMs > longest.untilMs) longest = mute;
    }
    return longest;
  }

  /** A mute of somebody who is here, not remembered yet. */
  make({ name, session, address }: Member, untilMs: number): Mute {
    return { key: keyOf(session?.hash ?? null, address), fold: nameKeys(name).fold, untilMs };
  }

  /** Remembers one. */
  add(mute: Mute): void {
    this.#all.add(mute);
  }

  /** Forgets one. */
  delete(mute: Mute): void {
    this.#all.delete(mute);
  }

  /** Those of people who had a name when they were muted, in any case and width. */
  named(name: string): Mute[] {
    if (name.length > MAX_RAW_NAME_UNITS) return [];
    const { fold } = nameKeys(name);
    return [...this.#all].filter((mute) => mute.fold === fold);
  }

  /** Forgets the oldest ones beyond the bound. */
  trim(): void {
    for (const oldest of this.#all) {
      if (this.#all.size <= MAX_MUTES) return;
      this.#all.delete(oldest);
    }
  }
}

function keyOf(session: string | null, address: string): string {
  if (session !== null) return session;
  const network = parseNetwork(address);
  return network === undefined ? address : rangeKey(network);
}
