/**
 * Who is muted. Mutes are keyed by session, by address where there is none, or by a range of
 * addresses; the name is kept only for `/unmute`. Of several that hold for somebody each ends by
 * itself.
 *
 * @module
 */

import { addressBytes, contains, networkOf, rangeText } from "../net/address_range.ts";
import { nameKeys } from "../protocol/look_alikes.ts";
import type { Members } from "../room/members.ts";
import type { Member, Mute } from "../room/room.ts";
import { rangeOfKey } from "./bans.ts";

/** Mutes that are remembered; beyond it the oldest is forgotten of those who are not here. */
const MAX_MUTES = 10_000;

/** For whom a mute is changed, and at which time of the order. */
export interface WhoAndWhen {
  /** Who is here. */
  readonly members: Members;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** The mutes of a server. Changed by the reducer alone. */
export class Mutes {
  /** The oldest first. */
  readonly #all = new Set<Mute>();

  /** How many are remembered, over or not. */
  get size(): number {
    return this.#all.size;
  }

  /** All of them, the oldest first. */
  [Symbol.iterator](): Iterator<Mute> {
    return this.#all.values();
  }

  /** One more, the newest: it was saved. */
  restore(mute: Mute): void {
    this.#all.add(mute);
  }

  /** The mute that somebody who comes in is under; null: none, or one that is over by then. */
  ofNewcomer(session: string | null, address: string, nowMs: number): Mute | null {
    if (this.#all.size === 0) return null;
    const key = keyOf(session, address);
    const holding = [...this.#all].filter(({ untilMs }) => untilMs > nowMs);
    return longest(holding.filter((mute) => mute.key === key || holdsFor(mute, address)));
  }

  /**
   * Mutes somebody who is here; a mute that holds is changed.
   *
   * @returns Undoes it.
   */
  mute(member: Member, untilMs: number, when: WhoAndWhen): () => void {
    const { fold, address } = member;
    const key = keyOf(hashOf(member), address);
    return this.#put(
      (mute) => isOwn(mute, member) || (mute === member.mute && !isOfRange(mute)),
      { key, fold, untilMs },
      when,
    );
  }

  /**
   * Mutes all who come from some addresses, those who are here and others later.
   *
   * @param key From `addressKey`.
   * @returns Undoes it.
   */
  muteRange(key: string, untilMs: number, when: WhoAndWhen): () => void {
    const { fold } = nameKeys(rangeText(rangeOfKey(key)!));
    return this.#put((mute) => mute.key === key, { key, fold, untilMs }, when);
  }

  /**
   * Lifts the mutes of people who had a name when they were muted, and that of who has it now.
   *
   * @param fold The name, folded: see `NameKeys`.
   * @returns Undoes it; null: none holds.
   */
  unmute(fold: string, when: WhoAndWhen): (() => void) | null {
    const { members, nowMs } = when;
    const own = members.ofFold(fold)?.mute ?? null;
    // That of a range is not lifted for one of those in it.
    const named = own === null || isOfRange(own) ? [] : [own];
    const lifted = [...new Set([...this.#all, ...named])]
      .filter((mute) => (mute === named[0] || mute.fold === fold) && mute.untilMs > nowMs);
    if (lifted.length === 0) return null;
    const undo = lifted.flatMap((mute) => {
      this.#all.delete(mute);
      return [change(mute, -Infinity), () => void this.#all.add(mute)];
    });
    undo.push(this.#settle(lifted, when));
    return () => undo.forEach((call) => call());
  }

  /** Changes the mute that holds and is meant, or adds one. */
  #put(isMeant: (mute: Mute) => boolean, added: Mute, when: WhoAndWhen): () => void {
    const known = [...this.#all].find((mute) => mute.untilMs > when.nowMs && isMeant(mute));
    const undo = known === undefined ? this.#add(added) : change(known, added.untilMs);
    const unsettle = this.#settle([known ?? added], when);
    return () => {
      undo();
      unsettle();
    };
  }

  #add(mute: Mute): () => void {
    this.#all.add(mute);
    return () => void this.#all.delete(mute);
  }

  /** Whom these concern is under the longest that holds: of several, each ends by itself. */
  #settle(changed: readonly Mute[], { members, nowMs }: WhoAndWhen): () => void {
    const concerned = members.all().filter((member) => (
      changed.some((mute) => mute === member.mute || holdsForMember(mute, member))
    ));
    const keys = new Set(concerned.map((member) => keyOf(hashOf(member), member.address)));
    const some = [...this.#all].filter((mute) => (
      mute.untilMs > nowMs && (keys.has(mute.key) || isOfRange(mute))
    ));
    const undo: (() => void)[] = [];
    for (const member of concerned) {
      const { mute: before } = member;
      const all = some.filter((mute) => mute === before || holdsForMember(mute, member));
      member.mute = longest(all) ?? before;
      undo.push(() => member.mute = before);
    }
    return () => undo.forEach((call) => call());
  }

  /** Forgets the oldest ones beyond the bound, but for those of somebody who is here. */
  trim(members: Members): void {
    if (this.#all.size <= MAX_MUTES) return;
    const held = new Set(members.all().map(({ mute }) => mute));
    for (const mute of this.#all) {
      if (this.#all.size <= MAX_MUTES) return;
      if (!held.has(mute)) this.#all.delete(mute);
    }
  }
}

/** Whether it is of a range of addresses. */
export function isOfRange({ key }: Mute): boolean {
  return rangeOfKey(key) !== undefined;
}

/** Whether it is of a range of addresses in which this one is. */
function holdsFor({ key }: Mute, address: string): boolean {
  const range = rangeOfKey(key);
  const bytes = range === undefined ? undefined : addressBytes(address);
  return bytes !== undefined && contains(range!, bytes);
}

/** Changes a mute for everybody who is under it. Returns what undoes that. */
function change(mute: Mute, untilMs: number): () => void {
  const before = mute.untilMs;
  mute.untilMs = untilMs;
  return () => mute.untilMs = before;
}

/** The one that ends last; of several, the first. */
function longest(mutes: readonly Mute[]): Mute | null {
  return mutes.reduce<Mute | null>((most, mute) => (
    most === null || mute.untilMs > most.untilMs ? mute : most
  ), null);
}

/** Whether it is somebody's own, or of where that one is. */
function holdsForMember(mute: Mute, member: Member): boolean {
  return isOwn(mute, member) || holdsFor(mute, member.address);
}

/** Whether it is somebody's own. People without a session share the key of their network. */
function isOwn({ key, fold }: Mute, member: Member): boolean {
  const hash = hashOf(member);
  return key === keyOf(hash, member.address) && (hash !== null || fold === member.fold);
}

function hashOf({ session }: Member): string | null {
  return session?.hash ?? null;
}

function keyOf(session: string | null, address: string): string {
  return session ?? networkOf(address);
}
