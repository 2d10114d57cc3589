import { assertEquals } from "@std/assert";
import { positionOf } from "../../src/server/arrival.ts";
import { MemoryStore } from "../../src/store/memory.ts";

/** A log whose events have these seconds as their times. */
function logOf(...seconds: number[]): MemoryStore {
  const store = new MemoryStore({ maxMoves: 5 });
  for (const second of seconds) {
    store.append([{ room: 0, draft: { type: "join", name: "x" } }], at(second));
  }
  return store;
}

function at(second: number): string {
  return new Date(second * 1000).toISOString();
}

Deno.test("positionOf() believes a client without at, or whose event is in the log", () => {
  const store = logOf(1, 2, 3, 9, 10);
  assertEquals(positionOf(store.room(0), { after: 3 }, 5), { after: 3 });
  assertEquals(
    positionOf(store.room(0), { after: 3, at: at(3), log: store.room(0).logId }, 5),
    {
      after: 3,
    },
  );
  assertEquals(positionOf(store.room(0), { after: 6 }, 5), { after: null });
  assertEquals(positionOf(store.room(0), { after: 0, at: at(3) }, 5), { after: 0 });
  assertEquals(positionOf(store.room(0), {}, 5), { after: null });
});

Deno.test("positionOf() finds the last event in common with a log that has gone back", () => {
  const store = logOf(1, 2, 3, 9, 10);
  for (const [after, second] of [[4, 4], [5, 5], [7, 7], [100, 8]] as const) {
    const expected = { after: 3, forget: 3 };
    assertEquals(
      positionOf(store.room(0), { after, at: at(second) }, 5),
      expected,
      `${after}`,
    );
  }
  assertEquals(positionOf(store.room(0), { after: 8, at: at(20) }, 5), {
    after: 5,
    forget: 5,
  });
  assertEquals(positionOf(store.room(0), { after: 1, at: at(0) }, 5), {
    after: null,
    forget: 0,
  });
});

Deno.test("positionOf() begins anew in another log, and where the clock has gone back with the log", () => {
  const store = logOf(1, 2, 3, 4);
  const all = { after: null, forget: 0 };
  assertEquals(positionOf(store.room(0), { log: "another", after: 2, at: at(2) }, 4), all);
  assertEquals(positionOf(store.room(0), { log: "another" }, 4), all);
  assertEquals(positionOf(store.room(0), { after: 4, at: at(9) }, 4), all);
});

Deno.test("positionOf() believes a client whose event is no longer kept: the gap is named", () => {
  const store = logOf(1, 2, 3, 4, 5, 6, 7);
  assertEquals(positionOf(store.room(0), { after: 2, at: at(1.5) }, 7), { after: 2 });
});
