/**
 * Which figures become plots.
 *
 * @module
 */

import { figuresOf, measured } from "../table.ts";
import { type Bar, type Panel, renderChart } from "./chart.ts";
import type { ScenarioRecord } from "./record.ts";
import { OURS } from "./section.ts";

/** One part of a plot: a figure of a scenario. */
export interface PanelSource {
  /** What the bars show. */
  readonly title: string;
  /** Where it was measured. */
  readonly scenario: string;
  /** Which figure. */
  readonly label: string;
  /** What the numbers count, as the axis says it. */
  readonly unit: string;
  /** How many of the figure's unit that is. */
  readonly per: number;
  /** Which bars are good. */
  readonly better: "longer" | "shorter";
}

/** One image. */
export interface Plot {
  /** Its file is `docs/images/bench-NAME.svg`. */
  readonly name: string;
  /** Its heading. */
  readonly title: string;
  /** The scenario under which the report shows it. */
  readonly under: string;
  /** Its parts, from top to bottom; those without a measurement are left out. */
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
};

/** A throughput in millions a second. */
function deliveries(scenario: string, title: string): PanelSource {
  return {
    title,
    scenario,
    label: "deliveries",
    unit: "million deliveries per second",
    per: 1e6,
    better: "longer",
  };
}

/** A time in milliseconds. */
function latency(scenario: string, title: string, label: string): PanelSource {
  return { title, scenario, label, unit: "milliseconds", per: 1, better: "shorter" };
}

/** The images. */
export const PLOTS: readonly Plot[] = [
  {
    name: "deliveries",
    title: "Lines delivered per second",
    under: "fanout",
    panels: [deliveries("fanout", "One sender floods 100 receivers")],
  },
  {
    name: "latency",
    title: "Time from sending to receiving",
    under: "paced",
    panels: [
      latency("paced", "500 lines a second to 100 receivers, median", "latency, median"),
      latency(
        "paced",
        "500 lines a second to 100 receivers, 99 of 100 lines take less",
        "latency, p99",
      ),
      latency("paced1000", "50 lines a second to 1,000 receivers, median", "latency, median"),
      latency(
        "paced1000",
        "50 lines a second to 1,000 receivers, 99 of 100 lines take less",
        "latency, p99",
      ),
    ],
  },
  {
    name: "startup",
    title: "Start-up",
    under: "startup",
    panels: [latency("startup", "From starting the program until it listens", "listening")],
  },
  {
    name: "idle",
    title: "Memory of an idle connection",
    under: "idle",
    panels: [{
      title: "Resident memory of the server for each connection that has given a name",
      scenario: "idle",
      label: "each, with a name",
      unit: "KiB",
      per: 1024,
      better: "shorter",
    }],
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
  { title, panels }: Plot,
  records: ReadonlyMap<string, ScenarioRecord>,
): string | null {
  const drawn: Panel[] = [];
  const rounds = new Set<number>();
  for (const source of panels) {
    const record = records.get(source.scenario);
    const bars = record === undefined ? [] : barsOf(record, source);
    if (record === undefined || !bars.some(({ spread }) => spread !== null)) continue;
    rounds.add(record.rounds);
    drawn.push({ title: source.title, unit: source.unit, better: source.better, bars });
  }
  if (drawn.length === 0) return null;
  const most = Math.max(...rounds);
  let note = most === 1
    ? "One round only."
    : `Bars: medians of ${[...rounds].join(" or ")} alternating rounds. ` +
      "Whiskers: minimum to maximum.";
  if (drawn.some(({ bars }) => bars.some(({ kind }) => kind === "limit"))) {
    note += " Dashed: a bare program that only reads and writes.";
  }
  return renderChart({ title, panels: drawn, note });
}

/** A bar for each peer of a scenario that has the figure, or the reason why it has not. */
function barsOf({ peers, samples }: ScenarioRecord, { label, per }: PanelSource): Bar[] {
  if (!figuresOf(samples).some((figure) => figure.label === label)) return [];
  return peers.map(({ name, gap }) => {
    const spread = measured(samples, name, label);
    return {
      label: NAMES[name] ?? name,
      kind: name.startsWith(OURS) ? "ours" : name.startsWith("limit") ? "limit" : "other",
      spread: spread === undefined
        ? null
        : { median: spread.median / per, min: spread.min / per, max: spread.max / per },
      gap: gap ?? "not measured",
    };
  });
}
