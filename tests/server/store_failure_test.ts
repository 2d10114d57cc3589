import { assert, assertEquals, assertMatch } from "@std/assert";
import type { LogEvent } from "../../src/protocol/messages.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import type { RoomStore } from "../../src/store/room_store.ts";
import { Harness } from "./harness.ts";

/** A store whose disk is full when the test says so. */
class FullStore extends MemoryStore {
  full = false;
  unreadable = false;

  override room(id: number): RoomStore {
    return new Proxy(super.room(id), {
      get: (room, key) => {
        if (this.unreadable && ["before", "tail", "pageAfter"].includes(String(key))) {
          throw new StoreUnavailable("the disk reports an error");
        }
        const value = Reflect.get(room, key) as unknown;
        return typeof value === "function" ? value.bind(room) : value;
      },
    });
  }

  override append(...parameters: Parameters<Store["append"]>): LogEvent[] {
    if (this.full) throw new StoreUnavailable("the disk is full");
    return super.append(...parameters);
  }
}

Deno.test("what the store cannot keep is refused with its id, and shown to nobody", async () => {
  const store = new FullStore();
  await using room = new Harness({ store });
  const bob = await room.plain("bob");
  const { conn: ada } = await room.json("ada");
  bob.received();
  ada.events();
  store.full = true;
  await ada.request({ type: "say", text: "lost?", id: "a" });
  const [error] = ada.events();
  assertEquals([error.code, error.id], ["unavailable", "a"]);
  assertEquals(bob.received(), []);
  await bob.send("plain, too\n");
  assertMatch(bob.received()[0]!, /^\* .*cannot keep/);
  store.full = false;
  await ada.request({ type: "say", text: "lost?", id: "a" });
  assertEquals(bob.received(), ["ada: lost?"]);
  assertEquals(ada.events()[0].seq, 3);
  assertEquals(room.entries("store fails").length, 1);
  assertEquals(room.entries("store works again").length, 1);
});

Deno.test("a direct message whose id cannot be kept is delivered to nobody", async () => {
  const store = new FullStore();
  await using room = new Harness({ store });
  const { conn: ada } = await room.json("ada");
  const bob = await room.plain("bob");
  ada.events();
  store.full = true;
  await ada.request({ type: "direct", to: "bob", text: "psst", id: "d" });
  const [error] = ada.events();
  assertEquals([error.code, error.id], ["unavailable", "d"]);
  assertEquals(bob.received(), []);
  store.full = false;
  await ada.request({ type: "direct", to: "bob", text: "psst", id: "d" });
  assertEquals(bob.received(), ["[from ada] psst"]);
});

Deno.test("a join that cannot be kept lets nobody in, and frees the name", async () => {
  const store = new FullStore();
  await using room = new Harness({ store });
  store.full = true;
  const early = await room.connect();
  await early.send("ada\n");
  assertMatch(early.received().at(-1)!, /cannot keep/);
  assert(early.writeClosed);
  store.full = false;
  const ada = await room.connect();
  await ada.send("ada\n");
  assertMatch(ada.received().at(-1)!, /^Welcome, ada! Nobody else/);
});

Deno.test("a rename that cannot be kept is undone", async () => {
  const store = new FullStore();
  await using room = new Harness({ store });
  const ada = await room.plain("ada");
  const bob = await room.plain("bob");
  store.full = true;
  await ada.send("/nick eve\n");
  store.full = false;
  await ada.send("who am I\n");
  assertEquals(bob.received(), ["ada: who am I"]);
});

Deno.test("while nothing can be kept, names are as everybody has seen them", async () => {
  const store = new FullStore();
  await using room = new Harness({ store });
  const alice = await room.plain("alice");
  const bob = await room.plain("bob");
  alice.received();
  store.full = true;
  const stranger = await room.connect();
  await Promise.all([
    alice.send("/nick a2\n/nick a3\n"),
    stranger.send("alice\n"),
    bob.send("/nick a2\n/nick alice\n"),
  ]);
  assertEquals(bob.received().filter((line) => line.includes("is now")), []);
  await bob.send("/who\n");
  assertEquals(bob.received(), ["* 2 here: alice, bob"]);
  store.full = false;
  const other = await room.connect();
  await other.send("Alice\n");
  assertMatch(other.received().at(-1)!, /is taken/);
  await alice.send("still me\n");
  assertEquals(bob.received(), ["alice: still me"]);
});

Deno.test("a leave takes effect at once, and is recorded when the store recovers", async () => {
  const store = new FullStore();
  await using room = new Harness({ store });
  const ada = await room.plain("ada");
  const bob = await room.plain("bob");
  store.full = true;
  await ada.send("/quit\n");
  await bob.send("/who\n");
  assertEquals(bob.received(), ["* 1 here: bob"]);
  await room.clock.advance(3_000);
  store.full = false;
  await room.clock.advance(2_000);
  assertEquals(bob.received(), ["* ada left (quit)"]);
});

Deno.test("a store that cannot be read keeps nobody out: they begin with the present", async () => {
  const store = new FullStore();
  await using room = new Harness({ store });
  const ada = await room.plain("ada");
  await ada.send("hello\n");
  store.unreadable = true;
  // The first json client, so its log would have to be filled from the store.
  const { conn: bob, events } = await room.json("bob", { after: 0 });
  assertEquals(events.map(({ type }) => type), ["lagged", "join"]);
  const eve = await room.plain("eve");
  await ada.send("still here\n");
  assertEquals(bob.events().at(-1).text, "still here");
  assertEquals(eve.received().at(-1), "ada: still here");
  assertEquals(room.entries("session failed"), []);
  await ada.send("/history\n");
  assertMatch(ada.received().join("\n"), /cannot look into the past/);
  assertEquals(room.entries("store fails").length > 0, true);
});
