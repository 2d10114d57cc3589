/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The rows of the list of messages that are in the page: added and removed at both ends.
 *
 * @module
 */

import { type Item, lastSeqOf } from "./item.ts";
import type { LogFrame } from "./log_frame.ts";
import { firstSeqOf } from "./newest.ts";
import { drawBareRow, drawRow, type RowContext } from "./row.ts";

/** Rows in the page. */
export const MAX_ROWS = 500;

interface Row {
  readonly item: Item;
  element: HTMLElement;
}

/** The drawn part of the list. */
export class Rows {
  readonly #frame: LogFrame;
  readonly #context: () => RowContext;
  #rows: Row[] = [];

  /**
   * No rows yet.
   *
   * @param frame Holds them.
   * @param context What they are drawn with.
   */
  constructor(frame: LogFrame, context: () => RowContext) {
    this.#frame = frame;
    this.#context = context;
  }

  /** How many there are. */
  get length(): number {
    return this.#rows.length;
  }

  /** The first place in the log that a row stands for; undefined: none does. */
  get firstSeq(): number | undefined {
    return firstSeqOf(this.#rows.map(({ item }) => item));
  }

  /** The last place in the log that a row stands for; 0: none does. */
  get lastSeq(): number {
    for (let i = this.#rows.length - 1; i >= 0; i--) {
      const seq = lastSeqOf(this.#rows[i]!.item);
      if (seq !== undefined) return seq;
    }
    return 0;
  }

  /** Whether an item has a row. */
  has(item: Item): boolean {
    return this.#rows.some((row) => row.item === item);
  }

  /** The row of a place in the log, or of the first one after it. */
  find(seq: number): HTMLElement | undefined {
    return this.#rows.find(({ item }) => (lastSeqOf(item) ?? 0) >= seq)?.element;
  }

  /**
   * Adds rows at the end.
   *
   * @param forMs Stops after so many milliseconds.
   * @returns How many were added.
   */
  append(items: readonly Item[], forMs = Infinity): number {
    const context = this.#context();
    const endMs = performance.now() + forMs;
    const rows: Row[] = [];
    let previous = this.#rows.at(-1)?.item;
    for (const item of items) {
      rows.push({ item, element: draw(item, previous, context) });
      previous = item;
      if (performance.now() > endMs) break;
    }
    this.#frame.list.append(...rows.map(({ element }) => element));
    this.#rows.push(...rows);
    return rows.length;
  }

  /**
   * Adds rows at the beginning; what is being read stays where it is. Rows at the end that are too
   * many go.
   *
   * @returns Some went.
   */
  prepend(items: readonly Item[]): boolean {
    const context = this.#context();
    const drawn = items.map((item, i) => ({ item, element: draw(item, items[i - 1], context) }));
    this.#frame.keepPlace(() => {
      this.#frame.list.prepend(...drawn.map(({ element }) => element));
      this.#rows.unshift(...drawn);
      this.#redraw(items.length);
    });
    const extra = this.#rows.splice(MAX_ROWS);
    for (const { element } of extra) element.remove();
    return extra.length > 0;
  }

  /** Shows these items and no others. */
  replace(items: readonly Item[]): void {
    this.#frame.list.replaceChildren();
    this.#rows = [];
    this.append(items);
  }

  /**
   * Draws items anew that have changed.
   *
   * @param items Default: all.
   */
  redrawAll(items?: ReadonlySet<Item>): void {
    for (const [index, { item }] of this.#rows.entries()) {
      if (items === undefined || items.has(item)) this.#redraw(index);
    }
  }

  /** The items that are drawn. */
  get items(): readonly Item[] {
    return this.#rows.map(({ item }) => item);
  }

  /** The last item has grown. */
  redrawLast(): void {
    this.#redraw(this.#rows.length - 1);
  }

  /**
   * Removes the oldest rows when there are too many.
   *
   * @param options `keepPlace`: what is being read stays where it is; measuring costs a layout.
   * @returns Some went.
   */
  dropFirst({ keepPlace }: { readonly keepPlace: boolean }): boolean {
    const extra = this.#rows.length - MAX_ROWS;
    if (extra <= 0) return false;
    const drop = () => {
      for (const { element } of this.#rows.splice(0, extra)) element.remove();
      // Not drawn anew: that would be read out as if it had just been said.
      this.#rows[0]?.element.querySelector(".more")?.classList.remove("more");
    };
    if (keepPlace) this.#frame.keepPlace(drop);
    else drop();
    return true;
  }

  /** The day of the first row, where the row itself does not tell it. */
  get firstDay(): Date | undefined {
    const first = this.#rows[0];
    return first?.element.querySelector(".day") === null ? first.item.at : undefined;
  }

  /** What a row shows may depend on the row above it. */
  #redraw(index: number): void {
    const row = this.#rows[index];
    if (row === undefined) return;
    const drawn = draw(row.item, this.#rows[index - 1]?.item, this.#context());
    row.element.replaceWith(drawn);
    row.element = drawn;
  }
}

/** One row that cannot be drawn must not keep the others from being drawn. */
function draw(item: Item, previous: Item | undefined, context: RowContext): HTMLElement {
  try {
    return drawRow(item, previous, context);
  } catch (error) {
    reportError(error);
    return drawBareRow(item);
  }
}
