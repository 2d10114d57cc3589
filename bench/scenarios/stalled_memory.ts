/**
 * One client stops reading while another floods the rest: what does it cost the server, and what
 * does the one get when it reads again?
 *
 * @module
 */

import { type FloodResult, Load } from "../load.ts";
import { checkStalled } from "../load/stalled_stream.ts";
import { StalledClient } from "../load/stalled_client.ts";
import { lineBytes } from "../load/pattern.ts";
import { WIRES } from "../load/wire.ts";
import type { Peer } from "../peers/peer.ts";
import type { RunningProgram } from "../process.ts";
import type { Figure, Scenario } from "./scenario.ts";

const READERS = 20;
const WARM_UP_LINES = 200_000;
const LINES = 1_000_000;

/** The naive server delivers some hundred times less, and must not take minutes. */
const NAIVE_WARM_UP_LINES = 20_000;
const NAIVE_LINES = 100_000;

/** How often the server's memory is looked at during the flood, in milliseconds. */
const LOOK_MS = 100;

/**
 * One of 21 clients reads nothing during a flood of a million lines. The same flood without it runs
 * first: V8's heap still grows then, and that growth is not the stalled client's.
 */
export const stalledMemory: Scenario = {
  name: "stalled-memory",
  about: `a flood of ${LINES.toLocaleString("en")} lines to ${READERS} readers, then another one ` +
    "while one more client reads nothing; memory of the server, after a warm-up of " +
    `${WARM_UP_LINES.toLocaleString("en")} lines`,
  peers: ["ours", "naive"],
  notes: {
    naive: `${NAIVE_LINES.toLocaleString("en")} lines after ` +
      `${NAIVE_WARM_UP_LINES.toLocaleString("en")}, and it skips nothing`,
  },
  run,
};

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const naive = peer.name === "naive";
  const lines = naive ? NAIVE_LINES : LINES;
  const { port, program } = await peer.start({ maxClients: READERS + 10 });
  await using _stopped = program;
  using load = await Load.connect(port, { wire: peer.wire, receivers: READERS });
  await load.flood(naive ? NAIVE_WARM_UP_LINES : WARM_UP_LINES);
  const warm = (await program.usage()).rssBytes;

  const control = await watched(program, () => load.flood(lines));
  log(`memory at warm-up ${mib(warm)}, peak ${mib(control.peak)}, end ${mib(control.end)} MiB`);

  using client = await StalledClient.connect(port, peer.wire);
  client.pause();
  const first = load.nextLine;
  const test = await watched(program, () => load.flood(lines));
  log(`memory while one stalls: peak ${mib(test.peak)}, end ${mib(test.end)} MiB`);

  client.resume();
  const pattern = WIRES[peer.wire].delivered(load.senderName);
  const last = load.nextLine - 1;
  await client.readUntil(pattern, last);
  const { before, skipped, skips, after } = checkStalled(client.bytes, { pattern, first, last });
  if (!naive && skips !== 1) throw new Error(`The stalled client was told ${skips} skips, not 1.`);
  log(`the stalled client got ${before} lines, ${skips} skip of ${skipped}, then ${after} lines`);
  return [
    { label: "memory after warm-up", value: warm, unit: "bytes" },
    { label: "growth while all read, peak", value: control.peak - warm, unit: "bytes" },
    { label: "growth while all read, end", value: control.end - warm, unit: "bytes" },
    {
      label: "further growth while one stalls, peak",
      value: test.peak - control.end,
      unit: "bytes",
    },
    { label: "further growth while one stalls, end", value: test.end - control.end, unit: "bytes" },
    { label: "deliveries while all read", value: control.rate, unit: "per second" },
    { label: "deliveries while one stalls", value: test.rate, unit: "per second" },
    { label: "lines it got before the skip", value: before, unit: "lines" },
    { label: "lines it was told were skipped", value: skipped, unit: "lines" },
    {
      label: "newest window, after the skip",
      value: skips > 0 ? after * lineBytes(pattern) : 0,
      unit: "bytes",
    },
  ];
}

/** What a flood did to the server. */
interface Watched {
  /** Most memory that was seen, in bytes. */
  readonly peak: number;
  /** Memory at the end, in bytes. */
  readonly end: number;
  /** Deliveries per second. */
  readonly rate: number;
}

async function watched(
  program: RunningProgram,
  flood: () => Promise<FloodResult>,
): Promise<Watched> {
  const watch = watchMemory(program);
  try {
    const { deliveriesPerSecond: rate } = await flood();
    const { rssBytes: end } = await program.usage();
    return { peak: await watch.stop(), end, rate };
  } finally {
    await watch.stop();
  }
}

/** Looks at the memory again and again; `stop` gives the most that was seen. */
function watchMemory(program: RunningProgram): { stop: () => Promise<number> } {
  let on = true;
  let peak = 0;
  async function look(): Promise<void> {
    while (on) {
      peak = Math.max(peak, (await program.usage()).rssBytes);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    peak = Math.max(peak, (await program.usage()).rssBytes);
  }
  const looking = look();
  looking.catch(ignore);
  return {
    async stop() {
      on = false;
      await looking;
      return peak;
    },
  };
}

function mib(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}

function ignore(): void {}
