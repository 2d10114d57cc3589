/**
 * Who is kept out. Bans are in the store, so that they outlive the server where that has a database.
 *
 * A look-up reads memory alone: it neither throws nor waits, whatever has become of the store. That a
 * ban has run out is written to the store later, by {@linkcode Moderation.tick}.
 *
 * @module
 */

import { nameKeys } from "../../protocol/names.ts";
import type { Ban, Store } from "../../store/store.ts";
import { AddressBans } from "./address_bans.ts";

/** Bans that are dropped from the store in one tick: each is a commit. */
const MAX_DROPS = 10;

/** A store that could not be written is left alone for so long: each try may wait for a lock. */
const RETRY_MS = 60_000;

/** What somebody is told who is kept out. */
export const BANNED = "You are kept out of this room. Ask its operators.";

/** Bans of names and addresses. */
export class Moderation {
  readonly #store: Store;
  readonly #nowMs: () => number;
  readonly #bans = new Map<string, Ban>();
  /** The keys of the bans of names, by what these look like. */
  readonly #bySkeleton = new Map<string, Set<string>>();
  /** Keys of bans that have run out, and that the store may still have. */
  readonly #runOut = new Set<string>();
  /** No ban runs out before; milliseconds since 1970. */
  #nextEndMs = Infinity;
  /** The store is not written before; milliseconds since 1970. */
  #retryAtMs = -Infinity;
  readonly #addresses = new AddressBans();

  /**
   * Begins with the bans that the store has kept.
   *
   * @param nowMs The wall clock, in milliseconds since 1970.
   */
  constructor(store: Store, nowMs: () => number) {
    this.#store = store;
    this.#nowMs = nowMs;
    for (const ban of store.bans()) this.#add(ban);
  }

  /** The bans that hold now, the newest last. Never throws. */
  bans(): Ban[] {
    this.#forgetRunOut();
    return [...this.#bans.values()];
  }

  /** The ban that holds for an address, the narrowest of several; undefined: it may come. Never throws. */
  ofAddress(address: string): Ban | undefined {
    if (this.#bans.size === 0) return undefined;
    for (const key of this.#addresses.keysOf(address)) {
      const ban = this.#holding(key);
      if (ban !== undefined) return ban;
    }
    return undefined;
  }

  /** The ban that holds for a name, or for one that looks like it. Never throws. */
  ofName(name: string): Ban | undefined {
    if (this.#bans.size === 0) return undefined;
    const { fold, skeleton } = nameKeys(name);
    const ban = this.#holding(`name:${fold}`);
    if (ban !== undefined) return ban;
    for (const key of this.#bySkeleton.get(skeleton) ?? []) {
      const alike = this.#holding(key);
      if (alike !== undefined) return alike;
    }
    return undefined;
  }

  /**
   * Keeps a name or addresses out.
   *
   * @throws {StoreUnavailable} When it cannot be kept; then it does not hold.
   */
  ban(ban: Ban): void {
    this.#store.keepBan(ban);
    // The row is the new ban's now, if there was one.
    this.#runOut.delete(ban.key);
    this.#remove(ban.key);
    this.#add(ban);
  }

  /**
   * Lifts a ban.
   *
   * @param key Of {@linkcode nameKey} or `addressKey`.
   * @returns False when there is none.
   * @throws {StoreUnavailable} When that cannot be kept; then it still holds.
   */
  lift(key: string): boolean {
    if (this.#holding(key) === undefined) return false;
    this.#store.dropBan(key);
    this.#remove(key);
    return true;
  }

  /**
   * Drops from the store what has run out, a few bans at a time; when the store cannot be written,
   * again in a minute. To be called about once a second. Never throws.
   */
  tick(): void {
    const nowMs = this.#nowMs();
    if (nowMs >= this.#nextEndMs) this.#forgetRunOut();
    // A clock that was set back must not make it wait for long.
    if (nowMs < this.#retryAtMs && this.#retryAtMs - nowMs <= RETRY_MS) return;
    let left = MAX_DROPS;
    for (const key of this.#runOut) {
      if (left-- === 0) return;
      try {
        this.#store.dropBan(key);
        this.#runOut.delete(key);
      } catch {
        // It holds for nobody any more, and is not worth a word: events that fail are told.
        this.#retryAtMs = nowMs + RETRY_MS;
        return;
      }
    }
  }

  /** The ban of a key, as long as it holds. */
  #holding(key: string): Ban | undefined {
    const ban = this.#bans.get(key);
    if (ban === undefined || ban.untilMs === null || ban.untilMs > this.#nowMs()) return ban;
    this.#forget(ban);
    return undefined;
  }

  /** Looks at all bans, and when the next of them runs out. */
  #forgetRunOut(): void {
    const nowMs = this.#nowMs();
    this.#nextEndMs = Infinity;
    for (const ban of this.#bans.values()) {
      if (ban.untilMs === null) continue;
      if (ban.untilMs <= nowMs) this.#forget(ban);
      else this.#nextEndMs = Math.min(this.#nextEndMs, ban.untilMs);
    }
  }

  /** It holds no more; the store hears of that later. */
  #forget({ key }: Ban): void {
    this.#remove(key);
    this.#runOut.add(key);
  }

  #add(ban: Ban): void {
    this.#bans.set(ban.key, ban);
    this.#addresses.add(ban.key);
    this.#nextEndMs = Math.min(this.#nextEndMs, ban.untilMs ?? Infinity);
    const skeleton = skeletonOf(ban);
    if (skeleton === undefined) return;
    const keys = this.#bySkeleton.get(skeleton);
    if (keys === undefined) this.#bySkeleton.set(skeleton, new Set([ban.key]));
    else keys.add(ban.key);
  }

  #remove(key: string): void {
    const ban = this.#bans.get(key);
    if (ban === undefined) return;
    this.#bans.delete(key);
    this.#addresses.delete(key);
    const skeleton = skeletonOf(ban);
    const keys = skeleton === undefined ? undefined : this.#bySkeleton.get(skeleton);
    if (skeleton === undefined || keys === undefined) return;
    keys.delete(key);
    if (keys.size === 0) this.#bySkeleton.delete(skeleton);
  }
}

/** What the name of a ban looks like; undefined where an address is banned. */
function skeletonOf({ key, shown }: Ban): string | undefined {
  return key.startsWith("name:") ? nameKeys(shown).skeleton : undefined;
}

/** Under which a name is banned. */
export function nameKey(name: string): string {
  return `name:${nameKeys(name).fold}`;
}
