/**
 * How long `chat serve` takes until it listens, beside a Deno script that does nothing.
 *
 * @module
 */

import type { Peer, PeerName } from "../peers/peer.ts";
import { RunningProgram } from "../process.ts";
import { spreadOf } from "../table.ts";
import type { Figure, Scenario } from "./scenario.ts";

/** Starts that are measured, after one that fills the caches. */
const STARTS = 10;

const START_TIMEOUT_MS = 20_000;

/** The promise is: within so many times the empty script, and some milliseconds. */
const TIMES_EMPTY = 1.5;

const EMPTY_SCRIPT = new URL("../empty_script.ts", import.meta.url).pathname;

/** For the others an empty Deno script means nothing. */
const WRITTEN_FOR_DENO: readonly PeerName[] = ["ours", "ours-db", "naive", "limit"];

/** From starting a program until it says that it listens. */
export const startup: Scenario = {
  name: "startup",
  about: `from starting a program until it says that it listens, the median of ${STARTS} starts; ` +
    "Deno programs in turns with a Deno script that only says that it has started",
  peers: ["ours", "ours-db", "nats", "redis", "ngircd", "naive", "limit"],
  notes: { "ours-db": "a new database each time" },
  run,
};

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const isDeno = WRITTEN_FOR_DENO.includes(peer.name);
  const listening: number[] = [];
  const empty: number[] = [];
  for (let start = 0; start <= STARTS; start++) {
    // Neither always first.
    if (isDeno && start % 2 === 0) empty.push(await emptyMs());
    listening.push(await listeningMs(peer));
    if (isDeno && start % 2 === 1) empty.push(await emptyMs());
  }
  const listeningMedian = spreadOf(listening.slice(1)).median;
  log(`listens after ${listeningMedian.toFixed(1)} ms`);
  const figures: Figure[] = [{ label: "listening", value: listeningMedian, unit: "milliseconds" }];
  if (!isDeno) return figures;
  const emptyMedian = spreadOf(empty.slice(1)).median;
  return [
    ...figures,
    { label: "an empty Deno script", value: emptyMedian, unit: "milliseconds" },
    {
      label: `listening, over ${TIMES_EMPTY} empty scripts`,
      value: listeningMedian - TIMES_EMPTY * emptyMedian,
      unit: "milliseconds",
    },
  ];
}

async function listeningMs(peer: Peer): Promise<number> {
  const startedMs = performance.now();
  const { program } = await peer.start({ maxClients: 10 });
  const ms = performance.now() - startedMs;
  await program.stop();
  return ms;
}

async function emptyMs(): Promise<number> {
  const startedMs = performance.now();
  await using program = RunningProgram.start([Deno.execPath(), "run", "--no-prompt", EMPTY_SCRIPT]);
  await program.waitFor(/^started$/, START_TIMEOUT_MS);
  return performance.now() - startedMs;
}
