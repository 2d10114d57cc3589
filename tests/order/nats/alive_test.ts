import { assertEquals } from "@std/assert";
import { Alive } from "../../../src/order/nats/alive.ts";
import { ManualClock } from "../../server/manual_clock.ts";
import { MemoryNats } from "./memory_stream.ts";
import { Replica } from "./replica.ts";

Deno.test("a server that has just started is not dead, and is when it says nothing for 15 s", async () => {
  const clock = new ManualClock();
  const nats = new MemoryNats();
  const { order, state, stream } = new Replica(nats, { clock });
  const dead: string[] = [];
  const alive = new Alive({
    stream,
    order,
    state,
    clock,
    unicode: "17",
    onUnlike() {},
    onDead: (name) => dead.push(name),
  });
  alive.connected(true);
  async function seconds(count: number): Promise<void> {
    for (; count > 0; count--) {
      await clock.advance(1_000);
      alive.tick();
    }
    await clock.advance(10);
  }
  await seconds(20);
  // It says that it lives once a second: its first batch may be here before.
  const other = new Replica(nats, { clock });
  const { name } = other.order;
  await seconds(10);
  assertEquals(dead, []);
  await seconds(10);
  assertEquals(dead, [name]);
  for (const one of [order, other.order]) one.close();
});
