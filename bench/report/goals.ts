/**
 * What was promised, beside what was measured.
 *
 * @module
 */

import ELSEWHERE from "../elsewhere.json" with { type: "json" };
import type { Figure } from "../scenarios/scenario.ts";
import { measured, ratio, renderRatio, renderRows, renderSpread, type Spread } from "../table.ts";
import type { ScenarioRecord } from "./record.ts";

/** One promise. */
export interface Goal {
  /** What is promised, without the number. */
  readonly what: string;
  /** Where it is measured. */
  readonly scenario: string;
  /** Which figure. */
  readonly label: string;
  /** Whose. */
  readonly peer: string;
  /** Divided by whose, within each round; absent: the figure itself. */
  readonly below?: string;
  /** The median must be at least this; for figures in the unit of the figure. */
  readonly atLeast?: number;
  /** The median must be at most this. */
  readonly atMost?: number;
}

/** A promise that another task keeps an eye on: see `elsewhere.json`. */
export interface OtherGoal {
  /** What is promised. */
  readonly what: string;
  /** The number, in words. */
  readonly goal: string;
  /** What was measured, in words. */
  readonly measured: string;
  /** Whether the goal is reached. */
  readonly reached: boolean;
  /** By which task, and when. */
  readonly source: string;
}

/** 45 KB. */
const IDLE_BYTES = 45_000;

/** 32 MiB. */
const ROOMS_BYTES = 32 * 1_048_576;

/** The promises, in the order of the report. */
export const GOALS: readonly Goal[] = [
  ...floodGoals("fanout", "one to 100"),
  ...floodGoals("crowd", "32 to 100"),
  ...["ours-irc", "ours-irc-four"].flatMap(ircGoals),
  {
    what: "Paced, 500 a second to 100: median latency, ours ÷ redis-server",
    scenario: "paced",
    label: "latency, median",
    peer: "ours",
    below: "redis",
    atMost: 1.15,
  },
  {
    what: "Paced, 50 a second to 1,000: median latency, ours ÷ redis-server",
    scenario: "paced1000",
    label: "latency, median",
    peer: "ours",
    below: "redis",
    atMost: 1.3,
  },
  ...[["paced", "500 a second to 100"], ["paced1000", "50 a second to 1,000"]].map((
    [scenario = "", title],
  ): Goal => ({
    what: `Paced, ${title}: p99 of the latency, ours ÷ redis-server`,
    scenario,
    label: "latency, p99",
    peer: "ours",
    below: "redis",
    atMost: 1.3,
  })),
  {
    what: "50 people who talk to 100: processor time for a delivery, ours ÷ redis-server",
    scenario: "busy",
    label: "processor time of the server for a delivery",
    peer: "ours",
    below: "redis",
    atMost: 1.15,
  },
  ...["ours", "ours-json"].map((peer): Goal => ({
    what: `Flood: processor time for a line besides its deliveries, ${peer}`,
    scenario: "linecost",
    label: "server's time for a line without its deliveries",
    peer,
    atMost: 1.5,
  })),
  {
    what: "200 peers page through the history: the longest wait of 40 newcomers",
    scenario: "paging",
    label: "a newcomer's wait, longest",
    peer: "ours-json",
    atMost: 250,
  },
  ...["ours", "ours-json"].map((peer): Goal => ({
    what: `10,000 idle connections: memory of each, ${peer}`,
    scenario: "idle",
    label: "each, with a name",
    peer,
    atMost: IDLE_BYTES,
  })),
  {
    what: "1,000 silent clients: processor time, ours-json",
    scenario: "quiet",
    label: "processor time of the server",
    peer: "ours-json",
    atMost: 0.03,
  },
  {
    what: "Start-up: listening, less 1.5 times an empty Deno script",
    scenario: "startup",
    label: "listening, over 1.5 empty scripts",
    peer: "ours",
    atMost: 40,
  },
  {
    what: "Start-up: listening, less 1.3 times an empty Deno script",
    scenario: "startup",
    label: "listening, over 1.3 empty scripts",
    peer: "ours",
    atMost: 25,
  },
  {
    what: "Start-up: `chat join` asks for the name ÷ an empty Deno script on a terminal",
    scenario: "startup",
    label: "join asks for the name ÷ an empty script",
    peer: "ours",
    atMost: 3,
  },
  {
    what: "One stalled reader: median latency of the others ÷ without",
    scenario: "stalled",
    label: "latency, median, one stalled ÷ all read",
    peer: "ours",
    atMost: 1.1,
  },
  {
    what: "One stalled reader: deliveries to the others ÷ without",
    scenario: "stalled",
    label: "deliveries in floods, one stalled ÷ all read",
    peer: "ours",
    atLeast: 0.9,
  },
  ...["in 20 each", "in one each"].map((where): Goal => ({
    what: `100 rooms of 10 people ${where} ÷ one room: server's time for a delivery`,
    scenario: "rooms",
    label: `100 rooms ÷ one, people ${where}`,
    peer: "ours-json",
    atMost: 1.25,
  })),
  {
    what: "1,000 quiet rooms with two people each: memory",
    scenario: "quietrooms",
    label: "1,000 rooms with two people each",
    peer: "ours-json",
    atMost: ROOMS_BYTES,
  },
  {
    what: "Paced, 200 a second to 100 of each server: deliveries, two on NATS ÷ one server",
    scenario: "nats",
    label: "paced deliveries, two on NATS ÷ one server",
    peer: "ours",
    atLeast: 1.7,
  },
];

/** What is promised of a flood on IRC. */
function ircGoals(peer: string): Goal[] {
  const sides = [["ours-json", 0.5], ["ngircd", 5], ["inspircd", 5]] as const;
  return sides.map(([below, atLeast]) => ({
    what: `Flood on IRC, one to 100: deliveries by processor time, ${peer} ÷ ${below}`,
    scenario: "irc",
    label: "deliveries by processor time of the server",
    peer,
    below,
    atLeast,
  }));
}

/** What is promised of a flood. */
function floodGoals(scenario: string, title: string): Goal[] {
  const flood = { scenario, label: "deliveries" } as const;
  const sides = [
    ["ours", "nats", 2, "nats-server"],
    ["ours", "redis", 2, "redis-server"],
    ["ours", "limit", 0.6, "the limit"],
    ["ours-json", "limit-json", 0.6, "the limit on lines as long"],
    ["ours-json", "nats", 1, "nats-server on its shorter lines"],
    ["ours-db", "ours", 0.5, "ours without a database"],
  ] as const;
  const goals = sides.map(([peer, below, atLeast, whom]): Goal => ({
    ...flood,
    what: `Flood, ${title}: deliveries, ${peer} ÷ ${whom}`,
    peer,
    below,
    atLeast,
  }));
  // By the wall clock the limit waits for the generator; the server's own time tells them apart.
  const strict = goals.filter(({ below }) => below?.startsWith("limit")).map((goal): Goal => ({
    ...goal,
    what: goal.what.replace("deliveries", "deliveries by processor time"),
    label: "deliveries by processor time of the server",
  }));
  return [...goals, ...strict];
}

/** A table of the promises: what was wanted, what was measured, whether it was reached. */
export function renderGoals(
  records: ReadonlyMap<string, ScenarioRecord>,
  goals: readonly Goal[] = GOALS,
  elsewhere: readonly OtherGoal[] = ELSEWHERE.goals,
): string {
  const rows = goals.map((goal) => {
    const result = resultOf(goal, records.get(goal.scenario));
    if (typeof result === "string") return [goal.what, wanted(goal, undefined), result, "–"];
    const { spread, unit } = result;
    const text = unit === undefined ? renderRatio(spread) : renderSpread(spread, unit);
    return [goal.what, wanted(goal, unit), text, isReached(goal, spread) ? "yes" : "**no**"];
  });
  const others = elsewhere.map(({ what, goal, measured, reached, source }) => [
    what,
    goal,
    `${measured} (${source})`,
    reached ? "yes" : "**no**",
  ]);
  return renderRows(["", "goal", "measured", "reached"], [...rows, ...others]);
}

/** Whether a median is where it was promised to be. */
function isReached(goal: Goal, { median }: Spread): boolean {
  return median >= (goal.atLeast ?? -Infinity) && median <= (goal.atMost ?? Infinity);
}

/** What was measured, its unit unless it is a ratio; or the reason why there is nothing. */
function resultOf(
  goal: Goal,
  record: ScenarioRecord | undefined,
): { readonly spread: Spread; readonly unit: Figure["unit"] | undefined } | string {
  if (record === undefined) return "not measured";
  const needed = goal.below === undefined ? [goal.peer] : [goal.peer, goal.below];
  for (const name of needed) {
    const peer = record.peers.find((one) => one.name === name);
    if (peer === undefined) return `without ${name}`;
    if (peer.gap !== undefined) return `${name}: ${peer.gap}`;
  }
  const { samples } = record;
  const spread = goal.below === undefined
    ? measured(samples, goal.peer, goal.label)
    : ratio(samples, goal.label, goal.peer, goal.below);
  if (spread === undefined) return "not measured";
  const figure = samples[0]?.figures.find(({ label }) => label === goal.label);
  return { spread, unit: goal.below === undefined ? figure?.unit : undefined };
}

function wanted({ atLeast, atMost }: Goal, unit: Figure["unit"] | undefined): string {
  const bound = atLeast ?? atMost ?? NaN;
  const text = unit === undefined
    ? String(bound)
    : renderSpread({ median: bound, min: bound, max: bound }, unit);
  return atLeast === undefined ? `at most ${text}` : `at least ${text}`;
}
