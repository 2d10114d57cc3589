/**
 * Made-up measurements.
 *
 * @module
 */

import type { PeerRecord, ScenarioRecord } from "../../../bench/report/record.ts";
import type { Sample } from "../../../bench/table.ts";

/** What differs from the usual. */
export interface RecordOptions {
  /** Name of the scenario; default "fanout". */
  readonly scenario?: string;
  /** Instead of a peer without a gap. */
  readonly peers?: readonly Partial<PeerRecord>[];
}

/**
 * A record of deliveries.
 *
 * @param rates Deliveries a second of each peer, one for each round.
 */
export function recordOf(
  rates: Readonly<Record<string, readonly number[]>>,
  { scenario = "fanout", peers = [] }: RecordOptions = {},
): ScenarioRecord {
  const samples = Object.entries(rates).flatMap(([peer, values]) =>
    values.map((value, round): Sample => ({
      round,
      peer,
      figures: [
        { label: "deliveries", value, unit: "per second" },
        { label: "processor time of the server", value: 0.5, unit: "cores" },
      ],
    }))
  );
  const names = [...Object.keys(rates), ...peers.flatMap(({ name }) => name ?? [])];
  return {
    scenario,
    about: "a made-up flood",
    startedAt: "2026-01-02T03:04:05.678Z",
    commit: "0123456789",
    rounds: Math.max(...Object.values(rates).map((values) => values.length)),
    machine: {
      cores: 2,
      processor: "Abacus",
      memoryBytes: 8 * 1024 ** 3,
      system: "linux 6.1 x86_64",
      deno: "2.9.6",
      v8: "15",
    },
    loadBefore: "0.1, 0.2, 0.3",
    loadAfter: "1.1, 0.4, 0.3",
    peers: [...new Set(names)].map((name) => ({
      name,
      about: `how ${name} is started`,
      version: "1.0",
      ...peers.find((peer) => peer.name === name),
    })),
    samples,
  };
}

/** Records by the names of their scenarios. */
export function recordsOf(...records: readonly ScenarioRecord[]): Map<string, ScenarioRecord> {
  return new Map(records.map((record) => [record.scenario, record]));
}
