/**
 * What an idle connection costs the server in memory, before and after it has given a name.
 *
 * @module
 */

import { IdleCrowd, settledMemory } from "../idle/idle_crowd.ts";
import type { Peer } from "../peers/peer.ts";
import type { Figure, Scenario } from "./scenario.ts";

const CONNECTIONS = 10_000;

/** The naive server needs minutes to tell 10,000 clients of each other. */
const NAIVE_CONNECTIONS = 1_000;

/** Clients that come and go first, so that what is loaded and compiled once is not counted. */
const WARM_UP = 200;

/** 10,000 connections that do nothing. */
export const idle: Scenario = {
  name: "idle",
  about: `${CONNECTIONS.toLocaleString("en")} connections that do nothing, before and after each ` +
    "has given a name (and all have read who joined); memory of the server for each",
  // ngircd is not among them: with thousands of clients some of its connections were reset while
  // they joined, and why was not found out.
  peers: ["ours", "ours-json", "nats", "redis", "naive"],
  notes: {
    nats: "a name is the subscription; nobody is told who joins",
    redis: "a name is the subscription; nobody is told who joins",
    naive: `${NAIVE_CONNECTIONS.toLocaleString("en")} connections`,
  },
  run,
};

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const count = peer.name === "naive" ? NAIVE_CONNECTIONS : CONNECTIONS;
  const { port, program } = await peer.start({ maxClients: count * 2 });
  await using _stopped = program;
  {
    await using early = new IdleCrowd(port, peer.wire, WARM_UP);
    await early.connect();
    await early.giveNames();
    await early.leave();
  }
  const empty = await settledMemory(program);
  await using crowd = new IdleCrowd(port, peer.wire, count);
  await crowd.connect();
  const connected = await settledMemory(program);
  log(`${Math.round((connected - empty) / count)} bytes each without a name`);
  const startedMs = performance.now();
  await crowd.giveNames();
  const seconds = (performance.now() - startedMs) / 1000;
  if (peer.wire === "json") await crowd.startHeartbeats();
  const named = await settledMemory(program);
  log(`${Math.round((named - empty) / count)} bytes each with a name`);
  return [
    { label: "empty server", value: empty, unit: "bytes" },
    { label: "each, no name yet", value: (connected - empty) / count, unit: "bytes" },
    { label: "each, with a name", value: (named - empty) / count, unit: "bytes" },
    { label: "until all had read all joins", value: seconds, unit: "seconds" },
  ];
}
