/**
 * As many people as one machine can hold: thousands of json clients come in, stay, and are told
 * something once a second.
 *
 * @module
 */

import { descriptorLimit } from "../../tests/helpers/proc.ts";
import { IdleCrowd, settledMemory } from "../idle/idle_crowd.ts";
import { startChat } from "../peers/ours.ts";
import type { Peer, RunningPeer } from "../peers/peer.ts";
import { spreadOf } from "../table.ts";
import type { Figure, Scenario } from "./scenario.ts";

/** What fits below the 20,000 descriptors that many machines allow a process. */
export const DEFAULT_PEOPLE = 15_000;

/** Descriptors of the server and of each process of clients that are none of clients'. */
const SPARE_DESCRIPTORS = 200;

/** A process of clients has a thread that reads for so many at most. */
const CLIENTS_OF_PROCESS = 7_500;

/** Clients that connect to one address: it has 28,000 ports for them. */
const CLIENTS_OF_ADDRESS = 20_000;

/** Joins under way at the same time, in each process. */
const LANES = 20;

/** Messages to all, one a second. */
const MESSAGES = 10;

/** How long a step may take for each client, and beyond that, in milliseconds. */
const STEP_MS = { each: 40, more: 120_000 };

/** Lines of the server's log that are shown where somebody was cut off. */
const LOG_LINES = 5;

/** 15,000 json clients. */
export const scale: Scenario = {
  name: "scale",
  about:
    `${DEFAULT_PEOPLE.toLocaleString("en")} json clients come in, ${LANES} at a time in each ` +
    `of two processes, and all are told of each; then they say nothing, but for one of them, who ` +
    "says something once a second",
  peers: ["ours-json"],
  notes: {},
  run: (_peer: Peer, log) => measureScale(DEFAULT_PEOPLE, log),
};

/**
 * Measures so many people.
 *
 * @param people 2 or more.
 * @throws {Error} When the machine does not allow so many descriptors, or somebody is cut off; with
 * what the limit is.
 */
export async function measureScale(
  people: number,
  log: (text: string) => void,
): Promise<Figure[]> {
  const descriptors = await descriptorLimit();
  if (people + SPARE_DESCRIPTORS > descriptors) {
    throw new Error(
      `${people} clients need ${people + SPARE_DESCRIPTORS} descriptors in the server, and this ` +
        `machine allows ${descriptors}: raise the hard limit (ulimit -Hn), or ask for fewer.`,
    );
  }
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startChat({ maxClients: people + 10, host: "0.0.0.0" }));
  const crowds: IdleCrowd[] = [];
  for (let first = 0; first < people; first += CLIENTS_OF_PROCESS) {
    const host = `127.0.0.${1 + Math.floor(first / CLIENTS_OF_ADDRESS)}`;
    const timeoutMs = STEP_MS.more + STEP_MS.each * people;
    const count = Math.min(CLIENTS_OF_PROCESS, people - first);
    crowds.push(stack.use(new IdleCrowd(server.port, "json", count, { host, first, timeoutMs })));
  }
  const empty = await settledMemory(server);
  const before = await server.usage();
  const storms = await Promise.all(
    crowds.map((crowd) => crowd.storm(LANES, { isBeating: true })),
  ).catch((cause) => {
    // The rest of the log tells who came.
    const told = server.log.split("\n").filter((line) => !/ (?:connected|joined) /.test(line));
    const text = told.slice(-LOG_LINES).join("\n");
    throw new Error(`${cause.message}\nThe server said:\n${text}`, { cause });
  });
  const joinedMs = Math.max(...storms.map(({ joined }) => joined));
  const cpuSeconds = (await server.usage()).cpuSeconds - before.cpuSeconds;
  log(`${people} are in after ${(joinedMs / 1000).toFixed(1)} s`);
  const impatient = sum(await Promise.all(crowds.map((crowd) => crowd.impatient())));
  const full = await settledMemory(server);
  log(`${((full - empty) / people / 1024).toFixed(1)} KiB each`);
  const { medians, lasts, cores } = await talk(server, crowds);
  log(`a message is with all after ${spreadOf(lasts).median.toFixed(0)} ms`);
  const millis = (value: number) => ({ value, unit: "milliseconds" } as const);
  return [
    { label: "joins", value: people / (joinedMs / 1000), unit: "per second" },
    { label: "a single join, p99", ...millis(Math.max(...storms.map(({ p99 }) => p99))) },
    {
      label: "processor time of the server, joining",
      value: cpuSeconds,
      unit: "seconds",
    },
    { label: "clients that would have given up meanwhile", value: impatient, unit: "clients" },
    { label: "memory of each", value: (full - empty) / people, unit: "bytes" },
    { label: "a message, until half have it", ...millis(spreadOf(medians).median) },
    { label: "a message, until the last has it", ...millis(spreadOf(lasts).median) },
    { label: "the same, the slowest message", ...millis(spreadOf(lasts).max) },
    { label: "processor time of the server, talking", value: cores, unit: "cores" },
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** One of them talks; all heartbeats go on. Times in milliseconds, one for each message. */
async function talk(
  server: RunningPeer,
  crowds: readonly IdleCrowd[],
): Promise<{ medians: number[]; lasts: number[]; cores: number }> {
  const before = await server.usage();
  const heard = await Promise.all(crowds.map((crowd, n) => crowd.talk(MESSAGES, n === 0)));
  const cpuSeconds = (await server.usage()).cpuSeconds - before.cpuSeconds;
  const messages = Array.from({ length: MESSAGES }, (_, n) => heard.map((one) => one[n]!));
  return {
    medians: messages.map((all) => spreadOf(all.map(({ median }) => median)).median),
    lasts: messages.map((all) => Math.max(...all.map(({ last }) => last))),
    cores: cpuSeconds / MESSAGES,
  };
}
