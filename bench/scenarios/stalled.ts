/**
 * One client stops reading. Do the others notice?
 *
 * @module
 */

import { pause } from "../../tests/helpers/wait.ts";
import { writeAll } from "../load/shared.ts";
import { WIRES } from "../load/wire.ts";
import { Load } from "../load.ts";
import { joinAs } from "../pace/client.ts";
import { middleAndTail, PacedLoad } from "../pace/paced_load.ts";
import type { Peer, RunningPeer } from "../peers/peer.ts";
import { spreadOf } from "../table.ts";
import type { Figure, Scenario } from "./scenario.ts";

const READERS = 100;

/** Turns without and with a stalled reader, of each kind of load. */
const PAIRS = 4;

const PACE = { perSecond: 500, seconds: 3 };

/** Until all have read what filled the buffers, and the server's hot paths are warm: seconds. */
const WARM_UP_SECONDS = 1;

/** Twice what the kernel takes for a client that does not read: 4 MB, measured. */
const FILL_BYTES = 8_000_000;
const FILL_LINE_CHARS = 1_000;

/** The same in lines of a flood. */
const FLOOD_LINES = 125_000;

/** Until everybody has been told that the stalled one has left, in milliseconds. */
const LEAVE_MS = 300;

/** 100 readers, and one more that does not read. */
export const stalled: Scenario = {
  name: "stalled",
  about: `${READERS} readers, ${PAIRS} times without and with one more client that reads nothing ` +
    `and whose buffers are full: ${PACE.perSecond} messages a second for ${PACE.seconds} s, and ` +
    `floods of ${FLOOD_LINES.toLocaleString("en")} lines`,
  // Not json: the place of a lost client is kept, and its leave would stand in a later flood.
  peers: ["ours", "redis"],
  notes: {},
  run,
};

/** What was measured in turns. */
interface Turns {
  readonly without: number[];
  readonly with: number[];
}

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  await using running = await peer.start({ maxClients: READERS + 10 });
  const rates = await measureFloods(peer, running);
  log(`deliveries without ${rates.without.map(Math.round)}, with ${rates.with.map(Math.round)}`);
  const medians: Turns = { without: [], with: [] };
  const tails: Turns = { without: [], with: [] };
  await measurePaced(peer, running, { medians, tails });
  log(`medians without ${medians.without.map(ms)}, with ${medians.with.map(ms)}`);
  return [
    ...figuresOf("latency, median", medians, "milliseconds"),
    ...figuresOf("latency, p99", tails, "milliseconds"),
    ...figuresOf("deliveries in floods", rates, "per second"),
  ];
}

async function measurePaced(
  peer: Peer,
  { port }: RunningPeer,
  { medians, tails }: { readonly medians: Turns; readonly tails: Turns },
): Promise<void> {
  using load = await PacedLoad.connect(port, { wire: peer.wire, receivers: READERS });
  const filler = await joinAs("filler", { port, wire: peer.wire });
  drain(filler).catch(ignore);
  try {
    for (let turn = 0; turn < 2 * PAIRS; turn++) {
      using _stalled = isStalledTurn(turn) ? await joinStalled(peer, port) : null;
      await fill(peer, filler);
      await load.run({ ...PACE, seconds: WARM_UP_SECONDS });
      const { median, p99 } = middleAndTail((await load.run(PACE)).latencies);
      take(medians, turn, median);
      take(tails, turn, p99);
    }
  } finally {
    filler.close();
  }
}

async function measureFloods(peer: Peer, { port }: RunningPeer): Promise<Turns> {
  const rates: Turns = { without: [], with: [] };
  using load = await Load.connect(port, { wire: peer.wire, receivers: READERS });
  for (let turn = 0; turn < 2 * PAIRS; turn++) {
    const stalled = isStalledTurn(turn) ? await joinStalled(peer, port) : null;
    await load.flood(FLOOD_LINES);
    take(rates, turn, (await load.flood(FLOOD_LINES)).deliveriesPerSecond);
    stalled?.close();
    await pause(LEAVE_MS);
  }
  return rates;
}

/** Without, with, with, without: so that neither is always first. */
function isStalledTurn(turn: number): boolean {
  return (turn >> 1) % 2 === 0 ? turn % 2 === 1 : turn % 2 === 0;
}

function take(turns: Turns, turn: number, value: number): void {
  (isStalledTurn(turn) ? turns.with : turns.without).push(value);
}

/** Nobody reads what this one gets. */
async function joinStalled({ wire }: Peer, port: number): Promise<Deno.TcpConn> {
  return await joinAs("stalled", { port, wire });
}

/** Says so much that the buffers of whoever does not read are full. Done without one, too. */
async function fill(peer: Peer, filler: Deno.TcpConn): Promise<void> {
  const line = WIRES[peer.wire].say("filler", "f".repeat(FILL_LINE_CHARS));
  const lines = new TextEncoder().encode(line.repeat(100));
  for (let sent = 0; sent < FILL_BYTES; sent += lines.length) await writeAll(filler, lines);
}

async function drain(from: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  while (await from.read(buffer) !== null);
}

function figuresOf(label: string, turns: Turns, unit: Figure["unit"]): Figure[] {
  const without = spreadOf(turns.without).median;
  const withOne = spreadOf(turns.with).median;
  return [
    { label: `${label}, all read`, value: without, unit },
    { label: `${label}, one stalled`, value: withOne, unit },
    { label: `${label}, one stalled ÷ all read`, value: withOne / without, unit: "times" },
  ];
}

function ms(value: number): string {
  return value.toFixed(3);
}

function ignore(): void {}
