/**
 * What the load generator is measured against to find its own ceiling: a source that has all lines
 * ready and only writes them, and a sink that only reads. `ceiling_server.ts WIRE SENDER`.
 *
 * Whoever connects is let in, whatever it says first. What clients say is passed on to all of them,
 * until it is told otherwise on standard input: `prepare FIRST LINES` makes the lines of a flood and
 * says `prepared`; `go` writes them to everybody; `swallow BYTES` passes nothing on any more,
 * says `swallowing`, and `swallowed` when so many have come.
 *
 * @module
 */

import { FloodPlan } from "./load/flood_plan.ts";
import { writeAll } from "./load/shared.ts";
import { type WireName, WIRES } from "./load/wire.ts";
import { sourceLines } from "./load/source_wire.ts";

/** Bytes of one read and one write. */
const CHUNK_BYTES = 64 * 1024;

const [wireName = "plain", sender = ""] = Deno.args;
const wire = WIRES[wireName as WireName];
const encoder = new TextEncoder();
const conns = new Set<Deno.Conn>();
let lines = new Uint8Array();
let toSwallow = 0;
let isSink = false;

async function serve(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  try {
    await conn.read(buffer);
    await writeAll(conn, encoder.encode(`${wire.ready}\n`));
    conns.add(conn);
    for (let count; (count = await conn.read(buffer)) !== null;) {
      if (isSink) await swallow(count);
      else for (const other of conns) await writeAll(other, buffer.subarray(0, count));
    }
  } catch {
    // A connection that breaks is an end like any other here.
  } finally {
    conns.delete(conn);
    conn.close();
  }
}

async function swallow(count: number): Promise<void> {
  toSwallow -= count;
  if (toSwallow === 0) await say("swallowed");
}

async function blast(conn: Deno.Conn): Promise<void> {
  for (let at = 0; at < lines.length; at += CHUNK_BYTES) {
    await writeAll(conn, lines.subarray(at, at + CHUNK_BYTES));
  }
}

async function obey(order: string): Promise<void> {
  const [what, ...numbers] = order.split(" ");
  const [first = 0, linesEach = 0] = numbers.map(Number);
  if (what === "prepare") {
    lines = sourceLines(new FloodPlan(wire, { senders: [sender], first, linesEach }));
    await say("prepared");
  } else if (what === "go") {
    await Promise.all([...conns].map(blast));
  } else {
    isSink = true;
    toSwallow += first;
    await say("swallowing");
  }
}

async function say(line: string): Promise<void> {
  await writeAll(Deno.stdout, encoder.encode(`${line}\n`));
}

async function listen(): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await say(`ceiling is listening on 127.0.0.1:${listener.addr.port}`);
  for await (const conn of listener) serve(conn);
}

listen();
let rest = "";
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const orders = (rest + text).split("\n");
  rest = orders.pop() ?? "";
  for (const order of orders) await obey(order);
}
Deno.exit();
