/**
 * How long a message takes when nobody hurries: the latency that people feel.
 *
 * @module
 */

import { usageOf } from "../../tests/helpers/proc.ts";
import { middleAndTail, type Pace, PacedLoad } from "../pace/paced_load.ts";
import { EVERYWHERE } from "../peers/all.ts";
import type { Peer, PeerName } from "../peers/peer.ts";
import type { Figure, Scenario } from "./scenario.ts";

/** Messages before those that are measured, in seconds: a fresh server compiles its hot paths. */
const WARM_UP_SECONDS = 3;

const SECONDS = 10;

/** The limits only on lines as long as ours in plain: one control run is enough. */
const PACED: readonly PeerName[] = EVERYWHERE.filter((name) => !/^limit.*-json$/.test(name));

const NOTES: Scenario["notes"] = {
  limit: "the control run: the same generator and pace, and only the reads and writes",
};

/** 500 messages a second to 100 receivers. */
export const paced: Scenario = pacedScenario("paced", { receivers: 100, perSecond: 500 });

/** 50 messages a second to 1,000 receivers. */
export const paced1000: Scenario = pacedScenario("paced1000", { receivers: 1_000, perSecond: 50 });

/** One size of the scenario. */
interface Size {
  readonly receivers: number;
  readonly perSecond: number;
}

function pacedScenario(name: string, size: Size): Scenario {
  const { receivers, perSecond } = size;
  return {
    name,
    about: `${perSecond} messages a second to ${receivers.toLocaleString("en")} receivers for ` +
      `${SECONDS} s after a warm-up of ${WARM_UP_SECONDS} s; from when a message was due until ` +
      "each of three probes (the first receiver that joined, one in the middle, the last) had it",
    // ncat: 1,000 were not in within a minute.
    peers: receivers > 100 ? PACED.filter((peer) => peer !== "ncat") : PACED,
    notes: NOTES,
    run: (peer, log) => run(peer, size, log),
  };
}

async function run(peer: Peer, size: Size, log: (text: string) => void): Promise<Figure[]> {
  const { receivers, perSecond } = size;
  await using server = await peer.start({ maxClients: receivers + 10 });
  using load = await PacedLoad.connect(server.port, { wire: peer.wire, receivers });
  const pace: Pace = { perSecond, seconds: SECONDS };
  await load.run({ ...pace, seconds: WARM_UP_SECONDS });
  const before = await server.usage();
  const generatorBefore = await usageOf(Deno.pid);
  const { latencies, probes, senderLate } = await load.run(pace);
  const after = await server.usage();
  const generatorAfter = await usageOf(Deno.pid);
  const all = middleAndTail(latencies);
  const late = middleAndTail(senderLate);
  log(`median ${all.median.toFixed(3)} ms, p99 ${all.p99.toFixed(3)} ms`);
  const serverSeconds = after.cpuSeconds - before.cpuSeconds;
  return [
    { label: "latency, median", value: all.median, unit: "milliseconds" },
    { label: "latency, p99", value: all.p99, unit: "milliseconds" },
    {
      label: "latency of the first to join, median",
      value: middleAndTail(probes.first).median,
      unit: "milliseconds",
    },
    {
      label: "latency of the one in the middle, median",
      value: middleAndTail(probes.middle).median,
      unit: "milliseconds",
    },
    {
      label: "latency of the last to join, median",
      value: middleAndTail(probes.last).median,
      unit: "milliseconds",
    },
    { label: "lateness of the sender, median", value: late.median, unit: "milliseconds" },
    { label: "lateness of the sender, p99", value: late.p99, unit: "milliseconds" },
    {
      label: "processor time of the server for a message",
      value: serverSeconds * 1000 / (perSecond * SECONDS),
      unit: "milliseconds",
    },
    { label: "processor time of the server", value: serverSeconds / SECONDS, unit: "cores" },
    {
      label: "processor time of the generator",
      value: (generatorAfter.cpuSeconds - generatorBefore.cpuSeconds) / SECONDS,
      unit: "cores",
    },
  ];
}
