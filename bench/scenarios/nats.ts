/**
 * What sharing rooms over NATS costs, and what a second server brings: one server that stands
 * alone, one on a nats-server, two on one, and two on three that keep three replicas.
 *
 * @module
 */

import { NatsCluster, NatsServer } from "../../tests/helpers/nats.ts";
import { usageOf } from "../../tests/helpers/proc.ts";
import { Load } from "../load.ts";
import { BENCH } from "../scratch.ts";
import type { WireName } from "../load/wire.ts";
import { middleAndTail, PacedLoad } from "../pace/paced_load.ts";
import { startChat } from "../peers/ours.ts";
import type { Peer, RunningPeer } from "../peers/peer.ts";
import { floods } from "./flood.ts";
import type { Figure, Scenario } from "./scenario.ts";

const PER_SECOND = 200;

/** Of each server. */
const RECEIVERS = 100;

/** Messages before those that are measured, in seconds: a fresh server compiles its hot paths. */
const WARM_UP_SECONDS = 2;

const SECONDS = 6;

/** Lines of each sender in one flood. */
const FLOOD_LINES = 30_000;

/** How many servers, and on how many nodes of NATS. */
const SETUPS = {
  "one server": { servers: 1, nodes: 0 },
  "one on NATS": { servers: 1, nodes: 1 },
  "two on NATS": { servers: 2, nodes: 1 },
  "two on three nodes": { servers: 2, nodes: 3 },
} as const;

type SetupName = keyof typeof SETUPS;

const FLOOD_BY_CPU = "flood, lines for a second of processor time of a server";

/** See the module. */
export const nats: Scenario = {
  name: "nats",
  about:
    `one server, the same with \`--nats\`, and two with it (one nats-server or three, streams ` +
    `in files): ${PER_SECOND} messages a second for ${SECONDS} s from one sender to ${RECEIVERS} ` +
    "receivers of each server; then a flood: one sender and one reader at each, for 1 s at " +
    "least. Deliveries for a second of processor time are those of all servers, were each busy " +
    "on a core of its own",
  peers: ["ours"],
  notes: {},
  run,
  brief,
};

let turn = 0;

async function run({ wire }: Peer, log: (text: string) => void): Promise<Figure[]> {
  const names = Object.keys(SETUPS) as SetupName[];
  const found = new Map<SetupName, Measured>();
  // Each second time the other way round, so that none is always first.
  for (const name of turn++ % 2 === 0 ? names : names.toReversed()) {
    const measured = await measure(name, wire);
    found.set(name, measured);
    log(
      `${name}: median ${measured.median.toFixed(2)} ms, p99 ${measured.p99.toFixed(2)} ms, ` +
        `${Math.round(measured.lines).toLocaleString("en")} lines a second in a flood`,
    );
  }
  const figures = (label: string, unit: Figure["unit"], of: keyof Measured): Figure[] =>
    names.map((name) => ({
      label: `${label}, ${name}`,
      value: found.get(name)?.[of] ?? NaN,
      unit,
    }));
  const ratio = (of: keyof Measured, above: SetupName, below: SetupName): number =>
    (found.get(above)?.[of] ?? NaN) / (found.get(below)?.[of] ?? NaN);
  return [
    ...figures("latency, median", "milliseconds", "median"),
    ...figures("latency, p99", "milliseconds", "p99"),
    ...figures("paced deliveries for a second of processor time", "per second", "deliveries"),
    ...(["one on NATS", "one server"] as const).map((below): Figure => ({
      label: `paced deliveries, two on NATS ÷ ${below}`,
      value: ratio("deliveries", "two on NATS", below),
      unit: "times",
    })),
    ...figures("processor time of the servers, paced", "cores", "serverCores"),
    ...figures("processor time of NATS, paced", "cores", "natsCores").slice(1),
    ...figures("processor time of the generator, paced", "cores", "generatorCores"),
    ...figures("flood, lines", "per second", "lines"),
    ...figures(FLOOD_BY_CPU, "per second", "floodCpu"),
  ];
}

/** The flood alone, of one server and one on NATS. */
async function brief({ wire }: Peer, log: (text: string) => void): Promise<Figure[]> {
  const names = ["one server", "one on NATS"] as const;
  const figures: Figure[] = [];
  for (const name of turn++ % 2 === 0 ? names : names.toReversed()) {
    await using setup = await start(name);
    const { floodCpu } = await flood(setup.servers, wire);
    log(`${name}: ${Math.round(floodCpu).toLocaleString("en")} lines a second of processor time`);
    figures.push({ label: `${FLOOD_BY_CPU}, ${name}`, value: floodCpu, unit: "per second" });
  }
  return figures;
}

/** What one setup gave. */
interface Measured {
  /** From when a message was due until a probe had it, ms. */
  readonly median: number;
  readonly p99: number;
  /**
   * Of all servers, in a second in which each is busy. Only one of them has the sender: with
   * senders at each, each would have its share of that work.
   */
  readonly deliveries: number;
  readonly serverCores: number;
  readonly natsCores: number;
  readonly generatorCores: number;
  /** Lines of all senders a second. */
  readonly lines: number;
  /** The same for a second of the processor time of the servers together. */
  readonly floodCpu: number;
}

async function measure(name: SetupName, wire: WireName): Promise<Measured> {
  await using setup = await start(name);
  const { servers, natsPids } = setup;
  return { ...await pace(servers, natsPids, wire), ...await flood(servers, wire) };
}

/** Servers, and the processes of the NATS that they share. */
interface Setup extends AsyncDisposable {
  readonly servers: readonly RunningPeer[];
  readonly natsPids: readonly number[];
}

async function start(name: SetupName): Promise<Setup> {
  const { servers: count, nodes } = SETUPS[name];
  await using stack = new AsyncDisposableStack();
  const nats = await startNats(nodes, stack);
  const options = nats.length === 0 ? {} : { nats: nats.map(({ url }) => url).join(",") };
  const servers: RunningPeer[] = [];
  for (let n = 0; n < count; n++) {
    servers.push(stack.use(await startChat({ maxClients: RECEIVERS + 10, ...options })));
  }
  const natsPids = nats.map(({ pid }) => pid);
  const started = stack.move();
  return { servers, natsPids, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

/** Starts so many nodes: none, one that stands alone, or three. */
async function startNats(
  nodes: number,
  stack: AsyncDisposableStack,
): Promise<readonly Pick<NatsServer, "url" | "pid">[]> {
  if (nodes === 0) return [];
  if (nodes === 1) return [stack.use(await NatsServer.start({ dir: BENCH }))];
  return stack.use(await NatsCluster.start({ dir: BENCH })).servers;
}

async function flood(
  servers: readonly RunningPeer[],
  wire: WireName,
): Promise<Pick<Measured, "lines" | "floodCpu">> {
  const count = servers.length;
  const ports = servers.map(({ port }) => port);
  using load = await Load.connect(ports, { wire, senders: count, receivers: count });
  // The first flood of a fresh server is not like the others.
  await load.flood(FLOOD_LINES);
  const before = await cpuSecondsOf(servers);
  const { lines, seconds } = await floods(load, FLOOD_LINES);
  const spent = sum(await cpuSecondsOf(servers)) - sum(before);
  return { lines: lines / seconds, floodCpu: lines / spent };
}

async function pace(
  servers: readonly RunningPeer[],
  natsPids: readonly number[],
  wire: WireName,
): Promise<Omit<Measured, "lines" | "floodCpu">> {
  const receivers = RECEIVERS * servers.length;
  using load = await PacedLoad.connect(servers.map(({ port }) => port), { wire, receivers });
  await load.run({ perSecond: PER_SECOND, seconds: WARM_UP_SECONDS });
  const others = async () => [
    (await usageOf(Deno.pid)).cpuSeconds,
    sum(await Promise.all(natsPids.map(async (pid) => (await usageOf(pid)).cpuSeconds))),
  ];
  const before = await cpuSecondsOf(servers);
  const othersBefore = await others();
  const { latencies } = await load.run({ perSecond: PER_SECOND, seconds: SECONDS });
  const spent = sum(await cpuSecondsOf(servers)) - sum(before);
  const [generator = 0, broker = 0] = (await others()).map((s, n) => s - (othersBefore[n] ?? 0));
  return {
    ...middleAndTail(latencies),
    deliveries: servers.length * PER_SECOND * SECONDS * receivers / spent,
    serverCores: spent / SECONDS,
    natsCores: broker / SECONDS,
    generatorCores: generator / SECONDS,
  };
}

async function cpuSecondsOf(servers: readonly RunningPeer[]): Promise<number[]> {
  const usages = await Promise.all(servers.map((server) => server.usage()));
  return usages.map(({ cpuSeconds }) => cpuSeconds);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
