/**
 * What a room costs in which nobody says anything: heartbeats and timers.
 *
 * @module
 */

import { IdleCrowd, settledMemory } from "../idle/idle_crowd.ts";
import type { Peer } from "../peers/peer.ts";
import type { Figure, Scenario } from "./scenario.ts";

const CLIENTS = 1_000;

/** Six heartbeats of each client. */
const SECONDS = 30;

/** 1,000 clients that only live. */
export const quiet: Scenario = {
  name: "quiet",
  about: `${CLIENTS.toLocaleString("en")} connected clients that say nothing for ${SECONDS} s`,
  peers: ["ours", "ours-json", "nats", "redis"],
  notes: {
    ours: "plain clients send no heartbeats",
    "ours-json": "each client asks for a sign of life after 5 s of silence, as ours do",
    nats: "the server asks each client every two minutes, and is not answered here",
  },
  run,
};

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const { port, program } = await peer.start({ maxClients: CLIENTS + 10 });
  await using _stopped = program;
  await using crowd = new IdleCrowd(port, peer.wire, CLIENTS);
  await crowd.connect();
  await crowd.giveNames();
  if (peer.wire === "json") await crowd.startHeartbeats();
  await settledMemory(program);
  const startedMs = performance.now();
  const before = await program.usage();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const after = await program.usage();
  const seconds = (performance.now() - startedMs) / 1000;
  const cores = (after.cpuSeconds - before.cpuSeconds) / seconds;
  log(`${(cores * 100).toFixed(2)}% of a core`);
  return [{ label: "processor time of the server", value: cores, unit: "cores" }];
}
