/**
 * From figures to a table: medians with minimum and maximum, and ratios that are taken within each
 * round, since what slows a machine down slows both sides of a round.
 *
 * @module
 */

import type { PeerName } from "./peers/peer.ts";
import type { Figure } from "./scenarios/scenario.ts";

/** What one run of one peer gave. */
export interface Sample {
  /** Which round, 0 or more. */
  readonly round: number;
  /** Of whom. */
  readonly peer: PeerName;
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

/**
 * The samples of one scenario as a Markdown table.
 *
 * @param samples In any order; a peer without any gets the text of its gap in each row.
 * @param peers The columns; the ratios are those of the first to each of the others.
 * @param gaps Why a peer has no samples.
 * @returns Lines, each with its newline.
 */
export function renderTable(
  samples: readonly Sample[],
  peers: readonly PeerName[],
  gaps: ReadonlyMap<PeerName, string> = new Map(),
): string {
  const [first, ...others] = peers;
  const header = ["", ...peers, ...others.map((other) => `${first} ÷ ${other}`)];
  const rows = labels(samples).map(({ label, unit }) => [
    unit === "bytes" || label.endsWith(unit) ? label : `${label} (${unit})`,
    ...peers.map((peer) => {
      const values = valuesOf(samples, peer, label).map((value) => value.value);
      return values.length === 0 ? gaps.get(peer) ?? "–" : renderSpread(spreadOf(values), unit);
    }),
    ...others.map((other) => {
      const values = first === undefined ? [] : ratios(samples, label, first, other);
      return values.length === 0 ? "–" : renderRatio(spreadOf(values));
    }),
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] ?? "").length))
  );
  const lines = [header, widths.map((width) => "-".repeat(width)), ...rows];
  return lines.map((row) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`
  ).join("");
}

/** The labels in the order in which they first come. */
function labels(samples: readonly Sample[]): Figure[] {
  const found = new Map<string, Figure>();
  for (const figure of samples.flatMap((sample) => sample.figures)) {
    if (!found.has(figure.label)) found.set(figure.label, figure);
  }
  return [...found.values()];
}

function valuesOf(
  samples: readonly Sample[],
  peer: PeerName,
  label: string,
): { readonly round: number; readonly value: number }[] {
  return samples.filter((sample) => sample.peer === peer).flatMap((sample) =>
    sample.figures.filter((figure) => figure.label === label)
      .map((figure) => ({ round: sample.round, value: figure.value }))
  );
}

function ratios(
  samples: readonly Sample[],
  label: string,
  above: PeerName,
  below: PeerName,
): number[] {
  const belows = valuesOf(samples, below, label);
  return valuesOf(samples, above, label).flatMap(({ round, value }) =>
    belows.filter((other) => other.round === round && other.value > 0)
      .map((other) => value / other.value)
  );
}

function renderRatio({ median, min, max }: Spread): string {
  return `${median.toPrecision(3)} (${min.toPrecision(3)}–${max.toPrecision(3)})`;
}

function renderSpread({ median, min, max }: Spread, unit: Figure["unit"]): string {
  const middle = renderValue(median, unit);
  return min === max ? middle : `${middle} (${renderValue(min, unit)}–${renderValue(max, unit)})`;
}

/** A number for people: `18.2 M`, `43.1 KiB`, `0.97`. */
export function renderValue(value: number, unit: Figure["unit"]): string {
  const size = Math.abs(value);
  if (unit === "bytes") {
    if (size >= 1024 ** 2) return `${(value / 1024 ** 2).toFixed(1)} MiB`;
    return `${(value / 1024).toFixed(1)} KiB`;
  }
  if (unit === "seconds" || unit === "cores") return value.toFixed(2);
  if (unit === "milliseconds" || unit === "times") return value.toPrecision(3);
  if (size >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (unit === "per second" && size >= 1e4) return `${(value / 1e3).toFixed(0)} k`;
  return value.toFixed(0);
}
