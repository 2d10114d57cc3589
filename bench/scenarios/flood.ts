/**
 * Floods: some send as fast as they are read, and many read.
 *
 * @module
 */

import { type FloodResult, Load } from "../load.ts";
import { EVERYWHERE } from "../peers/all.ts";
import type { Peer, PeerName } from "../peers/peer.ts";
import type { Figure, Scenario } from "./scenario.ts";

/** Floods after the first one go on until they have taken this long together, in seconds. */
const MEASURED_SECONDS = 1;

/** And there are at least this many of them. */
const MIN_FLOODS = 2;

/** One kind of flood. */
interface FloodKind {
  /** Its name on the command line. */
  readonly name: string;
  /** Who floods whom, for the heading of the table. */
  readonly about: string;
  /** Who floods; default: everybody. */
  readonly peers?: readonly PeerName[];
  /** How many clients send. They read too. */
  readonly senders: number;
  /** How many clients only read. */
  readonly receivers: number;
  /** Lines of each sender in one flood. */
  readonly linesEach: number;
  /** The same for peers that are slower by far, and must not take minutes. */
  readonly fewerLinesEach: Readonly<Partial<Record<PeerName, number>>>;
}

/** One to 100. */
export const fanout: Scenario = floodScenario({
  name: "fanout",
  about: "one sender floods 100 clients",
  senders: 1,
  receivers: 100,
  linesEach: 50_000,
  fewerLinesEach: { ngircd: 5_000, naive: 2_000 },
});

/** 32 to 100. */
export const crowd: Scenario = floodScenario({
  name: "crowd",
  about: "32 senders flood 100 clients and each other",
  senders: 32,
  receivers: 100,
  linesEach: 1_600,
  fewerLinesEach: { ngircd: 200, naive: 60 },
});

/** 100 to each other. */
export const everyone: Scenario = floodScenario({
  name: "everyone",
  about: "100 clients, all of which send and read, flood each other",
  senders: 100,
  receivers: 0,
  linesEach: 600,
  fewerLinesEach: { ngircd: 60, naive: 20 },
});

/** One to 100, on IRC. */
export const irc: Scenario = floodScenario({
  name: "irc",
  about: "one sender floods 100 clients in a channel of IRC",
  peers: ["ours", "ours-json", "ours-irc", "ours-irc-tags", "ours-irc-four", "ngircd", "inspircd"],
  senders: 1,
  receivers: 100,
  linesEach: 50_000,
  fewerLinesEach: { ngircd: 5_000, inspircd: 5_000 },
});

function floodScenario(kind: FloodKind): Scenario {
  const { name, about, peers = EVERYWHERE, senders, linesEach, fewerLinesEach } = kind;
  const notes = Object.entries(fewerLinesEach).map(([peer, lines]) =>
    [peer, `floods of ${(senders * lines).toLocaleString("en")} lines`] as const
  );
  return {
    name,
    about: `${about}: floods of ${(senders * linesEach).toLocaleString("en")} lines of 64 bytes; ` +
      `the first one of a fresh server, then more, for ${MEASURED_SECONDS} s at least. ` +
      "A delivery is a line that a client gets from another one; every byte is checked",
    peers,
    notes: Object.fromEntries(notes),
    run: (peer, log) => run(kind, peer, log),
  };
}

async function run(
  { senders, receivers, linesEach, fewerLinesEach }: FloodKind,
  peer: Peer,
  log: (text: string) => void,
): Promise<Figure[]> {
  const lines = fewerLinesEach[peer.name] ?? linesEach;
  await using server = await peer.start({ maxClients: senders + receivers + 10 });
  const { wire, readers = [wire] } = peer;
  using load = await Load.connect(server.port, { wire, readers, senders, receivers });
  const cold = await load.flood(lines);
  const before = await server.usage();
  const { deliveries, bytes, seconds, cpuSeconds } = await floods(load, lines);
  const serverSeconds = (await server.usage()).cpuSeconds - before.cpuSeconds;
  log(`${Math.round(deliveries / seconds).toLocaleString("en")} deliveries a second`);
  return [
    { label: "deliveries, first flood", value: cold.deliveriesPerSecond, unit: "per second" },
    { label: "deliveries", value: deliveries / seconds, unit: "per second" },
    // Fair also while something else wants the same cores.
    {
      label: "deliveries by processor time of the server",
      value: deliveries / serverSeconds,
      unit: "per second",
    },
    {
      label: "deliveries by processor time of the generator",
      value: deliveries / cpuSeconds,
      unit: "per second",
    },
    { label: "processor time of the server", value: serverSeconds / seconds, unit: "cores" },
    { label: "processor time of the generator", value: cpuSeconds / seconds, unit: "cores" },
    { label: "bytes delivered each second", value: bytes / seconds, unit: "bytes" },
  ];
}

/**
 * Floods again and again, for at least a second. Gives the sums.
 *
 * @param linesEach Lines of each sender in one flood.
 */
export async function floods(
  load: Load,
  linesEach: number,
): Promise<Omit<FloodResult, "deliveriesPerSecond">> {
  const sum = { lines: 0, deliveries: 0, bytes: 0, seconds: 0, cpuSeconds: 0 };
  for (let count = 0; count < MIN_FLOODS || sum.seconds < MEASURED_SECONDS; count++) {
    const { lines, deliveries, bytes, seconds, cpuSeconds } = await load.flood(linesEach);
    sum.lines += lines;
    sum.deliveries += deliveries;
    sum.bytes += bytes;
    sum.seconds += seconds;
    sum.cpuSeconds += cpuSeconds;
  }
  return sum;
}
