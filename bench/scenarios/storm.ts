/**
 * Everybody comes at once, and then everybody goes: after a restart, or at the start of a lesson.
 *
 * @module
 */

import { IdleCrowd } from "../idle/idle_crowd.ts";
import type { Peer } from "../peers/peer.ts";
import type { Figure, Scenario } from "./scenario.ts";

const CLIENTS = 2_000;

/** The naive server takes minutes to tell 2,000 clients who leaves. */
const NAIVE_CLIENTS = 500;

/** Joins under way at the same time. */
const LANES = 100;

/** Clients that come and go first: a fresh server compiles its hot paths. */
const WARM_UP = 200;

const NOBODY_TOLD = "nobody is told who joins or leaves, and nobody is told who is there";

/** 2,000 clients join and leave. */
export const storm: Scenario = {
  name: "storm",
  about: `${CLIENTS.toLocaleString("en")} clients connect and join, ${LANES} at a time, and then ` +
    `all leave. Whoever is there is told of each one that comes: ` +
    `${(CLIENTS * (CLIENTS - 1) / 2e6).toFixed(1)} million lines`,
  // ngircd is not among them: with thousands of clients some of its connections were reset while
  // they joined, and why was not found out.
  peers: ["ours", "ours-json", "nats", "redis", "naive"],
  notes: {
    nats: NOBODY_TOLD,
    redis: NOBODY_TOLD,
    naive: `${NAIVE_CLIENTS.toLocaleString("en")} clients, and nobody is told who is there`,
  },
  run,
};

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const clients = peer.name === "naive" ? NAIVE_CLIENTS : CLIENTS;
  await using server = await peer.start({ maxClients: clients + 10 });
  {
    await using early = new IdleCrowd(server.port, peer.wire, WARM_UP);
    await early.storm(LANES);
    await early.leave();
  }
  await using crowd = new IdleCrowd(server.port, peer.wire, clients);
  const before = await server.usage();
  const { joined, heard, median, p99 } = await crowd.storm(LANES);
  const after = await server.usage();
  const leftMs = await crowd.leave();
  const gone = await server.usage();
  log(`all in after ${joined.toFixed(0)} ms, gone after ${leftMs.toFixed(0)} ms`);
  return [
    { label: "until all were in", value: joined, unit: "milliseconds" },
    { label: "until all had read all joins", value: heard, unit: "milliseconds" },
    { label: "a single join, median", value: median, unit: "milliseconds" },
    { label: "a single join, p99", value: p99, unit: "milliseconds" },
    { label: "until all had left", value: leftMs, unit: "milliseconds" },
    {
      label: "processor time of the server, joining",
      value: after.cpuSeconds - before.cpuSeconds,
      unit: "seconds",
    },
    {
      label: "processor time of the server, leaving",
      value: gone.cpuSeconds - after.cpuSeconds,
      unit: "seconds",
    },
  ];
}
