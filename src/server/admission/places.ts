/**
 * Places, and whose they are: how many may come in, in all and from one address, and things by the
 * address that they belong to, to find whom a crowded server does without first.
 *
 * @module
 */

/** Limits of {@linkcode PlaceCount}. */
export interface AdmissionLimits {
  /** Connections in all, with the places that are kept for lost ones. */
  readonly maxClients: number;
  /**
   * Connections from one address, with the places that are kept for it; 0 is no limit: a class may
   * sit behind one.
   */
  readonly maxPerAddress: number;
}

/** The places that are kept for connections that are lost. */
export interface KeptPlaces {
  /** How many there are. */
  readonly size: number;
  /** How many are kept for an address. */
  sizeOf(address: string): number;
  /** Lets the oldest place go that is kept for an address; false when there is none. */
  giveUp(address: string): boolean;
  /**
   * Lets the oldest place go of the address for which most are kept.
   *
   * @param least False, and none goes, when fewer than so many are kept for it.
   */
  giveUpOfMost(least: number): boolean;
}

/** Why there is no place. */
export interface Refusal {
  /** Where it is full. */
  readonly where: "server" | "address";
  /** One line that says so. */
  readonly text: string;
}

/** Counts connections. */
export class PlaceCount {
  readonly #limits: AdmissionLimits;
  readonly #kept: KeptPlaces;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  /**
   * Nobody is in yet.
   *
   * @param kept The places that are kept for connections that are lost.
   */
  constructor(limits: AdmissionLimits, kept: KeptPlaces) {
    this.#limits = limits;
    this.#kept = kept;
  }

  /** How many are in. */
  get total(): number {
    return this.#total;
  }

  /**
   * Why a connection cannot come in.
   *
   * @param address Its address, as `networkOf` gives it.
   * @returns Null when it can: {@linkcode enter} takes its place.
   */
  refusal(address: string): Refusal | null {
    const { maxClients, maxPerAddress } = this.#limits;
    // First: what is over its own limit takes no place of others.
    const here = (this.#byAddress.get(address) ?? 0) + this.#kept.sizeOf(address);
    if (maxPerAddress > 0 && here >= maxPerAddress) {
      const text = `The room is full for ${address}: ${here} of ${maxPerAddress} places for one ` +
        "address are taken. Try again later.";
      return { where: "address", text };
    }
    const taken = this.#total + this.#kept.size;
    if (taken >= maxClients) {
      const text = `The room is full: ${taken} of ${maxClients} places are taken. Try again later.`;
      return { where: "server", text };
    }
    return null;
  }

  /** Takes a place; its end must be told by {@linkcode leave}. */
  enter(address: string): void {
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    this.#total++;
  }

  /** A connection that was let in has ended. */
  leave(address: string): void {
    const here = (this.#byAddress.get(address) ?? 1) - 1;
    if (here <= 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, here);
    this.#total--;
  }
}

/** Holds each thing once, the oldest of an address first. */
export class ByAddress<T> {
  readonly #byAddress = new Map<string, Set<T>>();
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /**
   * Takes one more.
   *
   * @param address As `networkOf` gives it.
   */
  add(address: string, thing: T): void {
    const things = this.#byAddress.get(address) ?? new Set();
    if (things.has(thing)) return;
    this.#byAddress.set(address, things.add(thing));
    this.#size++;
  }

  /** Lets one go; harmless for what is not there. */
  delete(address: string, thing: T): void {
    const things = this.#byAddress.get(address);
    if (things === undefined || !things.delete(thing)) return;
    this.#size--;
    if (things.size === 0) this.#byAddress.delete(address);
  }

  /** All of them, an address after the other. */
  *[Symbol.iterator](): Iterator<T> {
    for (const things of this.#byAddress.values()) yield* things;
  }

  /** How many are of an address. */
  sizeOf(address: string): number {
    return this.#byAddress.get(address)?.size ?? 0;
  }

  /** The oldest of an address; undefined when it has none. */
  oldestOf(address: string): T | undefined {
    return first(this.#byAddress.get(address));
  }

  /**
   * The oldest of the address that has most.
   *
   * @param least Undefined when it has fewer than so many.
   */
  oldestOfMost(least: number = 1): T | undefined {
    let most: Set<T> | undefined;
    for (const things of this.#byAddress.values()) {
      if (things.size >= Math.max(least, (most?.size ?? 0) + 1)) most = things;
    }
    return first(most);
  }
}

function first<T>(things: Iterable<T> | undefined): T | undefined {
  for (const thing of things ?? []) return thing;
  return undefined;
}
