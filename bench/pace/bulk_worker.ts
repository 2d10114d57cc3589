/**
 * A thread of receivers that are only there to be delivered to. As receivers on other machines
 * would be, they are no burden to this one: during a run the thread sleeps, and looks at all of
 * them a few times a second. While it sleeps nothing wakes it, so an arriving line costs the peer
 * the write and nothing else. Every message is checked all the same.
 *
 * @module
 */

import { joinAll } from "./client.ts";
import { IoTurn } from "./io_turn.ts";
import { errorText, type PaceOrder, type PaceScope } from "./orders.ts";
import { StampedStream } from "./stamp.ts";

const scope = self as unknown as PaceScope;
const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
const turn = await IoTurn.open();

const streams: StampedStream[] = [];
let open = 0;

scope.onmessage = ({ data }) => {
  handle(data).catch(fail);
};

async function handle(order: PaceOrder): Promise<void> {
  if (order.type === "connect") {
    await joinAll(order.names, order, (conn, name) => {
      const stream = new StampedStream();
      streams.push(stream);
      read(conn, stream).catch((error) => fail(`${name}: ${errorText(error)}`));
    });
    scope.postMessage({ type: "connected" });
    return;
  }
  open = streams.length;
  for (const stream of streams) stream.expect(order.plan);
  scope.postMessage({ type: "ready" });
  while (open > 0) {
    Atomics.wait(nobodyWakes, 0, 0, order.napMs);
    await turn.take();
  }
  scope.postMessage({ type: "done", lateMs: [] });
}

async function read(conn: Deno.TcpConn, stream: StampedStream): Promise<void> {
  while (true) {
    const count = await conn.read(stream.space);
    if (count === null) throw new Error("the peer closed the connection");
    const wasComplete = stream.complete;
    stream.take(count);
    if (stream.complete && !wasComplete) open--;
  }
}

function fail(error: unknown): void {
  open = 0;
  scope.postMessage({ type: "failed", text: errorText(error) });
}

scope.postMessage({ type: "ready" });
