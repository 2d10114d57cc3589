/**
 * What is kept of a measurement: one JSON file a scenario in `bench/results/`, small enough to be
 * committed. Everything that is shown is made from these files, so that it can be made again
 * without measuring.
 *
 * @module
 */

import type { Machine } from "../machine.ts";
import type { Figure } from "../scenarios/scenario.ts";
import { figuresOf, type Sample } from "../table.ts";

/** Goes up when older files can no longer be read. */
const FORMAT = 1;

/** A value keeps so many digits: far more than two runs have in common. */
const DIGITS = 6;

/** Where the files are. */
const RESULTS_DIRECTORY: URL = new URL("../results/", import.meta.url);

/** A peer of a measurement. */
export interface PeerRecord {
  /** Its name. */
  readonly name: string;
  /** What it is and how it was started. */
  readonly about: string;
  /** Its version; null when it was not there. */
  readonly version: string | null;
  /** What was different for it in this scenario. */
  readonly note?: string;
  /** Why it has no samples, in a word or two. */
  readonly gap?: string;
  /** What went wrong, when something did. */
  readonly failure?: string;
}

/** One scenario, measured. */
export interface ScenarioRecord {
  /** Its name. */
  readonly scenario: string;
  /** What happens in it. */
  readonly about: string;
  /** When it began: ISO 8601, UTC. */
  readonly startedAt: string;
  /** Which state of the program; null when it could not be known. */
  readonly commit: string | null;
  /** How many rounds were asked for. */
  readonly rounds: number;
  /** On what. */
  readonly machine: Machine;
  /** Load average of 1, 5 and 15 minutes before it. */
  readonly loadBefore: string;
  /** The same after it. */
  readonly loadAfter: string;
  /** Who took part, in the order of the tables. */
  readonly peers: readonly PeerRecord[];
  /** What was measured. */
  readonly samples: readonly Sample[];
}

/** As it stands in the file: what a figure is called stands there once. */
interface Stored extends Omit<ScenarioRecord, "samples"> {
  readonly format: number;
  readonly figures: readonly { readonly label: string; readonly unit: Figure["unit"] }[];
  readonly samples: readonly {
    readonly round: number;
    readonly peer: string;
    /** One for each of the figures; null where a peer has none. */
    readonly values: readonly (number | null)[];
  }[];
}

/** A record as the text of its file: one line a field, one a figure, one a sample. */
export function stringifyRecord(record: ScenarioRecord): string {
  const figures = figuresOf(record.samples).map(({ label, unit }) => ({ label, unit }));
  const samples = record.samples.map(({ round, peer, figures: own }) => ({
    round,
    peer,
    values: figures.map(({ label }) => {
      const figure = own.find((one) => one.label === label);
      return figure === undefined ? null : Number(figure.value.toPrecision(DIGITS));
    }),
  }));
  const { samples: _samples, peers, ...rest } = record;
  const lines = Object.entries({ format: FORMAT, ...rest }).map(([key, value]) =>
    `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`
  );
  for (const [key, list] of Object.entries({ peers, figures, samples })) {
    const items = list.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
    lines.push(`  ${JSON.stringify(key)}: [\n${items}\n  ]`);
  }
  return `{\n${lines.join(",\n")}\n}\n`;
}

/**
 * Reads the text of a file.
 *
 * @throws {SyntaxError} When it is no JSON.
 * @throws {Error} When it is of another format.
 */
export function parseRecord(text: string): ScenarioRecord {
  const { format, figures, samples, ...rest } = JSON.parse(text) as Stored;
  if (format !== FORMAT) {
    throw new Error(`Cannot read results of format ${format}: measure again, this is ${FORMAT}.`);
  }
  return {
    ...rest,
    samples: samples.map(({ round, peer, values }) => ({
      round,
      peer,
      figures: figures.flatMap(({ label, unit }, index) => {
        const value = values[index] ?? null;
        return value === null ? [] : [{ label, unit, value }];
      }),
    })),
  };
}

/** All that was kept, by the names of the scenarios. */
export async function readRecords(): Promise<Map<string, ScenarioRecord>> {
  const records: ScenarioRecord[] = [];
  for await (const { name } of Deno.readDir(RESULTS_DIRECTORY)) {
    if (!name.endsWith(".json")) continue;
    records.push(parseRecord(await Deno.readTextFile(new URL(name, RESULTS_DIRECTORY))));
  }
  records.sort((a, b) => a.scenario < b.scenario ? -1 : 1);
  return new Map(records.map((record) => [record.scenario, record]));
}

/** Keeps a record in the place of an older one of the same scenario. */
export async function writeRecord(record: ScenarioRecord): Promise<void> {
  await Deno.mkdir(RESULTS_DIRECTORY, { recursive: true });
  const file = new URL(`${record.scenario}.json`, RESULTS_DIRECTORY);
  await Deno.writeTextFile(file, stringifyRecord(record));
}
