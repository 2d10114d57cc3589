/**
 * The load generator alone: is it the bottleneck? Its readers get the lines of a peer from a program
 * that has them ready and only writes; its senders write to a program that only reads.
 *
 * @module
 */

import { Load } from "../load.ts";
import { LoadClient } from "../load/client.ts";
import { FloodPlan } from "../load/flood_plan.ts";
import { sourceWire } from "../load/source_wire.ts";
import { WIRES } from "../load/wire.ts";
import { type Peer, type RunningPeer, startListening } from "../peers/peer.ts";
import { floods } from "./flood.ts";
import type { Figure, Scenario } from "./scenario.ts";

const RECEIVERS = 100;
const LINES = 50_000;

/** Senders that write to the sink, what all of them write at a time, and how often. */
const SENDER_COUNTS = [1, 32];
const SINK_LINES = 320_000;
const SINK_TURNS = 20;

/** How long the source may take to get ready, and the sink to read everything. */
const TIMEOUT_MS = 30_000;

const SERVER = new URL("../ceiling_server.ts", import.meta.url).pathname;

/** What the generator can take and send. */
export const ceiling: Scenario = {
  name: "ceiling",
  about: `the load generator alone, with the lines of each peer: ${RECEIVERS} of its readers, ` +
    "checking every byte, beside a source that has the lines ready, and its senders beside a sink",
  peers: ["ours", "ours-json", "nats", "redis"],
  notes: {},
  run,
};

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const figures = await read(peer);
  for (const senders of SENDER_COUNTS) {
    const value = await send(peer, senders);
    const label = senders === 1 ? "lines that one sender sends" : `lines that ${senders} send`;
    figures.push({ label, value, unit: "per second" });
  }
  log(figures.map(({ label, value }) => `${label}: ${value.toPrecision(3)}`).join(", "));
  return figures;
}

async function read(peer: Peer): Promise<Figure[]> {
  const { port, program } = await start(peer, "s00");
  await using _stopped = program;
  const wire = sourceWire(peer.wire);
  using load = await Load.connect(port, { wire, receivers: RECEIVERS });
  const flood = async () => {
    await program.tell(`prepare ${load.nextLine} ${LINES}`);
    await program.waitFor(/^prepared$/, TIMEOUT_MS);
    return await load.flood(LINES, { send: () => program.tell("go") });
  };
  await flood();
  const before = await program.usage();
  const { deliveries, seconds, cpuSeconds } = await floods(load, LINES, flood);
  const after = await program.usage();
  return [
    { label: "deliveries that 100 readers take", value: deliveries / seconds, unit: "per second" },
    {
      label: "deliveries by processor time of the generator",
      value: deliveries / cpuSeconds,
      unit: "per second",
    },
    { label: "processor time of the generator", value: cpuSeconds / seconds, unit: "cores" },
    {
      label: "processor time of the source",
      value: (after.cpuSeconds - before.cpuSeconds) / seconds,
      unit: "cores",
    },
  ];
}

/** Lines a second into the sink. */
async function send(peer: Peer, senders: number): Promise<number> {
  const { port, program } = await start(peer, "");
  await using _stopped = program;
  const names = Array.from({ length: senders }, (_, n) => `s${String(n).padStart(2, "0")}`);
  const wire = { ...WIRES[peer.wire], hello: () => "hello\n" };
  const plan = new FloodPlan(wire, { senders: names, first: 0, linesEach: SINK_LINES / senders });
  const clients: LoadClient[] = [];
  try {
    for (const name of names) clients.push(await LoadClient.join(port, { name, wire }));
    const bytes = names.reduce((sum, _, index) => sum + plan.sentBy(index).length, 0);
    await program.tell(`swallow ${bytes * SINK_TURNS}`);
    await program.waitFor(/^swallowing$/, TIMEOUT_MS);
    const startedMs = performance.now();
    await Promise.all(clients.map(async (client, index) => {
      for (let turn = 0; turn < SINK_TURNS; turn++) {
        for (const { bytes } of plan.piecesOf(index)) await client.write(bytes);
      }
    }));
    await program.waitFor(/^swallowed$/, TIMEOUT_MS);
    return 1000 * SINK_TURNS * plan.lines / (performance.now() - startedMs);
  } finally {
    for (const client of clients) client[Symbol.dispose]();
  }
}

function start(peer: Peer, sender: string): Promise<RunningPeer> {
  const program = [Deno.execPath(), "run", "--no-prompt", "--allow-net", SERVER];
  return startListening([...program, peer.wire, sender]);
}
