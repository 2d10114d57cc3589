import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LocalOrder } from "../../src/order/local.ts";
import { State } from "../../src/order/state.ts";
import { eventOf } from "../../src/room/sessions.ts";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { Listener } from "./stage.ts";
import { anyWish, ROOMS, World } from "./world.ts";

/**
 * What of a state outlives the server: people in rooms, the rooms, bans, and the ids of sessions.
 */
function kept(state: State): unknown {
  const rooms = [...state.rooms.all()];
  const nameOf = (id: number) => rooms.find((room) => room.id === id)?.name;
  const people = state.members.all().filter((member) => member.rooms.size > 0);
  return {
    rooms: rooms.map((room) => ({
      name: room.name,
      log: room.logId,
      members: [...room.members].map(({ name }) => name).sort(),
      keeper: room.keeper?.session?.hash,
      topic: room.topic,
      key: room.key,
      unlisted: room.isUnlisted,
      lastMessageMs: room.lastMessageMs,
      nextSeq: room.nextSeq,
      recent: room.recent.newest(10_000, 1, Infinity)?.count ?? 0,
    })).sort((a, b) => a.name < b.name ? -1 : 1),
    members: people.map(({ name, session, rooms }) => [
      name,
      session?.hash,
      [...rooms].map(({ name }) => name).sort(),
    ]).sort(),
    bans: state.bans.all(0).map(({ key, untilMs }) => `${key} ${untilMs}`).sort(),
    ids: [0, 2, 4].map((who) =>
      [...state.sessions.get(`session ${who}`)?.ids ?? []].filter(([, outcome]) => outcome > 0)
        .map(([id, outcome]) => [id, nameOf(eventOf(outcome).room), eventOf(outcome).seq])
        .filter(([, room]) => room !== undefined).sort()
    ),
  };
}

Deno.test("what has been settled is the same after a restart, whatever it was", async () => {
  const batches = fc.array(fc.array(anyWish, { minLength: 1, maxLength: 12 }), { maxLength: 12 });
  const directory = await Deno.makeTempDir();
  let run = 0;
  try {
    fc.assert(
      fc.property(batches, (past) => {
        const path = `${directory}/${++run}.db`;
        const store = openSqliteStore(path, { durability: "process" });
        const world = new World(store);
        const order = new LocalOrder({
          state: world.state,
          store,
          nowMs: () => world.atMs,
          onFault: (error) => {
            throw error;
          },
          onStoreState: (error) => assertEquals(error, null),
        });
        for (const batch of past) {
          world.atMs++;
          const listener = new Listener();
          for (const one of batch) order.propose(world.proposal(one), listener);
          order.flush();
          world.learn(listener.verdicts);
        }
        const before = kept(world.state);
        store.close();
        const reopened = openSqliteStore(path, { durability: "process" });
        try {
          assertEquals(kept(new State(reopened, 0, ROOMS)), before);
        } finally {
          reopened.close();
        }
      }),
      { numRuns: 40 },
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
