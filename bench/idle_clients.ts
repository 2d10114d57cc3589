/**
 * Thousands of clients in one process: `idle_clients.ts PORT COUNT WIRE HOST FIRST`, where FIRST is
 * the number of the first one. On its standard input it is given orders, and says on its standard
 * output when each is done:
 *
 * - `connect`: all connect, and wait for the greeting. Says `connected`.
 * - `name`: all say hello and are let in. Says `joined` when all have read who joined: one of them
 *   says last words, and a stream is in order.
 * - `storm LANES [beating]`: all connect and join as fast as they can, so many at a time, and send
 *   heartbeats from then on where that is wanted, without giving up. Says
 *   `stormed {"joined":MS,"heard":MS,"median":MS,"p99":MS}`: until the last one was in, until all
 *   had read who joined, and how long single ones took from connecting to being in.
 * - `heartbeat`: all send heartbeats from now on. Says `beating`.
 * - `talk MESSAGES` and `hear MESSAGES`: one of them says so many messages, one a second, or one of
 *   another process does. Says `heard [{"median":MS,"last":MS},…]` when all have them all: after how
 *   long half of them had each message, and the last one.
 * - `impatient`: says `impatient COUNT`: those who have once got no sign of life for so long that a
 *   client would have given up and come anew.
 * - `leave`: all leave. Says `left MS` when the server has closed all connections.
 *
 * @module
 */

import { IdleClient } from "./idle/idle_client.ts";
import { inLanes } from "./idle/lanes.ts";
import { type WireName, WIRES } from "./load/wire.ts";
import { quantile } from "./pace/quantile.ts";

/** Connections made, or names given, at the same time: a server's backlog must not overflow. */
const LANES = 250;

const [port = 0, count = 0] = Deno.args.map(Number);
const wire = Deno.args[2] as WireName;
const host = Deno.args[3] ?? "127.0.0.1";
const first = Number(Deno.args[4] ?? 0);
if (!(wire in WIRES)) throw new Error(`The wire must be one of ${Object.keys(WIRES)}: got ${wire}`);

const clients: IdleClient[] = [];

async function connectOne(index: number): Promise<IdleClient> {
  const client = await IdleClient.connect(port, wire, host);
  clients[index] = client;
  await client.greeted;
  return client;
}

async function hearLastWords(): Promise<void> {
  const [first, ...others] = clients;
  await first?.sayLastWords();
  await Promise.all(others.map((client) => client.heardLast));
}

async function storm(lanes: number, isBeating: boolean): Promise<string> {
  const tookMs = new Float64Array(count);
  const startedMs = performance.now();
  await inLanes(count, lanes, async (index) => {
    const beganMs = performance.now();
    const client = await connectOne(index);
    await client.join(nameOf(index));
    tookMs[index] = performance.now() - beganMs;
    if (isBeating) client.startHeartbeat({ isPatient: true });
  });
  const joined = performance.now() - startedMs;
  await hearLastWords();
  const heard = performance.now() - startedMs;
  tookMs.sort();
  return JSON.stringify({
    joined,
    heard,
    median: quantile(tookMs, 0.5),
    p99: quantile(tookMs, 0.99),
  });
}

/** Waits until all have heard so many messages; one of them says them, or somebody else does. */
async function hear(messages: number, isSpeaker: boolean): Promise<string> {
  const late = Array.from({ length: messages }, () => new Float64Array(count));
  await Promise.all([
    ...clients.map((client, index) => client.hearStamps(messages, (n, ms) => late[n]![index] = ms)),
    isSpeaker ? clients[0]?.sayStamps(messages) : undefined,
  ]);
  return JSON.stringify(late.map((all) => {
    all.sort();
    return { median: quantile(all, 0.5), last: all.at(-1) };
  }));
}

function nameOf(index: number): string {
  return `idle${first + index}`;
}

/** How many of them would have given up, since they got no sign of life for too long. */
function impatient(): string {
  return `impatient ${clients.filter(({ silenceMs }) => silenceMs > 0).length}`;
}

async function obey(order: string): Promise<string> {
  const [verb, value, more] = order.split(" ");
  switch (verb) {
    case "connect":
      await inLanes(count, LANES, connectOne);
      return "connected";
    case "name":
      await inLanes(count, LANES, async (index) => await clients[index]?.join(nameOf(index)));
      await hearLastWords();
      return "joined";
    case "storm":
      return `stormed ${await storm(Number(value), more === "beating")}`;
    case "heartbeat":
      for (const client of clients) client.startHeartbeat();
      return "beating";
    case "talk":
    case "hear":
      return `heard ${await hear(Number(value), verb === "talk")}`;
    case "impatient":
      return impatient();
    case "leave": {
      const startedMs = performance.now();
      await inLanes(count, LANES, async (index) => await clients[index]?.leave());
      return `left ${performance.now() - startedMs}`;
    }
    default:
      throw new Error(`Unknown order: ${order}`);
  }
}

for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  for (const order of text.trim().split("\n")) {
    const done = await obey(order);
    await Deno.stdout.write(new TextEncoder().encode(`${done}\n`));
  }
}
Deno.exit(0);
