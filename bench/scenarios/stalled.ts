/**
 * One client stops reading while another floods the rest: what does it cost the server, and what
 * does the one get when it reads again?
 *
 * @module
 */

import { Load } from "../load.ts";
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

/** One of 21 clients reads nothing during a flood of a million lines. */
export const stalled: Scenario = {
  name: "stalled",
  about: `one client reads nothing while another floods ${LINES.toLocaleString("en")} lines to ` +
    `${READERS} readers, after ${WARM_UP_LINES.toLocaleString("en")} that all read; memory of ` +
    "the server",
  peers: ["ours", "naive"],
  notes: {
    naive: `${NAIVE_LINES.toLocaleString("en")} lines after ` +
      `${NAIVE_WARM_UP_LINES.toLocaleString("en")}, and it skips nothing`,
  },
  run,
};

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const naive = peer.name === "naive";
  const { port, program } = await peer.start({ maxClients: READERS + 10 });
  await using _stopped = program;
  using client = await StalledClient.connect(port, peer.wire);
  using load = await Load.connect(port, { wire: peer.wire, receivers: READERS });
  await load.flood(naive ? NAIVE_WARM_UP_LINES : WARM_UP_LINES);
  const delivered = WIRES[peer.wire].delivered(load.senderName);
  const size = lineBytes(delivered);
  await client.readUntil(delivered, load.nextLine - 1);
  const warm = (await program.usage()).rssBytes;

  client.pause();
  const stalledAt = client.length;
  const watch = watchMemory(program);
  const flood = await load.flood(naive ? NAIVE_LINES : LINES);
  const peak = await watch.stop();
  const end = (await program.usage()).rssBytes;
  log(`memory at warm-up ${mib(warm)}, peak ${mib(peak)}, end ${mib(end)} MiB`);

  client.resume();
  await client.readUntil(delivered, load.nextLine - 1);
  const { before, skipped, skips, after } = checkStalled(client.bytes, {
    pattern: delivered,
    last: load.nextLine - 1,
  });
  const missed = load.nextLine - before - skipped - after;
  if (missed !== 0) throw new Error(`The stalled client misses ${missed} lines without a word.`);
  if (!naive && skips !== 1) throw new Error(`The stalled client was told ${skips} skips, not 1.`);
  log(
    `the stalled client got ${before} lines (of them ${
      mib(client.length - stalledAt)
    } MiB when it ` +
      `read again), ${skips} skip of ${skipped}, then ${after} (${mib(after * size)} MiB)`,
  );
  return [
    { label: "memory after warm-up", value: warm, unit: "bytes" },
    { label: "growth at the peak", value: peak - warm, unit: "bytes" },
    { label: "growth at the end", value: end - warm, unit: "bytes" },
    { label: "deliveries to the readers", value: flood.deliveriesPerSecond, unit: "per second" },
    { label: "skipped for the stalled client", value: skipped, unit: "lines" },
    { label: "newest window after the skip", value: skips > 0 ? after * size : 0, unit: "bytes" },
  ];
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
