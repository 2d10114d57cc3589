import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { RULES } from "../../../src/order/state.ts";
import { anyWish, World } from "../world.ts";
import { ManualClock } from "../../server/manual_clock.ts";
import { MemoryNats } from "./memory_stream.ts";
import { Replica } from "./replica.ts";

/** As many as the promise of the design names. */
const CASES = 10_000;

/** Everything that is under way comes: a batch takes few turns. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 25; turn++) await Promise.resolve();
}

/** Takes note of who is here by now, and of rooms. */
function look(world: World): void {
  for (const member of world.state.members.all()) {
    if (!world.known.includes(member)) world.known.push(member);
  }
  world.learn([]);
}

const aBatch = fc.record({
  /** Which of the servers proposes. */
  at: fc.nat(1),
  wishes: fc.array(anyWish, { minLength: 1, maxLength: 8 }),
  /** The other one is found dead behind it. */
  buries: fc.nat(19).map((n) => n === 0),
});

Deno.test("all servers have the same after the same batches, also one that begins at a checkpoint", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aBatch, { maxLength: 8 }), fc.nat(7), async (batches, savedAt) => {
      const clock = new ManualClock();
      const nats = new MemoryNats();
      const replicas = [new Replica(nats, { clock }), new Replica(nats, { clock })];
      const worlds = replicas.map(({ store, state }) => new World(store, state));
      replicas[0]!.order.propose({ type: "rules", version: RULES }, null);
      await settle();
      let late: Replica | null = null;
      for (const [index, { at, wishes, buries }] of batches.entries()) {
        const { order, state } = replicas[at]!;
        const world = worlds[at]!;
        world.atMs = order.atMs;
        // Proposed one by one, so that later ones are about what was settled when they were.
        for (const wish of wishes) order.propose(world.proposal(wish), null);
        if (buries) {
          const server = replicas[1 - at]!.order.name;
          const last = state.servers.lastOf(server);
          order.propose({ type: "dead", server, last }, null);
        }
        await settle();
        for (const one of worlds) look(one);
        if (index === savedAt) {
          const saved = JSON.parse(JSON.stringify(replicas[at]!.saved));
          late = new Replica(nats, { clock, from: { seq: nats.stored.length, saved } });
          assertEquals(late.saved, saved);
          await settle();
        }
      }
      const fresh = new Replica(nats, { clock });
      await settle();
      const { saved, logs } = replicas[0]!;
      for (const other of [replicas[1]!, fresh, ...late === null ? [] : [late]]) {
        assertEquals(other.saved, saved);
        if (other !== late) assertEquals(other.logs, logs);
      }
      for (const { order } of [...replicas, fresh, ...late === null ? [] : [late]]) order.close();
    }),
    { numRuns: CASES },
  );
});
