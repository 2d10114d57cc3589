/**
 * One sender floods, 100 readers read.
 *
 * @module
 */

import { Load } from "../load.ts";
import type { Peer } from "../peers/peer.ts";
import { usageOf } from "../process.ts";
import type { Figure, Scenario } from "./scenario.ts";

const RECEIVERS = 100;
const LINES = 20_000;
const NAIVE_LINES = 5_000;

/** Floods after the first: a single one takes a tenth of a second, too short to trust. */
const WARM_FLOODS = 5;

/** A flood of 20,000 lines to 100 plain clients. */
export const fanout: Scenario = {
  name: "fanout",
  about: `one sender floods ${LINES.toLocaleString("en")} lines of 64 bytes to ${RECEIVERS} ` +
    `clients: the first flood of a fresh server, then ${WARM_FLOODS} more`,
  peers: ["ours", "naive", "limit"],
  notes: {
    naive: `floods of ${NAIVE_LINES.toLocaleString("en")} lines, and one after the first`,
  },
  run,
};

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const naive = peer.name === "naive";
  const lines = naive ? NAIVE_LINES : LINES;
  const { port, program } = await peer.start({ maxClients: RECEIVERS + 10 });
  await using _stopped = program;
  using load = await Load.connect(port, { wire: peer.wire, receivers: RECEIVERS });
  const cold = await load.flood(lines);
  const before = await program.usage();
  const generatorBefore = await usageOf(Deno.pid);
  let seconds = 0;
  let sent = 0;
  for (let flood = 0; flood < (naive ? 1 : WARM_FLOODS); flood++) {
    const warm = await load.flood(lines);
    seconds += warm.seconds;
    sent += warm.lines;
  }
  const after = await program.usage();
  const generatorAfter = await usageOf(Deno.pid);
  const serverSeconds = after.cpuSeconds - before.cpuSeconds;
  const rate = sent * RECEIVERS / seconds;
  log(`${Math.round(rate).toLocaleString("en")} deliveries a second`);
  return [
    { label: "deliveries, first flood", value: cold.deliveriesPerSecond, unit: "per second" },
    { label: "deliveries", value: rate, unit: "per second" },
    // Fair also while something else wants the same cores.
    {
      label: "deliveries by processor time of the server",
      value: sent * RECEIVERS / serverSeconds,
      unit: "per second",
    },
    {
      label: "processor time of the server",
      value: serverSeconds / seconds,
      unit: "cores",
    },
    {
      label: "processor time of the generator",
      value: (generatorAfter.cpuSeconds - generatorBefore.cpuSeconds) / seconds,
      unit: "cores",
    },
  ];
}
