/**
 * The thread of the sender. It never runs more than a bounded number of lines ahead of the slowest
 * receiver: a reader that lags is skipped by the server, and that must not happen by our haste.
 *
 * @module
 */

import { makeLines } from "./pattern.ts";
import {
  type Connect,
  errorText,
  type Flood,
  nowMs,
  type Order,
  type WorkerScope,
  writeAll,
} from "./shared.ts";
import { type Wire, WIRES } from "./wire.ts";

/** Lines in one write: 32 KiB of them. */
const BATCH_LINES = 512;

/**
 * How long to sleep when too far ahead, in milliseconds. The bytes ahead last for many times as
 * long, and so few awakenings take no time from the other threads.
 */
const SLEEP_MS = 0.5;

const scope = self as unknown as WorkerScope;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

let conn: Deno.Conn | null = null;
let wire: Wire = WIRES.plain;
let progress = new Int32Array(new SharedArrayBuffer(0));

scope.onmessage = ({ data }) => {
  handle(data).catch((error) => scope.postMessage({ type: "failed", text: errorText(error) }));
};

async function handle(order: Order): Promise<void> {
  if (order.type === "connect") await connect(order);
  else if (order.type === "flood") await flood(order);
  else conn?.close();
}

async function connect(order: Connect): Promise<void> {
  wire = WIRES[order.wire];
  progress = new Int32Array(order.progress);
  const name = order.names[0] ?? "load";
  const made = await Deno.connect({ hostname: "127.0.0.1", port: order.port });
  conn = made;
  await writeAll(made, new TextEncoder().encode(wire.hello(name)));
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  drain(made, resolve).then(() => reject(new Error("the sender was not let in")), reject);
  await ready;
  scope.postMessage({ type: "connected" });
}

/** Reads what the peer tells its sender (joins, replies), so that the peer never waits for it. */
async function drain(from: Deno.Conn, ready: () => void): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  const decoder = new TextDecoder();
  let text = "";
  while (true) {
    const count = await from.read(buffer);
    if (count === null) return;
    if (text.includes(wire.ready)) continue;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
    if (text.includes(wire.ready)) ready();
  }
}

async function flood(order: Flood): Promise<void> {
  if (conn === null) throw new Error("The sender is not connected.");
  const pattern = wire.sent(order.sender);
  const startedMs = nowMs();
  const endMs = startedMs + order.timeoutMs;
  for (let sent = 0; sent < order.lines;) {
    const count = Math.min(BATCH_LINES, order.lines - sent);
    while (sent + count - slowest() > order.aheadLines) {
      if (nowMs() > endMs) return;
      Atomics.wait(sleeper, 0, 0, SLEEP_MS);
    }
    await writeAll(conn, makeLines(pattern, order.first + sent, count));
    sent += count;
  }
  scope.postMessage({ type: "done", startedMs, atMs: nowMs() });
}

/** Lines that the slowest receiver has got. */
function slowest(): number {
  let lines = Infinity;
  for (let index = 0; index < progress.length; index++) {
    lines = Math.min(lines, Atomics.load(progress, index));
  }
  return lines;
}
