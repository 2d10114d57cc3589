/**
 * Who is in a room, in the order of coming, with pages sorted by name.
 *
 * @module
 */

/** Somebody with a name. */
export interface Named {
  /** As everybody sees it. */
  readonly name: string;
  /** The same, folded: by that it is sorted. */
  readonly fold: string;
}

/** A page of names. */
export interface NamePage {
  /** Sorted by their folded form. */
  readonly names: string[];
  /** There are others behind them. */
  readonly more: boolean;
}

/** A set of people. */
export class Roster<T extends Named> implements Iterable<T> {
  readonly #all = new Set<T>();
  #sorted: T[] | null = null;

  /** How many are in. */
  get size(): number {
    return this.#all.size;
  }

  /** Everybody, in the order of coming. */
  [Symbol.iterator](): Iterator<T> {
    return this.#all.values();
  }

  /** Whether somebody is in. */
  has(one: T): boolean {
    return this.#all.has(one);
  }

  /** Lets somebody in. */
  add(one: T): void {
    this.#all.add(one);
    this.#sorted = null;
  }

  /** Lets somebody go. */
  delete(one: T): void {
    this.#all.delete(one);
    this.#sorted = null;
  }

  /** Somebody has another name now. */
  renamed(): void {
    this.#sorted = null;
  }

  /**
   * Some names, in the order of coming, without the cost of sorting.
   *
   * @param limit At most this many.
   * @param self Who is among them in any case.
   */
  names(limit: number, self: T): string[] {
    const names = [self.name];
    for (const one of this.#all) {
      if (names.length >= limit) break;
      if (one !== self) names.push(one.name);
    }
    return names;
  }

  /**
   * A page of all names.
   *
   * @param after Folded, the last name of the page before; absent: the first page.
   * @param limit At most this many.
   */
  page(after: string | undefined, limit: number): NamePage {
    this.#sorted ??= [...this.#all].sort((a, b) => a.fold < b.fold ? -1 : 1);
    const sorted = this.#sorted;
    const first = after === undefined ? 0 : sorted.findIndex(({ fold }) => fold > after);
    if (first < 0) return { names: [], more: false };
    const names = sorted.slice(first, first + limit).map(({ name }) => name);
    return { names, more: first + names.length < sorted.length };
  }
}
