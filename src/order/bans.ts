/**
 * Who is banned, in memory: the store has them, too, so that they outlive the server where that has
 * a database. A look-up neither throws nor waits, whatever has become of the store, and a ban that
 * has run out holds for nobody, also while it is still here. The bans of addresses and of ranges of
 * them are found at once, however many there are.
 *
 * @module
 */

import {
  addressBytes,
  type AddressRange,
  parseRange,
  rangeKey,
  rangeOf,
} from "../net/address_range.ts";
import { type NameKeys, nameKeys } from "../protocol/look_alikes.ts";
import type { Ban } from "../store/store.ts";

const PREFIX = "address:";

/** Bans of names and addresses. Changed by the reducer alone. Times are milliseconds since 1970. */
export class Bans {
  readonly #bans = new Map<string, Ban>();
  /** The keys of the bans of names, by what these look like. */
  readonly #bySkeleton = new Map<string, Set<string>>();
  readonly #addresses = new AddressBans();

  /** Begins with the bans that the store has kept; some may be over. */
  constructor(stored: readonly Ban[]) {
    for (const ban of stored) this.set(ban.key, ban);
  }

  /** The first of these keys with a ban that holds, or with one that has run out. */
  find(
    keys: readonly string[],
    { nowMs, ranOut = false }: { readonly nowMs: number; readonly ranOut?: boolean | undefined },
  ): string | undefined {
    return keys.find((key) => {
      const ban = this.#bans.get(key);
      return ban !== undefined && holds(ban, nowMs) !== ranOut;
    });
  }

  /** Those that hold, the newest last. */
  all(nowMs: number): Ban[] {
    const holding = [...this.#bans.values()].filter((ban) => holds(ban, nowMs));
    return holding.sort((a, b) => a.atMs - b.atMs);
  }

  /** Keys of bans that have run out. */
  over(nowMs: number, limit: number): string[] {
    const keys: string[] = [];
    for (const ban of this.#bans.values()) {
      if (keys.length === limit) break;
      if (!holds(ban, nowMs)) keys.push(ban.key);
    }
    return keys;
  }

  /** The ban that holds for an address, the narrowest of several; undefined: it may come. */
  ofAddress(address: string, nowMs: number): Ban | undefined {
    if (this.#bans.size === 0) return undefined;
    return this.#firstHolding(this.#addresses.keysOf(address), nowMs);
  }

  /** The ban that holds for a name, or for one that looks like it. */
  ofName(name: string | NameKeys, nowMs: number): Ban | undefined {
    if (this.#bans.size === 0) return undefined;
    const { fold, skeleton } = typeof name === "string" ? nameKeys(name) : name;
    const alike = this.#bySkeleton.get(skeleton) ?? [];
    return this.#firstHolding([`name:${fold}`, ...alike], nowMs);
  }

  /**
   * Puts a ban in the place of another one.
   *
   * @param ban Undefined: none; harmless where there is none.
   * @returns Undoes it.
   */
  set(key: string, ban: Ban | undefined): () => void {
    const before = this.#bans.get(key);
    if (before !== undefined) this.#delete(before);
    if (ban !== undefined) this.#add(ban);
    return () => void this.set(key, before);
  }

  #add(ban: Ban): void {
    this.#bans.set(ban.key, ban);
    this.#addresses.add(ban.key);
    const skeleton = skeletonOf(ban);
    if (skeleton === undefined) return;
    const keys = this.#bySkeleton.get(skeleton);
    if (keys === undefined) this.#bySkeleton.set(skeleton, new Set([ban.key]));
    else keys.add(ban.key);
  }

  #delete(ban: Ban): void {
    const { key } = ban;
    this.#bans.delete(key);
    this.#addresses.delete(key);
    const skeleton = skeletonOf(ban);
    const keys = skeleton === undefined ? undefined : this.#bySkeleton.get(skeleton);
    if (skeleton === undefined || keys === undefined) return;
    keys.delete(key);
    if (keys.size === 0) this.#bySkeleton.delete(skeleton);
  }

  #firstHolding(keys: Iterable<string>, nowMs: number): Ban | undefined {
    for (const key of keys) {
      const ban = this.#bans.get(key);
      if (ban !== undefined && holds(ban, nowMs)) return ban;
    }
    return undefined;
  }
}

/** Whether a ban has not run out yet. */
function holds({ untilMs }: Ban, nowMs: number): boolean {
  return untilMs === null || untilMs > nowMs;
}

/** What the name of a ban looks like; undefined where an address is banned. */
function skeletonOf({ key, shown, skeleton }: Ban): string | undefined {
  return isNameKey(key) ? skeleton ?? nameKeys(shown).skeleton : undefined;
}

/** Whether a name is banned under this key. */
export function isNameKey(key: string): boolean {
  return key.startsWith("name:");
}

/** Under which a name is banned. */
export function nameKey(name: string): string {
  return `name:${nameKeys(name).fold}`;
}

/**
 * The keys of banned ranges, by the length of the range: an address takes one look-up for each
 * length that there is (at most 33 in IPv4, 129 in IPv6), and not one for each ban.
 */
export class AddressBans {
  /** By bits, then by the bytes of the range's first address. */
  readonly #ipv4: (Map<string, string> | undefined)[] = [];
  readonly #ipv6: (Map<string, string> | undefined)[] = [];

  /**
   * Knows one more.
   *
   * @param key Of any ban: one that is of no address is left out.
   */
  add(key: string): void {
    const range = rangeOfKey(key);
    if (range === undefined) return;
    const prefixes = this.#lengths(range.bytes)[range.bits] ??= new Map();
    prefixes.set(asText(range.bytes), key);
  }

  /** Forgets one; harmless for what it does not know. */
  delete(key: string): void {
    const range = rangeOfKey(key);
    if (range === undefined) return;
    const lengths = this.#lengths(range.bytes);
    const prefixes = lengths[range.bits];
    prefixes?.delete(asText(range.bytes));
    if (prefixes?.size === 0) lengths[range.bits] = undefined;
  }

  /**
   * The keys of the ranges that hold an address, the narrowest first. Keys may be deleted
   * meanwhile.
   *
   * @param address As text; what is none is in no range.
   */
  *keysOf(address: string): Generator<string, void> {
    const bytes = addressBytes(address);
    if (bytes === undefined) return;
    const lengths = this.#lengths(bytes);
    for (let bits = lengths.length - 1; bits >= 0; bits--) {
      const key = lengths[bits]?.get(asText(rangeOf(bytes, bits).bytes));
      if (key !== undefined) yield key;
    }
  }

  #lengths(bytes: Uint8Array): (Map<string, string> | undefined)[] {
    return bytes.length === 4 ? this.#ipv4 : this.#ipv6;
  }
}

/** Under which a range is banned. */
export function addressKey(range: AddressRange): string {
  return `${PREFIX}${rangeKey(range)}`;
}

/** The range of such a key; undefined: it is of something else. */
export function rangeOfKey(key: string): AddressRange | undefined {
  return key.startsWith(PREFIX) ? parseRange(key.slice(PREFIX.length)) : undefined;
}

function asText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
