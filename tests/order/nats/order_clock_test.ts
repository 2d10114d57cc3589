/** The time of the order, where clocks are wrong and NATS is away. */

import { assert, assertEquals } from "@std/assert";
import type { Order } from "../../../src/order/order.ts";
import { ManualClock, settle } from "../../server/manual_clock.ts";
import { MemoryNats } from "./memory_stream.ts";
import { Replica } from "./replica.ts";

const HOUR_MS = 3_600_000;

function join(order: Order, name: string): void {
  order.propose({ type: "join", name, session: null, address: "10.0.0.1", rooms: [] }, null);
}

for (const isOld of [false, true]) {
  const where = isOld ? "NATS says it only when it is asked" : "NATS says it with each batch";

  Deno.test(`while NATS is away the order's time does not run ahead (${where})`, async () => {
    const clock = new ManualClock();
    const nats = new MemoryNats({ nowMs: () => clock.date().getTime(), isOld });
    const { order, stream } = new Replica(nats, { clock });
    await clock.advance(61_000);
    stream.isCutOff = true;
    join(order, "ada");
    await clock.advance(600_000);
    stream.isCutOff = false;
    await clock.advance(1_000);
    assertEquals(order.pending, 0);
    join(order, "bob");
    await clock.advance(1_000);
    const aheadMs = order.atMs - clock.date().getTime();
    assert(aheadMs <= 0 && aheadMs > -10_000, `ahead by ${aheadMs} ms`);
    order.close();
  });

  Deno.test(`a clock that is set an hour ahead moves nobody's time (${where})`, async () => {
    const [wrong, right] = [new ManualClock(), new ManualClock()];
    const nats = new MemoryNats({ nowMs: () => right.date().getTime(), isOld });
    const a = new Replica(nats, { clock: wrong });
    const b = new Replica(nats, { clock: right });
    async function advance(ms: number): Promise<void> {
      for (const clock of [wrong, right]) await clock.advance(ms);
    }
    await settle();
    await advance(10_000);
    wrong.jumpMs = HOUR_MS;
    for (const [index, ms] of [1_000, 61_000, 600_000].entries()) {
      await advance(ms);
      join(a.order, `ada${index}`);
      await advance(100);
      const aheadMs = b.order.atMs - right.date().getTime();
      assert(aheadMs <= 0 && aheadMs > -10_000, `ahead by ${aheadMs} ms`);
    }
    assertEquals(b.state.members.size, 3);
    for (const { order } of [a, b]) order.close();
  });
}
