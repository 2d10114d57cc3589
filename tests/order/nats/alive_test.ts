import { assertEquals, assertStringIncludes } from "@std/assert";
import { Alive } from "../../../src/order/nats/alive.ts";
import { ManualClock } from "../../server/manual_clock.ts";
import { MemoryNats } from "./memory_stream.ts";
import { Replica } from "./replica.ts";

/** Says that a replica lives, and looks who else does. */
function aliveOf({ order, state, stream }: Replica, clock: ManualClock, dead: string[]): Alive {
  const onDead = (name: string): unknown => dead.push(name);
  const alive = new Alive({ stream, order, state, clock, unicode: "17", onUnlike() {}, onDead });
  alive.connected(true);
  return alive;
}

async function seconds(count: number, clock: ManualClock, living: readonly Alive[]): Promise<void> {
  for (; count > 0; count--) {
    await clock.advance(1_000);
    for (const alive of living) alive.tick();
  }
  await clock.advance(10);
}

Deno.test("a server that has just started is not dead, and is when it says nothing for 15 s", async () => {
  const clock = new ManualClock();
  const nats = new MemoryNats();
  const one = new Replica(nats, { clock });
  const dead: string[] = [];
  const alive = aliveOf(one, clock, dead);
  await seconds(20, clock, [alive]);
  // It says that it lives once a second: its first batch may be here before.
  const other = new Replica(nats, { clock });
  const { name } = other.order;
  await seconds(10, clock, [alive]);
  assertEquals(dead, []);
  await seconds(10, clock, [alive]);
  assertEquals(dead, [name]);
  for (const { order } of [one, other]) order.close();
});

Deno.test("newer rules hold when all living servers know them, and stop one that comes and does not", async () => {
  const clock = new ManualClock();
  const nats = new MemoryNats();
  const old = new Replica(nats, { clock, rules: 1 });
  const upgraded = [1, 2].map(() => new Replica(nats, { clock, rules: 2 }));
  const [first, ...others] = [old, ...upgraded].map((one) => aliveOf(one, clock, []));
  await seconds(3, clock, [first!, ...others]);
  assertEquals([old, ...upgraded].map(({ state }) => state.rules), [1, 1, 1]);
  old.order.close();
  await old.stream.close();
  // Until it is found dead it may live.
  await seconds(10, clock, others);
  assertEquals(upgraded.map(({ state }) => state.rules), [1, 1]);
  await seconds(10, clock, others);
  assertEquals(upgraded.map(({ state }) => state.rules), [2, 2]);
  const fatal: string[] = [];
  const late = new Replica(nats, { clock, rules: 1, onFatal: (why) => fatal.push(why) });
  await clock.advance(0);
  assertEquals(fatal.length, 1);
  assertStringIncludes(fatal[0]!, "rules 2 hold. Update all servers");
  for (const { order } of [...upgraded, late]) order.close();
});

Deno.test("a server whose rules cannot be read knows none that are new", async () => {
  const clock = new ManualClock();
  const nats = new MemoryNats();
  const [one, other] = [1, 2].map(() => new Replica(nats, { clock, rules: 2 }));
  const alive = aliveOf(one!, clock, []);
  for (const rules of ["two", "NaN", "-1"]) {
    other!.stream.signal("alive", new TextEncoder().encode(`${other!.order.name} 17 ${rules}`));
    await seconds(2, clock, [alive]);
    assertEquals([one!.state.rules, other!.state.rules], [1, 1]);
  }
  for (const { order } of [one!, other!]) order.close();
});
