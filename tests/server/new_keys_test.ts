/** A key that is given for a room that does not exist, or that has none. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { MemoryStore } from "../../src/store/memory.ts";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { until } from "../helpers/wait.ts";
import { Harness } from "./harness.ts";
import type { MemoryConnection } from "./memory_connection.ts";

/** Sends json requests as one packet. */
function ask(conn: MemoryConnection, ...requests: Record<string, unknown>[]): Promise<void> {
  return conn.send(requests.map((request) => JSON.stringify(request) + "\n").join(""));
}

/** Waits for an event of a type. Returns all up to then, shortly. */
async function upTo(conn: MemoryConnection, wanted: string): Promise<string[]> {
  const events: string[] = [];
  await until(() => {
    for (const { type, room, code, text } of conn.events()) {
      events.push([type, room, code ?? text].filter((fact) => fact !== undefined).join(" "));
    }
    return events.some((event) => event.startsWith(wanted));
  }, wanted);
  return events;
}

const PRIVATE = "notice vault #vault is private: only people who know its key can join.";

Deno.test("a key makes the room that does not exist a private one", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada");
  const { conn: bob } = await room.json("bob");
  await ask(ada, { type: "join", room: "vault", key: "kk" });
  assertEquals(await upTo(ada, "notice"), ["join lobby", "joined vault", "join vault", PRIVATE]);
  await ask(bob, { type: "rooms" }, { type: "join", room: "vault" });
  assertEquals(room.server.rooms.get("vault")!.members.size, 1);
  assertEquals((await upTo(bob, "error")).slice(-2), ["rooms", "error vault room_key"]);
  await ask(bob, { type: "join", room: "vault", key: "kk" });
  await upTo(bob, "joined vault");
});

Deno.test("after a restart that has forgotten a private room, all who come back with its key are in it", async () => {
  await using room = new Harness();
  const people = ["ada", "bob", "eve"];
  const conns = await Promise.all(people.map(async (name, index) => {
    // One address tries one key at a time, and waits after a wrong one.
    const conn = await room.connect(`192.0.2.${index + 1}`);
    const vault = { key: name === "eve" ? "guess" : "kk", log: "of before", after: 7 };
    await ask(conn, { type: "hello", protocol: 1, name, rooms: { vault, lobby: {} } });
    return conn;
  }));
  const [ada, bob, eve] = conns;
  const isIn = () => room.server.rooms.get("vault")?.members.size === 2;
  await until(isIn, "two in the vault");
  assert((await upTo(eve!, "error vault room_key")).includes("joined lobby"));
  // One of them has made it, and hears so.
  const told: string[] = [];
  await until(() => {
    for (const conn of [ada!, bob!]) told.push(...conn.events().map(({ text }) => text));
    return told.some((text) => text?.startsWith("#vault is private"));
  }, "the notice");
  const late = await room.connect();
  await ask(late, { type: "hello", protocol: 1, name: "gus", rooms: { vault: {} } });
  assertEquals(await upTo(late, "error"), ["welcome", "error vault room_key"]);
});

Deno.test("a new key does not wait for the time that wrong ones of its address take", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada");
  const { conn: bob } = await room.json("bob");
  await ask(ada, { type: "join", room: "vault", key: "kk" });
  await upTo(ada, "notice");
  await ask(bob, { type: "join", room: "vault", key: "wrong" });
  await upTo(bob, "error vault room_key");
  // On a clock that stands still this one is never answered, and has the turn.
  await ask(bob, { type: "join", room: "vault", key: "wrong" });
  await ask(ada, { type: "command", room: "vault", line: "/key other" });
  assertMatch((await upTo(ada, "notice")).at(-1)!, /^notice #vault is private: /);
  assertEquals(bob.events(), []);
});

Deno.test("a database keeps the key that a room was made with", async () => {
  const directory = await Deno.makeTempDir();
  const open = () => openSqliteStore(`${directory}/room.db`, { durability: "process" });
  try {
    {
      await using room = new Harness({ store: open() });
      const { conn } = await room.json("ada");
      await ask(conn, { type: "join", room: "vault", key: "kk" });
      await upTo(conn, "notice vault");
      await ask(conn, { type: "say", room: "vault", text: "hello" });
    }
    await using room = new Harness({ store: open() });
    const { conn } = await room.json("bob");
    await ask(conn, { type: "join", room: "vault" });
    await upTo(conn, "error vault room_key");
    await ask(conn, { type: "join", room: "vault", key: "kk" });
    await upTo(conn, "joined vault");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("who gives a key where none is needed comes in, and is told", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada", { rooms: { ops: {} } });
  const { conn: bob } = await room.json("bob");
  const open = "notice ops #ops has no key: everyone can join it.";
  await ask(bob, { type: "join", room: "ops", key: "kk" });
  assertEquals((await upTo(bob, "notice")).slice(-2), ["join ops", open]);
  const eve = await room.connect();
  await ask(eve, { type: "hello", protocol: 1, name: "eve", rooms: { ops: { key: "kk" } } });
  assert((await upTo(eve, "notice")).includes(open));
  assert(!room.server.rooms.get("ops")!.isPrivate);
  ada.events();
});

Deno.test("what can be no key makes no room and opens none", async () => {
  await using room = new Harness();
  const conn = await room.connect();
  const rooms = { vault: { key: "two words" }, lobby: {} };
  await ask(conn, { type: "hello", protocol: 1, name: "ada", rooms });
  assert((await upTo(conn, "error")).includes("error vault room_key"));
  await ask(conn, { type: "join", room: "vault", key: "" });
  await upTo(conn, "error vault room_key");
  const bob = await room.plain("bob");
  await bob.send("/join vault my secret\n");
  assertMatch(bob.received()[0]!, /A key is one word/);
  assertEquals(room.server.rooms.get("vault"), undefined);
  await bob.send("/join vault swordfish\n");
  await until(() => room.server.rooms.get("vault")?.isPrivate === true, "the vault");
});

Deno.test("a room that is not kept after all is as before, with its key", async () => {
  const store = new MemoryStore();
  await using room = new Harness({ store });
  const { conn } = await room.json("ada");
  const append = store.append.bind(store);
  store.append = () => {
    throw new Error("full");
  };
  await ask(conn, { type: "join", room: "vault", key: "kk" });
  await upTo(conn, "error vault unavailable");
  assertEquals(room.server.rooms.get("vault"), undefined);
  store.append = append;
  await ask(conn, { type: "join", room: "vault", key: "kk" });
  await upTo(conn, PRIVATE);
});
