/**
 * What of a scenario comes first: a scenario with many peers has a table of the figures that
 * matter, with the ratio of the headline, and a second table with the rest.
 *
 * @module
 */

import { figuresOf, type Sample } from "../table.ts";

/** Up to so many peers stand side by side, a column each, with a row for each figure. */
export const MAX_COLUMN_PEERS = 3;

/** How many figures the first table shows when nobody has chosen them. */
const DEFAULT_FIGURES = 4;

/** How a scenario is shown. */
export interface Layout {
  /** Heading, in a few words. */
  readonly title: string;
  /** The labels of the figures that matter, the headline first. */
  readonly figures: readonly string[];
  /** Whether a large headline is good or a small one; "neither": it is not compared. */
  readonly better: "more" | "less" | "neither";
}

/** A flood: how much arrives, and how much of it for the processor time of the server. */
function flood(title: string): Layout {
  const figures = ["deliveries", "deliveries by processor time of the server"];
  return { title, figures, better: "more" };
}

/** Lines at a pace: how long each takes. */
function latency(title: string): Layout {
  return { title, figures: ["latency, median", "latency, p99"], better: "less" };
}

/** Scenarios whose figures were chosen, in the order in which the report shows them. */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  fanout: flood("Flood: one to 100"),
  crowd: flood("Flood: 32 to 100"),
  everyone: flood("Flood: everyone talks"),
  irc: flood("Flood: one to 100 on IRC"),
  paced: latency("Paced: 500 lines a second to 100"),
  paced1000: latency("Paced: 50 lines a second to 1,000"),
  storm: {
    title: "Everybody comes at once",
    figures: [
      "until all were in",
      "a single join, median",
      "a single join, p99",
      "until all had left",
    ],
    better: "less",
  },
  idle: {
    title: "Idle connections",
    figures: ["each, with a name", "each, no name yet", "empty server"],
    better: "less",
  },
  quiet: {
    title: "Processor time of a silent room",
    figures: ["processor time of the server"],
    better: "less",
  },
  rooms: {
    title: "A hundred rooms and one",
    figures: [
      "100 rooms ÷ one, people in 20 each",
      "100 rooms ÷ one, people in one each",
      "server's time for a delivery, one room",
      "the same in 100 rooms, people in 20 each",
      "the same in 100 rooms, people in one each",
    ],
    better: "less",
  },
  quietrooms: {
    title: "A thousand quiet rooms",
    figures: ["1,000 rooms with two people each", "1,000 rooms after all have left"],
    better: "less",
  },
  busy: {
    title: "50 people talk to 100",
    figures: ["processor time of the server for a delivery", "lines that a client reads at once"],
    better: "less",
  },
  linecost: {
    title: "What a line costs besides its deliveries",
    figures: [
      "server's time for a line without its deliveries",
      "the same for a delivery of it",
    ],
    better: "less",
  },
  paging: { title: "Newcomers beside people who page", figures: [], better: "less" },
  scale: { title: "15,000 people", figures: [], better: "neither" },
  nats: { title: "Several servers on NATS", figures: [], better: "neither" },
  startup: {
    title: "Start-up",
    figures: ["listening", "an empty Deno script", "listening, over 1.3 empty scripts"],
    better: "less",
  },
  stalled: {
    title: "One stalled reader",
    figures: [
      "latency, median, one stalled ÷ all read",
      "latency, p99, one stalled ÷ all read",
      "deliveries in floods, one stalled ÷ all read",
    ],
    better: "neither",
  },
  database: { title: "What keeping everything costs", figures: [], better: "more" },
  bigroom: { title: "Joining a room with a long past", figures: [], better: "less" },
  search: { title: "Searching a million messages", figures: [], better: "less" },
};

/**
 * How a scenario is shown.
 *
 * @param scenario Its name.
 * @param samples What was measured: a chosen figure that is not there is left out.
 */
export function layoutOf(scenario: string, samples: readonly Sample[]): Layout {
  const labels = figuresOf(samples).map(({ label }) => label);
  const chosen = LAYOUTS[scenario];
  const figures = (chosen?.figures ?? []).filter((label) => labels.includes(label));
  return {
    title: chosen?.title ?? scenario,
    figures: figures.length > 0 ? figures : labels.slice(0, DEFAULT_FIGURES),
    better: chosen?.better ?? "more",
  };
}

/** Names of scenarios in the order of the report; those that nobody ordered come last. */
export function inOrder(scenarios: Iterable<string>): string[] {
  const order = Object.keys(LAYOUTS);
  function place(name: string): number {
    const index = order.indexOf(name);
    return index < 0 ? order.length : index;
  }
  return [...scenarios].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
