/**
 * What a line costs besides its deliveries: reading, splitting, checking, numbering, rendering,
 * keeping. Floods to a few and to many readers show it: the server's time for a line grows with the
 * readers, and what would be left without any is the line's own.
 *
 * @module
 */

import { Load } from "../load.ts";
import { WIRES } from "../load/wire.ts";
import type { Peer } from "../peers/peer.ts";
import { floods } from "./flood.ts";
import type { Figure, Scenario } from "./scenario.ts";

/** Readers beside the one who sends: few and many. */
const FEW = 1;
const MANY = 100;

/** Lines of one flood. */
const LINES = 100_000;

/** A line on its own. */
export const lineCost: Scenario = {
  name: "linecost",
  about: `one sender floods ${FEW} and ${MANY} clients: the server's time for a line, and from ` +
    "both what is left of it without deliveries",
  peers: ["ours", "ours-json", "ours-db", "nats", "redis", "limit", "limit-json", "limit-c"],
  notes: {},
  run,
};

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const few = await secondsOfLine(peer, FEW);
  const many = await secondsOfLine(peer, MANY);
  const delivery = (many - few) / (MANY - FEW);
  const own = few - (FEW + (WIRES[peer.wire].echoes ? 1 : 0)) * delivery;
  log(`${(own * 1e6).toFixed(2)} µs for a line, ${(delivery * 1e9).toFixed(1)} ns for a delivery`);
  const micro = (seconds: number): Pick<Figure, "value" | "unit"> => ({
    value: seconds * 1e6,
    unit: "microseconds",
  });
  return [
    { label: "server's time for a line without its deliveries", ...micro(own) },
    { label: "the same for a delivery of it", ...micro(delivery) },
    { label: `a line with ${FEW} reader`, ...micro(few) },
    { label: `a line with ${MANY} readers`, ...micro(many) },
  ];
}

/** Processor time of the server for a line of a flood, in seconds. */
async function secondsOfLine(peer: Peer, receivers: number): Promise<number> {
  await using server = await peer.start({ maxClients: receivers + 10 });
  using load = await Load.connect(server.port, { wire: peer.wire, receivers });
  // A fresh server compiles its hot paths.
  await load.flood(LINES);
  const before = await server.usage();
  const { lines } = await floods(load, LINES);
  return ((await server.usage()).cpuSeconds - before.cpuSeconds) / lines;
}
