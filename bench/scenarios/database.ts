/**
 * What keeping everything costs: the same flood with `--db` and without.
 *
 * @module
 */

import { Load } from "../load.ts";
import { ours, oursDb } from "../peers/ours.ts";
import type { Peer } from "../peers/peer.ts";
import type { Figure, Scenario } from "./scenario.ts";

const SENDERS = 32;
const RECEIVERS = 100;

/** Lines of each sender in one flood: 102,400 of all of them. */
const LINES_EACH = 3_200;

/** Floods that are measured, after one that is not: a server that has just started is slower. */
const FLOODS = 4;

/** 32 senders flood to 100 receivers, with a database and without. */
export const database: Scenario = {
  name: "database",
  about: `${SENDERS} senders flood ${(SENDERS * LINES_EACH).toLocaleString("en")} lines of 64 ` +
    `bytes to ${RECEIVERS} clients, ${FLOODS} times, with --db and without; ` +
    "each line counts once for each client that gets it",
  peers: ["ours"],
  notes: {},
  run,
};

/** What one server did. */
interface Flooded {
  /** Deliveries per second. */
  readonly rate: number;
  /** Deliveries per second of the server's processor time. */
  readonly cpuRate: number;
  /** Processor time of the server for each second. */
  readonly serverCores: number;
  /** Processor time of this process for each second. */
  readonly generatorCores: number;
}

let turn = 0;

async function run(_peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  // Each second time the other way round, so that neither is always first.
  const withDbFirst = turn++ % 2 === 1;
  const early = await flooded(withDbFirst);
  const late = await flooded(!withDbFirst);
  const [kept, memory] = withDbFirst ? [early, late] : [late, early];
  log(
    `${Math.round(kept.rate).toLocaleString("en")} deliveries a second with --db, ` +
      `${Math.round(memory.rate).toLocaleString("en")} without`,
  );
  return [
    { label: "deliveries without --db", value: memory.rate, unit: "per second" },
    { label: "deliveries with --db", value: kept.rate, unit: "per second" },
    { label: "with --db ÷ without", value: kept.rate / memory.rate, unit: "times" },
    {
      label: "the same by the server's processor time",
      value: kept.cpuRate / memory.cpuRate,
      unit: "times",
    },
    {
      label: "processor time of the server, without --db",
      value: memory.serverCores,
      unit: "cores",
    },
    { label: "processor time of the server, with --db", value: kept.serverCores, unit: "cores" },
    {
      label: "processor time of the generator, without --db",
      value: memory.generatorCores,
      unit: "cores",
    },
    {
      label: "processor time of the generator, with --db",
      value: kept.generatorCores,
      unit: "cores",
    },
  ];
}

async function flooded(withDb: boolean): Promise<Flooded> {
  const options = { maxClients: SENDERS + RECEIVERS + 10 };
  await using server = await (withDb ? oursDb : ours).start(options);
  using load = await Load.connect(server.port, {
    wire: "plain",
    senders: SENDERS,
    receivers: RECEIVERS,
  });
  await load.flood(LINES_EACH);
  const before = await server.usage();
  let seconds = 0;
  let cpuSeconds = 0;
  let deliveries = 0;
  for (let flood = 0; flood < FLOODS; flood++) {
    const result = await load.flood(LINES_EACH);
    seconds += result.seconds;
    cpuSeconds += result.cpuSeconds;
    deliveries += result.deliveries;
  }
  const serverSeconds = (await server.usage()).cpuSeconds - before.cpuSeconds;
  return {
    rate: deliveries / seconds,
    cpuRate: deliveries / serverSeconds,
    serverCores: serverSeconds / seconds,
    generatorCores: cpuSeconds / seconds,
  };
}
