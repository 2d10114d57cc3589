import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { SavedState } from "../../../src/order/nats/checkpoint.ts";
import { RULES } from "../../../src/order/state.ts";
import type { LogEvent } from "../../../src/protocol/messages.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import { MAX_ROOM_IDS } from "../../../src/store/room_ids.ts";
import { StoreUnavailable } from "../../../src/store/store.ts";
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

/** A memory that refuses a batch now and then. */
class FlakyStore extends MemoryStore {
  #calls = 0;

  override append(...parameters: Parameters<MemoryStore["append"]>): LogEvent[] {
    if (this.#calls++ % 3 === 1) throw new StoreUnavailable("the disk is full");
    return super.append(...parameters);
  }
}

/** The state of a new cluster that has had nearly as many rooms as there are numbers. */
function later(clock: ManualClock): SavedState {
  const { order, saved } = new Replica(new MemoryNats(), { clock });
  order.close();
  return { ...saved, servers: [], newestRoomId: MAX_ROOM_IDS - 2 };
}

const aBatch = fc.record({
  /** Which of the servers proposes. */
  at: fc.nat(1),
  wishes: fc.array(anyWish, { minLength: 1, maxLength: 8 }),
  /** The other one is found dead behind it. */
  buries: fc.nat(19).map((n) => n === 0),
  /** By which rules it is reduced, where these are newer. */
  rules: fc.constantFrom(1, 1, 2, RULES),
});

Deno.test("all servers have the same after the same batches, also one that begins at a checkpoint", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aBatch, { maxLength: 8 }), fc.nat(7), async (batches, savedAt) => {
      const clock = new ManualClock();
      const nats = new MemoryNats();
      // Where many rooms were made already, the first numbers are given soon.
      const from = savedAt % 2 === 0 ? undefined : { seq: 0, saved: later(clock) };
      const how = { clock, ...(from === undefined ? {} : { from }) };
      const replicas = [new Replica(nats, how), new Replica(nats, how)];
      const worlds = replicas.map(({ store, state }) => new World(store, state));
      const flaky = new Replica(nats, { ...how, store: new FlakyStore({ lobbyLog: nats.id }) });
      let late: Replica | null = null;
      for (const [index, { at, wishes, buries, rules }] of batches.entries()) {
        const { order, state } = replicas[at]!;
        const world = worlds[at]!;
        world.atMs = order.atMs;
        order.propose({ type: "rules", version: rules }, null);
        // Proposed one by one, so that later ones are about what was settled when they were.
        for (const wish of wishes) order.propose(world.proposal(wish), null);
        if (buries) {
          const server = replicas[1 - at]!.order.name;
          const last = state.servers.lastOf(server);
          order.propose({ type: "dead", server, last }, null);
        }
        await settle();
        flaky.order.flush();
        for (const one of worlds) look(one);
        if (index === savedAt) {
          const saved = JSON.parse(JSON.stringify(replicas[at]!.saved));
          late = new Replica(nats, { clock, from: { seq: nats.stored.length, saved } });
          assertEquals(late.saved, saved);
          await settle();
        }
      }
      const fresh = new Replica(nats, how);
      await settle();
      for (let turn = 0; flaky.order.lag > 0; turn++) {
        assert(turn < 100, "it does not end");
        flaky.order.flush();
      }
      const { saved, logs } = replicas[0]!;
      for (const other of [replicas[1]!, flaky, fresh, ...late === null ? [] : [late]]) {
        assertEquals(other.saved, saved);
        if (other !== late) assertEquals(other.logs, logs);
      }
      for (const { order } of [...replicas, flaky, fresh, ...late === null ? [] : [late]]) {
        order.close();
      }
    }),
    { numRuns: CASES },
  );
});
