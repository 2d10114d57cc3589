/**
 * What people share beside the log: who is here, which sessions are remembered, who is muted or
 * kept out. Only the reducer changes it.
 *
 * Mutes are keyed by session, by address where there is none, or by a range of addresses; the name
 * is kept only for `/unmute`.
 *
 * @module
 */

import { addressBytes, contains, networkOf, rangeText } from "../net/address_range.ts";
import { nameKeys } from "../protocol/names.ts";
import { Members } from "../room/members.ts";
import type { Member, Mute } from "../room/room.ts";
import { Rooms, type RoomsOptions } from "../room/rooms.ts";
import { SESSION_BOUNDS, Sessions } from "../room/sessions.ts";
import { type Present, SESSION_KEPT_MS, type Store } from "../store/store.ts";
import { Bans, rangeOfKey } from "./bans.ts";
import { Servers } from "./servers.ts";

/** Mutes that are remembered; beyond it the oldest is forgotten of those who are not here. */
const MAX_MUTES = 10_000;

/**
 * The newest rules that this program knows: 2 has `erase` and `mute-range`. What a proposal does
 * may change from one release to the next. Servers of both may run at the same time, so that a rule
 * of version N holds only where {@linkcode State.rules} says N or more.
 */
export const RULES = 2;

/** From these rules on direct messages wait for who is away. */
export const WAITING_RULES = 2;

/** The state that the reducer folds proposals into; everybody may read it. */
export class State {
  /** The rooms that there are, and who is in them. */
  readonly rooms: Rooms;
  /** Who is here. */
  readonly members: Members = new Members();
  /** Sessions that are remembered, with the ids that they have used. */
  readonly sessions: Sessions;
  /** Who may not speak. */
  readonly mutes: Mutes = new Mutes();
  /** Who may not come in. */
  readonly bans: Bans;
  /**
   * By which rules proposals are reduced: at most {@linkcode RULES}. Several servers take up newer
   * ones when each of them knows these.
   */
  rules = 1;
  /** The servers that share all this; none where there is only this one. */
  readonly servers: Servers = new Servers();

  /**
   * Begins where the store ended: with its rooms and sessions, and with those who were here. Names
   * that a store of before has twice are taken once.
   *
   * @param nowMs Milliseconds since 1970.
   */
  constructor(store: Store, nowMs: number, options: RoomsOptions = {}) {
    this.bans = new Bans(store.bans());
    this.sessions = new Sessions(store.sessions(nowMs - SESSION_KEPT_MS, SESSION_BOUNDS));
    const stored = store.rooms();
    this.rooms = new Rooms(store, stored, options);
    for (const present of store.present()) this.#restore(present);
    for (const { id, keeper } of stored) {
      const member = keeper === null ? null : this.sessions.get(keeper)?.member ?? null;
      const room = this.rooms.byId(id)!;
      if (member !== null && room.members.has(member) && !room.isPermanent) room.keeper = member;
    }
    this.sessions.trim(nowMs);
  }

  #restore({ name, session: hash, rooms }: Present): void {
    const session = hash === null ? null : this.sessions.get(hash) ?? null;
    const member = this.members.add(name, session);
    if (member === null) return;
    if (session !== null) session.member = member;
    for (const id of rooms) {
      const room = this.rooms.byId(id);
      if (room === undefined) continue;
      room.members.add(member);
      member.rooms.add(room);
    }
  }
}

/** Whether somebody may not speak, nor take another name. */
export function isMuted({ mute }: Member, nowMs: number): boolean {
  return mute !== null && mute.untilMs > nowMs;
}

/** Words that somebody gives on leaving; none where they may not speak. */
export function spoken(
  member: Member,
  text: string | undefined,
  nowMs: number,
): string | undefined {
  return isMuted(member, nowMs) ? undefined : text;
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
    let longest: Mute | null = null;
    for (const mute of this.#all) {
      if (mute.untilMs <= nowMs) continue;
      if (mute.key !== key && !holdsFor(mute, address)) continue;
      if (longest === null || mute.untilMs > longest.untilMs) longest = mute;
    }
    return longest;
  }

  /** The longest mute of a range in which an address is; null: none holds. */
  ofRange(address: string, nowMs: number): Mute | null {
    let longest: Mute | null = null;
    for (const mute of this.#all) {
      if (mute.untilMs <= Math.max(nowMs, longest?.untilMs ?? -Infinity)) continue;
      if (holdsFor(mute, address)) longest = mute;
    }
    return longest;
  }

  /**
   * Mutes somebody who is here; a mute that holds is changed.
   *
   * @returns Undoes it.
   */
  mute(member: Member, untilMs: number, nowMs: number): () => void {
    const { fold, session, address, mute: before } = member;
    const isOwn = before !== null && before.untilMs > nowMs && !isOfRange(before);
    if (isOwn) return change(before, untilMs);
    const key = keyOf(session?.hash ?? null, address);
    const mute = { key, fold, untilMs };
    this.#all.add(mute);
    member.mute = mute;
    return () => {
      this.#all.delete(mute);
      member.mute = before;
    };
  }

  /**
   * Mutes all who come from some addresses, those who are here and others later.
   *
   * @param key From `addressKey`.
   * @returns Undoes it.
   */
  muteRange(
    key: string,
    untilMs: number,
    { members, nowMs }: { readonly members: Members; readonly nowMs: number },
  ): () => void {
    for (const known of this.#all) {
      if (known.key === key && known.untilMs > nowMs) return change(known, untilMs);
    }
    const { fold } = nameKeys(rangeText(rangeOfKey(key)!));
    const mute: Mute = { key, fold, untilMs };
    this.#all.add(mute);
    const undo: (() => void)[] = [() => this.#all.delete(mute)];
    for (const member of members.all()) {
      const { mute: before, address } = member;
      const isLess = before === null || before.untilMs < untilMs || before.untilMs <= nowMs;
      if (!isLess || !holdsFor(mute, address)) continue;
      member.mute = mute;
      undo.push(() => member.mute = before);
    }
    return () => undo.forEach((call) => call());
  }

  /**
   * Lifts the mutes of people who had a name when they were muted, and that of who has it now.
   *
   * @param fold The name, folded: see `NameKeys`.
   * @param own The mute of the member with that name, where there is one.
   * @returns Undoes it; null: none holds.
   */
  unmute(fold: string, own: Mute | null, nowMs: number): (() => void) | null {
    const undo: (() => void)[] = [];
    // That of a range is not lifted for one of those in it.
    const named = own === null || isOfRange(own) ? [] : [own];
    for (const mute of new Set([...this.#all, ...named])) {
      if ((mute !== named[0] && mute.fold !== fold) || mute.untilMs <= nowMs) continue;
      this.#all.delete(mute);
      undo.push(change(mute, -Infinity), () => this.#all.add(mute));
    }
    return undo.length === 0 ? null : () => undo.forEach((call) => call());
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

function keyOf(session: string | null, address: string): string {
  return session ?? networkOf(address);
}
