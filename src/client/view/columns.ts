/**
 * Names side by side, as `ls` shows files: down the first column, then down the next.
 *
 * @module
 */

import { widthOf } from "./width.ts";

/** Between two columns. */
const GAP = 2;

/** The widest screens have room for no more than this, since a name is seldom shorter than 4. */
const MAX_COLUMNS = 60;

/**
 * Puts names into columns.
 *
 * @param names Without control characters.
 * @param columns How wide a row may be.
 * @returns Rows of names, each with the spaces that follow it (none after a row's last). A name that
 * is wider than a row is alone in its row.
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
  for (let count = Math.min(MAX_COLUMNS, widths.length); count > 1; count--) {
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
