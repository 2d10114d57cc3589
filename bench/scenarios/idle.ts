/**
 * What an idle connection costs the server in memory, before and after it has given a name.
 *
 * @module
 */

import type { Peer } from "../peers/peer.ts";
import { RunningProgram } from "../process.ts";
import type { Figure, Scenario } from "./scenario.ts";

const CONNECTIONS = 5_000;

/** The naive server needs a minute and more to tell 5,000 clients of each other. */
const NAIVE_CONNECTIONS = 1_000;

/** Clients that come and go first, so that what is loaded and compiled once is not counted. */
const WARM_UP = 200;

/** How long connecting or joining may take, in milliseconds. */
const STEP_TIMEOUT_MS = 120_000;

/** Memory is settled when this many looks in a row, this far apart, differ by under 1%. */
const SETTLED_LOOKS = 4;
const LOOK_MS = 500;

/** And when it never settles: the time given to name oneself is 60 s, and must not run out. */
const SETTLE_LIMIT_MS = 20_000;

const CLIENTS = new URL("../idle_clients.ts", import.meta.url).pathname;

/** 5,000 connections that do nothing. */
export const idle: Scenario = {
  name: "idle",
  about: `${CONNECTIONS.toLocaleString("en")} connections that do nothing, before and after each ` +
    "has given a name (and all have read who joined); memory of the server for each",
  peers: ["ours", "naive"],
  notes: { naive: `${NAIVE_CONNECTIONS.toLocaleString("en")} connections` },
  run,
};

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const count = peer.name === "naive" ? NAIVE_CONNECTIONS : CONNECTIONS;
  const { port, program } = await peer.start({ maxClients: count * 2 });
  await using _stopped = program;
  await withClients(port, WARM_UP, async (clients) => {
    await step(clients, "connect", "connected");
    await step(clients, "name", "joined");
  });
  const empty = await settled(program);
  return await withClients(port, count, async (clients) => {
    await step(clients, "connect", "connected");
    const connected = await settled(program);
    log(`${Math.round((connected - empty) / count)} bytes each without a name`);
    const startedMs = performance.now();
    await step(clients, "name", "joined");
    const seconds = (performance.now() - startedMs) / 1000;
    const named = await settled(program);
    log(`${Math.round((named - empty) / count)} bytes each with a name`);
    return [
      { label: "empty server", value: empty, unit: "bytes" },
      { label: "each, no name yet", value: (connected - empty) / count, unit: "bytes" },
      { label: "each, with a name", value: (named - empty) / count, unit: "bytes" },
      { label: "until all had read all joins", value: seconds, unit: "seconds" },
    ];
  });
}

async function withClients<T>(
  port: number,
  count: number,
  use: (clients: RunningProgram) => Promise<T>,
): Promise<T> {
  await using clients = RunningProgram.start([
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--allow-net=127.0.0.1",
    CLIENTS,
    String(port),
    String(count),
  ]);
  return await use(clients);
}

/** Tells the clients what to do and waits until all have done it. */
async function step(clients: RunningProgram, order: string, done: string): Promise<void> {
  await clients.tell(order);
  await clients.waitFor(new RegExp(`^${done}$`), STEP_TIMEOUT_MS);
}

/** Waits until the memory of the server does not change any more; gives it in bytes. */
async function settled(program: RunningProgram): Promise<number> {
  const endMs = performance.now() + SETTLE_LIMIT_MS;
  const looks: number[] = [];
  while (performance.now() < endMs) {
    looks.push((await program.usage()).rssBytes);
    const newest = looks.slice(-SETTLED_LOOKS);
    if (newest.length === SETTLED_LOOKS && Math.max(...newest) < Math.min(...newest) * 1.01) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return looks.at(-1) ?? 0;
}
