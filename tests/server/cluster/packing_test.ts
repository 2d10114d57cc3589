/** A saved state is made while others have their turn. */

import { assert, assertEquals } from "@std/assert";
import { savedText } from "../../../src/order/nats/saved_text.ts";
import { State } from "../../../src/order/state.ts";
import { outcomeOf } from "../../../src/room/sessions.ts";
import { inTurns, pack, unpack } from "../../../src/server/cluster/packing.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import { Steps } from "../../../src/store/steps.ts";

Deno.test("a large state is written in many steps, and is whole", async () => {
  const state = new State(new MemoryStore(), 0);
  for (let n = 0; n < 500; n++) {
    const session = state.sessions.open(`${n}`, n);
    for (let id = 0; id < 10; id++) state.sessions.note(session, `${id}`, outcomeOf(0, n + 1));
    if (n % 2 === 0) session.member = state.members.add(`n${n}`, session);
  }
  // A clock by which each look takes a millisecond.
  let now = 0;
  let steps = 0;
  const text = savedText(state, { atMs: 7, newestRoomId: 3 }, new Steps({ now: () => now++ }));
  const counted = (function* () {
    for (;;) {
      const step = text.next();
      if (step.done) return step.value;
      steps++;
      yield;
    }
  })();
  const packed = await pack(await inTurns(counted));
  assert(steps > 100);
  const saved = JSON.parse(await unpack(packed));
  assertEquals([saved.atMs, saved.newestRoomId, saved.rooms.length], [7, 3, 1]);
  assertEquals(saved.members.length, 250);
  assertEquals(new Set(saved.sessions.map(({ hash }: { hash: string }) => hash)).size, 500);
  const uses = saved.sessions.flatMap(({ ids }: { ids: { atMs: number }[] }) => ids);
  assertEquals(new Set(uses.map(({ atMs }: { atMs: number }) => atMs)).size, 5_000);
});
