import { assertEquals } from "@std/assert";
import { ClusterStore } from "../../src/order/nats/cluster_store.ts";
import type { Ban, Entry, Note, Store } from "../../src/store/store.ts";
import { AT, say, TestDatabase } from "../helpers/rooms.ts";

Deno.test("a database ends as it was when the stream gives again what it has", () => {
  using database = new TestDatabase();
  const ban = (name: string): Ban => (
    { key: `name:${name}`, shown: name, by: "ada", reason: "", atMs: 1, untilMs: null }
  );
  const state = (hash: string, version: number): Note => (
    {
      type: "room-state",
      id: 1,
      key: { hash, version },
      keeper: null,
      unlisted: false,
      modes: null,
    }
  );
  const batches: [Entry[], Note[]][] = [
    [[say(1, "hi")], [{ type: "room", id: 1, name: "x", log: "x" }]],
    // What is about no event may stand alone, or go with what others say meanwhile.
    [[], [state("old", 1), { type: "ban", ban: ban("bob") }]],
    [[say(1, "ho")], [state("new", 2), { type: "unban", key: "name:bob" }]],
    [[], [{ type: "ban", ban: ban("eve") }]],
  ];
  const give = (store: Store) => {
    const cluster = new ClusterStore(store);
    for (const [entries, notes] of batches) {
      // Both are of the store: it numbers the room.
      if (notes.some(({ type }) => type === "room")) cluster.newRoomId();
      cluster.append(entries, AT, notes);
    }
    return [
      store.rooms().find(({ id }) => id === 1)?.key,
      store.bans().map(({ shown }) => shown),
      store.room(1).lastSeq,
    ];
  };
  const first = give(database.store);
  assertEquals(first, [{ hash: "new", version: 2 }, ["eve"], 2]);
  assertEquals(give(database.reopen()), first);
});

Deno.test("who has left is not back when the stream gives again what it said to one person", () => {
  using database = new TestDatabase();
  const session = "ab".repeat(32);
  const give = (store: Store) => {
    const cluster = new ClusterStore(store);
    const join = { type: "join", name: "ada" } as const;
    cluster.append([{ room: 0, session, draft: join }], "2026-11-28T08:00:00.000Z");
    cluster.append([], "2026-11-28T08:00:01.000Z", [
      { type: "direct", session, id: "1", name: "ada" },
    ]);
    const leave = { type: "leave", name: "ada", reason: "lost" } as const;
    cluster.append([{ room: 0, session, draft: leave }], "2026-11-28T09:00:00.000Z");
    return [...store.sessions(0, { sessions: 9, ids: 9 })].map((
      { isGone, seenMs },
    ) => [isGone, new Date(seenMs).toISOString()]);
  };
  const first = give(database.store);
  assertEquals(first, [[true, "2026-11-28T09:00:00.000Z"]]);
  assertEquals(give(database.reopen()), first);
});
