/**
 * Which figures become plots.
 *
 * @module
 */

import { measured } from "../table.ts";
import { type Bar, type Panel, renderChart } from "./chart.ts";
import type { ScenarioRecord } from "./record.ts";
import { OURS } from "./section.ts";

/** One part of a plot: a figure of its scenario. */
export interface PanelSource {
  /** What the bars show. */
  readonly title: string;
  /** Which figure. */
  readonly label: string;
  /** What the numbers count, as the axis says it. */
  readonly unit: string;
  /** How many of the figure's unit that is. */
  readonly per: number;
  /** Which bars are good. */
  readonly better: "longer" | "shorter";
}

/** One image: a scenario. */
export interface Plot {
  /** The scenario; the file is `docs/images/bench-NAME.svg`. */
  readonly name: string;
  /** Its heading. */
  readonly title: string;
  /** Its parts, from top to bottom. */
  readonly panels: readonly PanelSource[];
}

/** What peers are called where nobody has read the tables. */
const NAMES: Readonly<Record<string, string>> = {
  "ours": "chat",
  "ours-json": "chat, json",
  "ours-db": "chat --db",
  "nats": "nats-server",
  "redis": "redis-server",
  "ncat": "ncat --chat",
  "naive": "naive server",
  "limit": "limit",
  "limit-json": "limit, json",
  "limit-c": "limit in C",
  "limit-c-json": "limit in C, json",
};

/** A throughput. */
const DELIVERIES: readonly PanelSource[] = [{
  title: "Lines delivered per second",
  label: "deliveries",
  unit: "million lines per second",
  per: 1e6,
  better: "longer",
}];

const PACED: readonly PanelSource[] = [
  time("Median time from when a line was due until it was read", "latency, median"),
  time("99 of 100 lines take less than", "latency, p99"),
];

function time(title: string, label: string): PanelSource {
  return { title, label, unit: "milliseconds", per: 1, better: "shorter" };
}

/** The images. */
export const PLOTS: readonly Plot[] = [
  { name: "fanout", title: "One sender floods 100 clients", panels: DELIVERIES },
  { name: "crowd", title: "32 senders flood 100 clients and each other", panels: DELIVERIES },
  { name: "everyone", title: "100 clients flood each other", panels: DELIVERIES },
  { name: "paced", title: "500 lines a second to 100 clients", panels: PACED },
  { name: "paced1000", title: "50 lines a second to 1,000 clients", panels: PACED },
  {
    name: "idle",
    title: "Memory of an idle connection",
    panels: [{
      title: "Memory of the server for each connection that has given a name",
      label: "each, with a name",
      unit: "KiB",
      per: 1024,
      better: "shorter",
    }],
  },
  {
    name: "startup",
    title: "Start-up",
    panels: [
      time("From starting the program until it says that it listens", "listening"),
    ],
  },
];

/** Where the image of a plot is, from the root of the project. */
export function plotPath({ name }: Plot): string {
  return `docs/images/bench-${name}.svg`;
}

/**
 * The plot of a name.
 *
 * @throws {Error} When there is none.
 */
export function findPlot(name: string): Plot {
  const plot = PLOTS.find((one) => one.name === name);
  if (plot !== undefined) return plot;
  const known = PLOTS.map((one) => one.name).join(", ");
  throw new Error(`Cannot find the plot "${name}": use ${known}.`);
}

/** A plot as SVG; null when nothing of it was measured. */
export function renderPlot(
  { name, title, panels }: Plot,
  records: ReadonlyMap<string, ScenarioRecord>,
): string | null {
  const record = records.get(name);
  if (record === undefined) return null;
  const drawn: Panel[] = panels.map((source) => ({ ...source, bars: barsOf(record, source) }))
    .filter(({ bars }) => bars.some(({ spread }) => spread !== null));
  if (drawn.length === 0) return null;
  let note = record.rounds === 1
    ? "One round only."
    : `Bars: medians of ${record.rounds} alternating rounds. Whiskers: minimum to maximum.`;
  if (drawn.some(({ bars }) => bars.some(({ kind }) => kind === "limit"))) {
    note += " Dashed: a bare program that only reads and writes.";
  }
  return renderChart({ title, panels: drawn, note });
}

/** A bar for each peer that has the figure, or the reason why it was not measured. */
function barsOf({ peers, samples }: ScenarioRecord, { label, per }: PanelSource): Bar[] {
  return peers.flatMap(({ name, gap }) => {
    const spread = measured(samples, name, label);
    if (spread === undefined && gap === undefined) return [];
    return {
      label: NAMES[name] ?? name,
      kind: name.startsWith(OURS) ? "ours" : name.startsWith("limit") ? "limit" : "other",
      spread: spread === undefined
        ? null
        : { median: spread.median / per, min: spread.min / per, max: spread.max / per },
      gap: gap ?? "",
    };
  });
}
