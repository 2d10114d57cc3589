/**
 * Who is kept out, and who may not speak. Bans are in the store, so that they outlive the server
 * where that has a database; mutes last as long as it runs.
 *
 * @module
 */

import { nameKeys } from "../protocol/names.ts";
import type { Ban, Store } from "../room/store.ts";
import { networkOf } from "./penalties.ts";

/** Bans and mutes of one room. */
export class Moderation {
  readonly #store: Store;
  readonly #nowMs: () => number;
  readonly #bans = new Map<string, Ban>();
  /** Until when, by the key of the name; `Infinity`: for good. */
  readonly #mutes = new Map<string, number>();

  /**
   * Begins with the bans that the store has kept.
   *
   * @param nowMs The wall clock, in milliseconds since 1970.
   */
  constructor(store: Store, nowMs: () => number) {
    this.#store = store;
    this.#nowMs = nowMs;
    for (const ban of store.bans()) this.#bans.set(ban.key, ban);
  }

  /** The bans that hold now, the newest last. */
  bans(): Ban[] {
    const nowMs = this.#nowMs();
    for (const { key, untilMs } of [...this.#bans.values()]) {
      if (untilMs !== null && untilMs <= nowMs) this.lift(key);
    }
    return [...this.#bans.values()];
  }

  /** The ban that holds for an address; undefined: it may come. */
  ofAddress(address: string): Ban | undefined {
    return this.#bans.size === 0 ? undefined : this.#valid(addressKey(address));
  }

  /** The ban that holds for a name, or for one that looks like it. */
  ofName(name: string): Ban | undefined {
    if (this.#bans.size === 0) return undefined;
    const { fold, look } = nameKeys(name);
    return this.#valid(`name:${fold}`) ??
      this.bans().find((ban) => ban.key.startsWith("name:") && nameKeys(ban.shown).look === look);
  }

  /**
   * Keeps a name or address out.
   *
   * @throws {StoreUnavailable} When it cannot be kept; then it does not hold.
   */
  ban(ban: Ban): void {
    this.#store.keepBan(ban);
    this.#bans.set(ban.key, ban);
  }

  /**
   * Lifts a ban.
   *
   * @param key Of {@linkcode nameKey} or {@linkcode addressKey}.
   * @returns False when there is none.
   * @throws {StoreUnavailable} When that cannot be kept; then it still holds.
   */
  lift(key: string): boolean {
    if (!this.#bans.has(key)) return false;
    this.#store.dropBan(key);
    return this.#bans.delete(key);
  }

  /** Lets nobody hear a name, for some time or for good (`Infinity`). */
  mute(name: string, forMs: number): void {
    this.#mutes.set(nameKey(name), this.#nowMs() + forMs);
  }

  /** Lets a name be heard again; false when it was not muted. */
  unmute(name: string): boolean {
    return this.#mutes.delete(nameKey(name));
  }

  /** Whether a name may not speak. */
  isMuted(name: string): boolean {
    if (this.#mutes.size === 0) return false;
    const until = this.#mutes.get(nameKey(name));
    if (until !== undefined && until <= this.#nowMs()) this.unmute(name);
    return this.#mutes.has(nameKey(name));
  }

  /** A mute follows who has it to another name. */
  renamed(from: string, to: string): void {
    const until = this.#mutes.get(nameKey(from));
    if (until !== undefined) this.#mutes.set(nameKey(to), until);
  }

  #valid(key: string): Ban | undefined {
    const ban = this.#bans.get(key);
    if (ban === undefined || ban.untilMs === null || ban.untilMs > this.#nowMs()) return ban;
    this.lift(key);
    return undefined;
  }
}

/** Under which a name is banned or muted. */
export function nameKey(name: string): string {
  return `name:${nameKeys(name).fold}`;
}

/** Under which an address is banned: IPv6 by its /64. */
export function addressKey(address: string): string {
  return `address:${networkOf(address)}`;
}
