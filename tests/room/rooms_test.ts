import { assertEquals } from "@std/assert";
import { State } from "../../src/order/state.ts";
import { Rooms } from "../../src/room/rooms.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import type { Present, StoredRoom } from "../../src/store/store.ts";

/** A store of before, with rooms and people in them. */
class OldStore extends MemoryStore {
  override rooms(): StoredRoom[] {
    const [lobby] = super.rooms();
    const topic = { text: "deploys", name: "ada", at: "2026-11-21T10:00:00.000Z" };
    const rest = { unlisted: false, modes: null, lastMessageAtMs: null };
    const none = { topic: null, key: null, keeper: null, ...rest };
    return [
      lobby!,
      {
        id: 1,
        name: "ops",
        log: "a",
        topic,
        key: { hash: "h", version: 7 },
        keeper: "s1",
        unlisted: true,
        modes: null,
        lastMessageAtMs: 5,
      },
      { ...none, id: 2, name: "dev", log: "b", keeper: "s2" },
      { ...none, id: 3, name: "pub", log: "c", keeper: "s1" },
    ];
  }

  override present(): Present[] {
    return [
      { name: "ada", session: "s1", rooms: [0, 1, 3, 9] },
      { name: "bob", session: null, rooms: [1] },
    ];
  }
}

function oldStore(): OldStore {
  const store = new OldStore();
  const rooms = ["ops", "dev", "pub"].map((name, index) => (
    { type: "room", id: index + 1, name, log: name } as const
  ));
  const join = { room: 1, draft: { type: "join", name: "bob" } } as const;
  store.append([join, join], "2026-11-21T10:00:00.000Z", rooms);
  store.sessions = () => ["s1", "s2"].map((hash) => ({ hash, name: "ada", seenMs: 0, ids: [] }));
  return store;
}

Deno.test("rooms begin as they were stored, with those who were in them", () => {
  const { rooms, members } = new State(oldStore(), 0, { permanent: ["pub"] });
  const [ops, dev, pub] = ["ops", "dev", "pub"].map((name) => rooms.get(name)!);
  const ada = members.get("ada")!;
  assertEquals([...ops!.members].map(({ name }) => name), ["ada", "bob"]);
  assertEquals([...ada.rooms].map(({ name }) => name), ["lobby", "ops", "pub"]);
  assertEquals([ops!.topic?.text, ops!.key?.version, ops!.keyVersion], ["deploys", 7, 7]);
  assertEquals([ops!.isUnlisted, ops!.isPrivate, ops!.lastMessageMs], [true, true, 5]);
  assertEquals([ops!.nextSeq, dev!.nextSeq, rooms.size], [3, 1, 4]);
  // A keeper who is not there keeps nothing, nor does anybody keep a permanent room.
  assertEquals([ops!.keeper, dev!.keeper, pub!.keeper], [ada, null, null]);
});

Deno.test("Rooms finds a room by its name, its number, and by what its name looks like", () => {
  const store = oldStore();
  const rooms = new Rooms(store, store.rooms());
  const room = rooms.create("root", "log");
  assertEquals([rooms.get("root"), rooms.lookAlike("r00t")], [undefined, undefined]);
  rooms.add(room);
  assertEquals([rooms.get("root"), rooms.byId(room.id)], [room, room]);
  assertEquals([rooms.lookAlike("r00t"), rooms.lookAlike("root")], [room, undefined]);
  rooms.delete(room);
  assertEquals([rooms.get("root"), rooms.byId(room.id), rooms.lookAlike("r00t")], [
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals([...rooms.all()].map(({ name }) => name), ["lobby", "ops", "dev", "pub"]);
});

Deno.test("names of rooms that are gone are known by number, the newest of them", () => {
  const store = new MemoryStore();
  const rooms = new Rooms(store, store.rooms());
  const pass = (name: string) => {
    const room = rooms.create(name, name);
    rooms.add(room);
    rooms.delete(room);
    rooms.trim();
    return room.id;
  };
  const first = pass("first");
  assertEquals(rooms.nameOf(first), "first");
  let last = first;
  for (let n = 0; n < 10_000; n++) last = pass(`r${n}`);
  assertEquals([rooms.nameOf(first), rooms.nameOf(last)], [undefined, "r9999"]);
});
