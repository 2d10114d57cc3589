/**
 * The newest items of one room, drawn or not. Pure.
 *
 * @module
 */

import { addItem, type Item, lastSeqOf } from "./item.ts";

/** The newest items, the last one last. */
export class Newest {
  #items: Item[] = [];
  /** So many at the end have not been drawn. */
  #fresh = 0;
  /** The last drawn one has grown since. */
  #hasGrown = false;

  /** Place in the log of the first one that has one; undefined: none has. */
  get firstSeq(): number | undefined {
    return firstSeqOf(this.#items);
  }

  /**
   * Adds an item at the end, or to the last one.
   *
   * @param most So many are kept, and at times twice as many.
   * @returns False when some were forgotten that had not been drawn.
   */
  add(item: Item, most: number): boolean {
    if (addItem(this.#items, item) !== undefined) {
      this.#hasGrown ||= this.#fresh === 0;
      return true;
    }
    this.#fresh++;
    // In one go now and then, since moving 500 items for each one is slow.
    if (this.#items.length >= 2 * most) this.#items = this.#items.slice(-most);
    const isWhole = this.#fresh <= this.#items.length;
    if (!isWhole) this.#fresh = this.#items.length;
    return isWhole;
  }

  /** The last ones, at most so many, which count as drawn. */
  last(most: number): readonly Item[] {
    this.drawn();
    return this.#items.slice(-most);
  }

  /** All of them. */
  get items(): readonly Item[] {
    return this.#items;
  }

  /** Those behind a place in the log. */
  after(seq: number): readonly Item[] {
    const index = this.#items.findIndex((item) => (lastSeqOf(item) ?? 0) > seq);
    return index < 0 ? [] : this.#items.slice(index);
  }

  /**
   * Those that have not been drawn, and whether the one before them has grown; they count as drawn.
   */
  takeFresh(): { readonly fresh: readonly Item[]; readonly hasGrown: boolean } {
    const fresh = this.#items.slice(this.#items.length - this.#fresh);
    const hasGrown = this.#hasGrown;
    this.drawn();
    return { fresh, hasGrown };
  }

  /** So many at the end could not be drawn yet. */
  giveBack(count: number): void {
    this.#fresh += count;
  }

  /** All count as drawn. */
  drawn(): void {
    this.#fresh = 0;
    this.#hasGrown = false;
  }

  /** Forgets all. */
  clear(): void {
    this.#items = [];
    this.drawn();
  }
}

/** The first place in the log that some items stand for; undefined: none does. */
export function firstSeqOf(items: readonly Item[]): number | undefined {
  return items.find(({ seq }) => seq !== undefined)?.seq;
}
