/**
 * Things by the address that they belong to, to find whom a crowded server does without first.
 *
 * @module
 */

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
