/**
 * The thread of the probes: a few receivers whose messages are timed. Nothing else happens in it,
 * so that it waits for them and is there at once.
 *
 * @module
 */

import { nowMs } from "../load/shared.ts";
import { joinAll } from "./client.ts";
import { errorText, type PaceOrder, type PaceScope } from "./orders.ts";
import { dueMs, type Plan } from "./plan.ts";
import { StampedStream } from "./stamp.ts";

const scope = self as unknown as PaceScope;

class Probe {
  readonly #stream = new StampedStream();
  #plan: Plan | null = null;
  lateMs = new Float64Array(0);

  async run(conn: Deno.TcpConn): Promise<void> {
    while (true) {
      const count = await conn.read(this.#stream.space);
      const arrivedMs = nowMs();
      if (count === null) throw new Error("The peer closed the connection of a probe.");
      const before = this.#stream.next;
      this.#stream.take(count);
      if (this.#plan === null || this.#stream.next === before) continue;
      for (let counter = before; counter < this.#stream.next; counter++) {
        this.lateMs[counter - this.#plan.first] = arrivedMs - dueMs(this.#plan, counter);
      }
      if (this.#stream.complete) completed();
    }
  }

  expect(plan: Plan): void {
    this.#plan = plan;
    this.lateMs = new Float64Array(plan.count);
    this.#stream.expect(plan);
  }
}

const probes: Probe[] = [];
let open = 0;

scope.onmessage = ({ data }) => {
  handle(data).catch(fail);
};

async function handle(order: PaceOrder): Promise<void> {
  if (order.type === "run") {
    open = probes.length;
    for (const probe of probes) probe.expect(order.plan);
    scope.postMessage({ type: "ready" });
    return;
  }
  await joinAll(order.names, order, (conn) => {
    const probe = new Probe();
    probes.push(probe);
    probe.run(conn).catch(fail);
  });
  scope.postMessage({ type: "connected" });
}

function completed(): void {
  if (--open === 0) {
    scope.postMessage({ type: "done", lateMs: probes.map(({ lateMs }) => lateMs) });
  }
}

function fail(error: unknown): void {
  scope.postMessage({ type: "failed", text: errorText(error) });
}

scope.postMessage({ type: "ready" });
