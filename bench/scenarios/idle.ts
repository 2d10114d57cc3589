/**
 * What connections cost that do nothing: memory, before and after each has given a name, and
 * processor time, for heartbeats and timers.
 *
 * @module
 */

import { pause } from "../../tests/helpers/wait.ts";
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
  run: measureMemory,
};

/** Clients of the silent room. */
const SILENT_CLIENTS = 1_000;

/** Six heartbeats of each client. */
const SILENT_SECONDS = 30;

/** 1,000 clients that only live. */
export const quiet: Scenario = {
  name: "quiet",
  about: `${SILENT_CLIENTS.toLocaleString("en")} connected clients that say nothing for ` +
    `${SILENT_SECONDS} s`,
  peers: ["ours", "ours-json", "nats", "redis"],
  notes: {
    ours: "plain clients send no heartbeats",
    "ours-json": "each client asks for a sign of life after 5 s of silence, as ours do",
    nats: "the server asks each client every two minutes, and is not answered here",
  },
  run: measureProcessor,
};

async function measureMemory(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const count = peer.name === "naive" ? NAIVE_CONNECTIONS : CONNECTIONS;
  await using server = await peer.start({ maxClients: count * 2 });
  {
    await using early = new IdleCrowd(server.port, peer.wire, WARM_UP);
    await early.connect();
    await early.giveNames();
    await early.leave();
  }
  const empty = await settledMemory(server);
  await using crowd = new IdleCrowd(server.port, peer.wire, count);
  await crowd.connect();
  const connected = await settledMemory(server);
  log(`${Math.round((connected - empty) / count)} bytes each without a name`);
  const startedMs = performance.now();
  await crowd.giveNames();
  const seconds = (performance.now() - startedMs) / 1000;
  if (peer.wire === "json") await crowd.startHeartbeats();
  const named = await settledMemory(server);
  log(`${Math.round((named - empty) / count)} bytes each with a name`);
  return [
    { label: "empty server", value: empty, unit: "bytes" },
    { label: "each, no name yet", value: (connected - empty) / count, unit: "bytes" },
    { label: "each, with a name", value: (named - empty) / count, unit: "bytes" },
    { label: "until all had read all joins", value: seconds, unit: "seconds" },
  ];
}

async function measureProcessor(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  await using server = await peer.start({ maxClients: SILENT_CLIENTS + 10 });
  await using crowd = new IdleCrowd(server.port, peer.wire, SILENT_CLIENTS);
  await crowd.connect();
  await crowd.giveNames();
  if (peer.wire === "json") await crowd.startHeartbeats();
  await settledMemory(server);
  const startedMs = performance.now();
  const before = await server.usage();
  await pause(SILENT_SECONDS * 1000);
  const after = await server.usage();
  const seconds = (performance.now() - startedMs) / 1000;
  const cores = (after.cpuSeconds - before.cpuSeconds) / seconds;
  log(`${(cores * 100).toFixed(2)}% of a core`);
  return [{ label: "processor time of the server", value: cores, unit: "cores" }];
}
