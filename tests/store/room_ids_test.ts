import { assert, assertEquals, assertThrows } from "@std/assert";
import { ClusterStore } from "../../src/order/nats/cluster_store.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { isNoLaterId, MAX_ROOM_IDS, nextRoomId } from "../../src/store/room_ids.ts";
import { type Note, StoreUnavailable } from "../../src/store/store.ts";
import { AT, maintainAll, say, TestDatabase } from "../helpers/rooms.ts";

const LAST = MAX_ROOM_IDS - 1;

Deno.test("behind the last number of a room come the first that are free", () => {
  assertEquals(nextRoomId(4, () => false), 5);
  assertEquals(nextRoomId(LAST, (id) => id < 3), 3);
  assertThrows(() => nextRoomId(7, () => true), Error, "in use");
});

Deno.test("a number was given before another one, also where that is lower by now", () => {
  const given = [LAST - 1, LAST, 1, 2];
  for (const [n, id] of given.entries()) {
    for (const [m, other] of given.entries()) assertEquals(isNoLaterId(id, other), n <= m);
  }
  assert(isNoLaterId(0, 0));
});

Deno.test("a room that is made in the batch in which another one goes has another number", () => {
  const store = new ClusterStore(new MemoryStore());
  const make = (): Note => {
    const id = store.newRoomId();
    return { type: "room", id, name: `n${id}`, log: `l${id}` };
  };
  store.append([], "", [make(), make()]);
  assertEquals(store.newestRoomId, 2);
  // Nothing of a batch that comes to nothing counts.
  store.newRoomId();
  assertThrows(() => store.append([{ room: 9, draft: { type: "join", name: "ada" } }], ""));
  store.append([], "", [make(), { type: "room-gone", id: 1 }]);
  assertEquals(store.newestRoomId, 3);
});

Deno.test("servers of older rules count on: they have to agree", () => {
  const store = new ClusterStore(new MemoryStore());
  store.begin({ newestRoomId: LAST, rooms: [] } as never);
  assertEquals(store.newRoomId({ usesAgain: false }), LAST + 1);
  assertEquals(store.newRoomId(), 1);
});

Deno.test("a database gives a number again when nothing of the room of before is left in it", () => {
  using database = new TestDatabase();
  const { store } = database;
  const room = (id: number, name: string): Note => ({ type: "room", id, name, log: name });
  store.append([say(1, "old")], AT, [room(1, "old")]);
  store.append([], AT, [room(LAST, "last"), { type: "room-gone", id: 1 }]);
  assertThrows(() => store.append([say(1, "new")], AT, [room(1, "new")]), StoreUnavailable);
  maintainAll(store);
  assertEquals(store.append([say(1, "new")], AT, [room(1, "new")])[0]?.seq, 1);
  const again = database.reopen();
  assertEquals([again.newestRoomId, again.newRoomId()], [1, 2]);
});
