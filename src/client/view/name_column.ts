/**
 * The column of names: as wide as the names in use need, within bounds.
 *
 * It grows at once when a longer name speaks, and shrinks when none of the last 50 messages needed
 * that width. At most a fifth of the screen and 24 columns (16 on 80, 24 from 120 on): a longer name
 * is cut in its middle, `margar…mith`. Two names that would look the same when cut are not: the
 * second one is shown whole, and juts out of the column.
 *
 * @module
 */

import { cutMiddle, widthOf } from "./width.ts";

/** Narrower than this it would move with every new speaker. */
const MIN_COLUMNS = 4;

const MAX_COLUMNS = 24;

/** Messages after which a name no longer counts. */
const MESSAGES = 50;

/** Cut names that are remembered; with more, the memory begins anew. */
const MAX_CUT = 1_000;

/** Decides, message by message, how wide the column is and how a name is cut. */
export class NameColumn {
  #widths: number[] = [];
  #widest = 0;
  /** Whose name a cut one is. */
  readonly #cut = new Map<string, string>();

  /**
   * These people speak next: the column is wide enough for all of them.
   *
   * @param names One for each message.
   */
  use(names: readonly string[]): void {
    if (names.length === 0) return;
    const widths = names.map((name) => widthOf(name));
    this.#widest = 0;
    for (const width of this.#widths) this.#widest = Math.max(this.#widest, width);
    for (const width of widths) this.#widest = Math.max(this.#widest, width);
    this.#widths = [...this.#widths, ...widths.slice(-MESSAGES)].slice(-MESSAGES);
  }

  /**
   * How wide it is.
   *
   * @param columns The width of the screen.
   */
  width(columns: number): number {
    const most = Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, Math.floor(columns / 5)));
    return Math.min(most, Math.max(MIN_COLUMNS, this.#widest));
  }

  /**
   * How a name is shown.
   *
   * @param name The name.
   * @param columns The width of the screen.
   * @returns The name, or what is cut of it; never the same for two names.
   */
  shown(name: string, columns: number): string {
    const width = this.width(columns);
    if (widthOf(name) <= width) return name;
    const cut = cutMiddle(name, width);
    const owner = this.#cut.get(cut);
    if (owner === undefined) {
      if (this.#cut.size >= MAX_CUT) this.#cut.clear();
      this.#cut.set(cut, name);
    }
    return owner === undefined || owner === name ? cut : name;
  }
}
