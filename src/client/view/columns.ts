/**
 * Names in columns: the one before what people say, and names side by side, as `/who` shows them.
 *
 * The column before what people say is as wide as the names in use need, within bounds. It grows at
 * once when a longer name speaks, and shrinks when none of the last 50 messages needed that width.
 * At most a fifth of the screen and 24 columns (16 on 80, 24 from 120 on): a longer name is cut in
 * its middle, `margar…mith`. Two names that would look the same when cut are not: the second one is
 * shown whole, and juts out of the column.
 *
 * @module
 */

import { cutMiddle, widthOf } from "./width.ts";

/** Narrower than this it would move with every new speaker. */
const MIN_COLUMNS = 4;

const MAX_NAME_COLUMNS = 24;

/** Messages after which a name no longer counts. */
const MESSAGES = 50;

/** Cut names that are remembered; with more, the memory begins anew. */
const MAX_CUT = 1_000;

/** Between two columns. */
const GAP = 2;

/** The widest screens have room for no more than this, since a name is seldom shorter than 4. */
const MAX_PER_ROW = 60;

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
    const most = Math.max(MIN_COLUMNS, Math.min(MAX_NAME_COLUMNS, Math.floor(columns / 5)));
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

/**
 * Puts names into columns.
 *
 * @param names Without control characters.
 * @param columns How wide a row may be.
 * @returns Rows of names, each with the spaces that follow it (none after a row's last). A name
 * that is wider than a row is alone in its row.
 */
export function inColumns(
  names: readonly string[],
  columns: number,
): (readonly { readonly name: string; readonly spaces: number }[])[] {
  if (names.length === 0) return [];
  const widths = names.map((name) => widthOf(name));
  const { height, columnWidths } = layout(widths, columns);
  return Array.from({ length: height }, (_, row) => {
    const cells = columnWidths.map((width, column) => ({ at: column * height + row, width }))
      .filter(({ at }) => at < names.length);
    return cells.map(({ at, width }, i) => ({
      name: names[at] ?? "",
      spaces: i === cells.length - 1 ? 0 : width - (widths[at] ?? 0) + GAP,
    }));
  });
}

/** The layout with the fewest rows that fits. */
function layout(
  widths: readonly number[],
  columns: number,
): { readonly height: number; readonly columnWidths: readonly number[] } {
  for (let count = Math.min(MAX_PER_ROW, widths.length); count > 1; count--) {
    const height = Math.ceil(widths.length / count);
    const columnWidths = Array.from(
      { length: Math.ceil(widths.length / height) },
      (_, column) => Math.max(...widths.slice(column * height, (column + 1) * height)),
    );
    const width = columnWidths.reduce((sum, each) => sum + each + GAP, -GAP);
    if (width <= columns) return { height, columnWidths };
  }
  return { height: widths.length, columnWidths: [0] };
}
