/**
 * From figures to tables: medians with minimum and maximum, and ratios that are taken within each
 * round, since what slows a machine down slows both sides of a round.
 *
 * @module
 */

import type { Figure } from "./scenarios/scenario.ts";

/** What one run of one peer gave. */
export interface Sample {
  /** Which round, 0 or more. */
  readonly round: number;
  /** Of whom. */
  readonly peer: string;
  /** The numbers. */
  readonly figures: readonly Figure[];
}

/** Middle, smallest and largest of some numbers. */
export interface Spread {
  /** The middle one, or the mean of the two in the middle. */
  readonly median: number;
  /** The smallest. */
  readonly min: number;
  /** The largest. */
  readonly max: number;
}

/**
 * Middle, smallest and largest.
 *
 * @param values At least one.
 * @throws {RangeError} When there is none.
 */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  const min = sorted[0];
  const max = sorted.at(-1);
  if (low === undefined || high === undefined || min === undefined || max === undefined) {
    throw new RangeError("Cannot find the median of no numbers.");
  }
  return { median: (low + high) / 2, min, max };
}

/** Each figure of some samples once, in the order in which they first come. */
export function figuresOf(samples: readonly Sample[]): Figure[] {
  const found = new Map<string, Figure>();
  for (const figure of samples.flatMap((sample) => sample.figures)) {
    if (!found.has(figure.label)) found.set(figure.label, figure);
  }
  return [...found.values()];
}

/** One figure of one peer in all rounds; undefined when there is none. */
export function measured(
  samples: readonly Sample[],
  peer: string,
  label: string,
): Spread | undefined {
  const values = valuesOf(samples, peer, label).map(({ value }) => value);
  return values.length === 0 ? undefined : spreadOf(values);
}

/**
 * One figure of a peer divided by that of another, within each round that both were in.
 *
 * @param belowLabel The figure of the other one; default: the same.
 * @returns undefined when there is no such round.
 */
export function ratio(
  samples: readonly Sample[],
  label: string,
  above: string,
  below: string,
  belowLabel = label,
): Spread | undefined {
  const belows = valuesOf(samples, below, belowLabel);
  const values = valuesOf(samples, above, label).flatMap(({ round, value }) =>
    belows.filter((other) => other.round === round && other.value > 0)
      .map((other) => value / other.value)
  );
  return values.length === 0 ? undefined : spreadOf(values);
}

function valuesOf(
  samples: readonly Sample[],
  peer: string,
  label: string,
): { readonly round: number; readonly value: number }[] {
  return samples.filter((sample) => sample.peer === peer).flatMap((sample) =>
    sample.figures.filter((figure) => figure.label === label)
      .map((figure) => ({ round: sample.round, value: figure.value }))
  );
}

/**
 * Some samples as a Markdown table with a row for each figure: for few peers and many figures.
 *
 * @param samples In any order; a peer without any gets the text of its gap in each row.
 * @param peers The columns; the ratios are those of the first to each of the others.
 * @param gaps Why a peer has no samples.
 * @returns Lines, each with its newline.
 */
export function renderTable(
  samples: readonly Sample[],
  peers: readonly string[],
  gaps: ReadonlyMap<string, string> = new Map(),
): string {
  const [first = "", ...others] = peers;
  const header = ["", ...peers, ...others.map((other) => `${first} ÷ ${other}`)];
  const rows = figuresOf(samples).map((figure) => [
    columnName(figure),
    ...peers.map((peer) => {
      const spread = measured(samples, peer, figure.label);
      return spread === undefined ? gaps.get(peer) ?? "–" : renderSpread(spread, figure.unit);
    }),
    ...others.map((other) => {
      const spread = ratio(samples, figure.label, first, other);
      return spread === undefined ? "–" : renderRatio(spread);
    }),
  ]);
  return renderRows(header, rows);
}

/**
 * A Markdown table.
 *
 * @param header Its head.
 * @param rows Each as long as the head.
 * @returns Lines, each with its newline.
 */
export function renderRows(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = header.map((_, column) =>
    Math.max(3, ...[header, ...rows].map((row) => (row[column] ?? "").length))
  );
  const lines = [header, widths.map((width) => "-".repeat(width)), ...rows];
  return lines.map((row) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`
  ).join("");
}

/** A figure as the head of a column or row: its label, with the unit where that is not in it. */
export function columnName({ label, unit }: Pick<Figure, "label" | "unit">): string {
  const isClear = unit === "bytes" || unit === "times" || label.endsWith(unit);
  return isClear ? label : `${label} (${SHORT[unit] ?? unit})`;
}

/** Units that have a sign that everybody knows. */
const SHORT: Readonly<Partial<Record<Figure["unit"], string>>> = {
  milliseconds: "ms",
  microseconds: "µs",
  seconds: "s",
};

/** A ratio for people: `2.10 (1.98–2.31)`. */
export function renderRatio({ median, min, max }: Spread): string {
  return min === max
    ? significant(median)
    : `${significant(median)} (${significant(min)}–${significant(max)})`;
}

/** A figure for people: `18.2 M (17.9 M–18.6 M)`. */
export function renderSpread({ median, min, max }: Spread, unit: Figure["unit"]): string {
  const middle = renderValue(median, unit);
  return min === max ? middle : `${middle} (${renderValue(min, unit)}–${renderValue(max, unit)})`;
}

/** A number for people: `18.25 M`, `43.1 KiB`, `0.97`. */
export function renderValue(value: number, unit: Figure["unit"]): string {
  const size = Math.abs(value);
  if (unit === "bytes") {
    if (size >= 1024 ** 3) return `${(value / 1024 ** 3).toFixed(2)} GiB`;
    if (size >= 1024 ** 2) return `${(value / 1024 ** 2).toFixed(1)} MiB`;
    return `${(value / 1024).toFixed(1)} KiB`;
  }
  if (unit === "cores" && size < 0.1) return significant(value);
  if (unit === "seconds" || unit === "cores") return value.toFixed(2);
  if (unit === "milliseconds" || unit === "microseconds" || unit === "times") {
    return significant(value);
  }
  if (size >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (unit === "per second" && size >= 1e4) return `${(value / 1e3).toFixed(0)} k`;
  return value.toFixed(0);
}

/** Three digits that mean something: `0.0312`, `2.10`, `1,234`. */
export function significant(value: number): string {
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
