/**
 * The thread of the sender: writes each message when it is due, and reads what the peer tells it.
 *
 * @module
 */

import type { Wire } from "../load/language.ts";
import { writeAll } from "../load/shared.ts";
import { WIRES } from "../load/wire.ts";
import { joinAs } from "./client.ts";
import { IoTurn } from "./io_turn.ts";
import { errorText, type PaceOrder, type PaceScope } from "./orders.ts";
import { Pacer } from "./pacer.ts";
import { dueMs, type Plan } from "./plan.ts";
import { stampedText } from "./stamp.ts";

const scope = self as unknown as PaceScope;
const encoder = new TextEncoder();
const pacer = new Pacer();
const turn = await IoTurn.open();

let conn: Deno.TcpConn | null = null;
let wire: Wire = WIRES.plain;
let name = "";

scope.onmessage = ({ data }) => {
  handle(data).catch((error) => scope.postMessage({ type: "failed", text: errorText(error) }));
};

async function handle(order: PaceOrder): Promise<void> {
  if (order.type === "run") {
    const lateMs = await send(order.plan);
    scope.postMessage({ type: "done", lateMs: [lateMs] });
    return;
  }
  [name = ""] = order.names;
  wire = WIRES[order.wire];
  conn = await joinAs(name, order);
  conn.setNoDelay(true);
  drain(conn);
  scope.postMessage({ type: "connected" });
}

/** Reads what the peer tells its sender (echoes), so that the peer never waits for it. */
async function drain(from: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  while (await from.read(buffer) !== null);
}

async function send(plan: Plan): Promise<Float64Array> {
  if (conn === null) throw new Error("The sender is not connected.");
  const lateMs = new Float64Array(plan.count);
  for (let index = 0; index < plan.count; index++) {
    const counter = plan.first + index;
    const bytes = encoder.encode(wire.say(name, stampedText(plan, counter)));
    lateMs[index] = pacer.waitUntil(dueMs(plan, counter));
    await writeAll(conn, bytes);
    await turn.take();
  }
  return lateMs;
}

scope.postMessage({ type: "ready" });
