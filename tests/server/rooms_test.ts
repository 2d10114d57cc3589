import { assert, assertEquals, assertMatch } from "@std/assert";
import { NAME_RULE } from "../../src/protocol/limits.ts";
import { Secret } from "../../src/server/admission/secret.ts";
import { renderMetrics } from "../../src/server/metrics.ts";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { until } from "../helpers/wait.ts";
import { Turns } from "../../src/net/turns.ts";
import { Harness } from "./harness.ts";
import { settle } from "./manual_clock.ts";
import type { MemoryConnection } from "./memory_connection.ts";

/** What has come since the last call: types, rooms and what tells them apart. */
function seen(conn: MemoryConnection): string[] {
  return conn.events().map((event) => {
    const { type, room, seq, text, name, reason, code, to } = event;
    const facts = [room, seq, text ?? name ?? to, reason ?? code];
    return [type, ...facts.filter((fact) => fact !== undefined)].join(" ");
  });
}

/** Waits until the key of a room has been hashed, which another thread does. */
function keyed(room: Harness, name: string, version = 1): Promise<void> {
  const isThere = () => room.server.rooms.get(name)?.key?.version === version;
  return until(isThere, `the key of ${name}`);
}

/** Waits for an event of a type. Returns all up to then. */
// deno-lint-ignore no-explicit-any -- tests look into events of any type
async function upTo(conn: MemoryConnection, type: string): Promise<any[]> {
  // deno-lint-ignore no-explicit-any -- as above
  const events: any[] = [];
  await until(() => {
    events.push(...conn.events());
    return events.some((event) => event.type === type);
  }, type);
  return events;
}

/** Sends json requests as one packet. */
function ask(conn: MemoryConnection, ...requests: Record<string, unknown>[]): Promise<void> {
  return conn.send(requests.map((request) => JSON.stringify(request) + "\n").join(""));
}

Deno.test("a program makes a room by joining it, talks there, and leaves it", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada");
  await ask(conn, { type: "join", room: "#Ops" });
  const [joined, join] = conn.events();
  assertEquals(
    { ...joined, log: "" },
    {
      type: "joined",
      room: "ops",
      log: "",
      seq: 0,
      names: ["ada"],
      count: 1,
      keeper: "ada",
      resumed: false,
    },
  );
  assertEquals([join.type, join.room, join.seq, join.name], ["join", "ops", 1, "ada"]);
  await ask(conn, { type: "say", room: "OPS", text: "hi", id: "a.1" });
  assertEquals(seen(conn), ["message ops 2 hi"]);
  await ask(conn, { type: "part", room: "ops" });
  assertEquals(seen(conn), ["leave ops 3 ada part", "parted ops part"]);
  await ask(conn, { type: "say", room: "ops", text: "late", id: "a.2" });
  const [error] = conn.events();
  assertEquals([error.code, error.id, error.room], ["not_in_room", "a.2", "ops"]);
});

Deno.test("a hello names its rooms, and each is told with its own past", async () => {
  await using room = new Harness();
  const { conn: bob } = await room.json("bob", { rooms: { ops: {}, dev: {} } });
  await ask(
    bob,
    { type: "say", room: "ops", text: "o" },
    { type: "say", room: "dev", text: "d" },
  );
  const { conn } = await room.json("ada", { rooms: { dev: {}, ops: { history: 0 } } });
  assertEquals(conn.events(), []);
  const joins = bob.events().filter(({ name }) => name === "ada").map((event) => event.room);
  assertEquals(joins.sort(), ["dev", "ops"]);
  await ask(conn, { type: "say", text: "where?" });
  assertEquals(seen(conn), [
    "error You have no default room: say which room you mean. not_in_room",
  ]);
});

Deno.test("the rooms of a hello are told in its order", async () => {
  await using room = new Harness();
  for (const names of [["c", "a"], ["c", "a", "b"], ["d", "lobby", "a", "c", "b"]]) {
    const rooms = Object.fromEntries(names.map((name) => [name, {}]));
    const { conn, welcome, events } = await room.json("ada", { rooms });
    const joined = [welcome, ...events].filter(({ log }) => log !== undefined);
    assertEquals(joined.map((event) => event.room), names);
    await ask(conn, { type: "quit" });
  }
});

Deno.test("a request without a room means the one of the hello, the lobby, or none", async () => {
  await using room = new Harness();
  const wish = { ops: {}, lobby: {}, dev: {} };
  const { conn: ada } = await room.json("ada", { rooms: wish });
  const { conn: bob } = await room.json("bob", { rooms: wish, room: "Dev" });
  const { conn: eve } = await room.json("eve", { rooms: { ops: {} } });
  const { conn: gus } = await room.json("gus", { rooms: {} });
  for (const conn of [ada, bob, eve, gus]) conn.events();
  const said = async (conn: MemoryConnection) => {
    await ask(conn, { type: "say", text: "x" });
    const events = conn.events().filter(({ type }) => type === "message" || type === "error");
    return events.at(-1).room ?? events.at(-1).code;
  };
  assertEquals(await said(ada), "lobby");
  assertEquals(await said(bob), "dev");
  assertEquals(await said(eve), "ops");
  assertEquals(await said(gus), "not_in_room");
  await ask(ada, { type: "part", room: "lobby" });
  ada.events();
  assertEquals(await said(ada), "lobby");
  assertMatch(JSON.stringify(ada.events()), /\[\]/);
});

Deno.test("while one key of a hello is tried, another that was right does not open a new room of that name", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada", { rooms: { team: {}, trap: {} } });
  const lock = async (name: string, key: string): Promise<void> => {
    await ask(ada, { type: "command", room: name, line: `/key ${key}` });
    await keyed(room, name);
  };
  await lock("team", "first");
  await lock("trap", "other");
  const { keys, rooms } = room.server;
  const isRight = keys.isRight.bind(keys);
  keys.isRight = async (key, given) => {
    if (given === "wrong") {
      await ask(ada, { type: "command", room: "team", line: "/close" });
      assertEquals(rooms.get("team"), undefined);
      await ask(ada, { type: "join", room: "team" });
      await lock("team", "second");
    }
    return await isRight(key, given);
  };
  // One address tries one key at a time, and ada works on one meanwhile.
  const eve = await room.connect("192.0.2.99");
  const wishes = { team: { key: "first" }, trap: { key: "wrong" } };
  await ask(eve, { type: "hello", protocol: 1, name: "eve", rooms: wishes });
  const told = await upTo(eve, "error");
  assertEquals(told.map(({ type, code }) => code ?? type), ["welcome", "room_key", "room_key"]);
  assertEquals(rooms.get("team")!.members.size, 1);
});

Deno.test("a session takes up the rooms that it names with their positions, and leaves the others", async () => {
  await using room = new Harness();
  const { conn: bob } = await room.json("bob", { rooms: { ops: {}, dev: {}, lobby: {} } });
  const { conn, welcome, events } = await room.json("ada", {
    rooms: { ops: {}, dev: {}, lobby: {} },
  });
  const joined = [welcome, ...events].filter(({ log }) => log !== undefined);
  assertEquals(joined.map((event) => event.room).sort(), ["dev", "lobby", "ops"]);
  const { log } = joined.find((event) => event.room === "ops");
  await conn.end({ broken: true });
  for (const name of ["ops", "dev", "lobby"]) {
    await ask(bob, { type: "say", room: name, text: `in ${name}` });
  }
  bob.events();
  const again = await room.connect();
  await ask(again, {
    type: "hello",
    protocol: 1,
    name: "ada",
    session: welcome.session,
    rooms: { ops: { log, after: 2 }, lobby: { after: 2 } },
  });
  const told = seen(again);
  assertEquals(told[0], "welcome ada");
  assertEquals(told.filter((line) => line.includes("ops")), [
    "joined ops 3",
    "message ops 3 in ops",
  ]);
  assertEquals(told.filter((line) => line.includes("lobby")), [
    "joined lobby 3",
    "message lobby 3 in lobby",
  ]);
  assertEquals(told.length, 5);
  assertEquals(seen(bob), ["leave dev 4 ada part"]);
});

Deno.test("a room that was lost meanwhile is told as parted, and one that may not be joined as an error", async () => {
  await using room = new Harness();
  const { conn: bob } = await room.json("bob", { rooms: { ops: {}, dev: {}, hid: {} } });
  const { conn, welcome } = await room.json("ada", { rooms: { ops: {}, dev: {}, lobby: {} } });
  await conn.end({ broken: true });
  await ask(
    bob,
    { type: "command", room: "ops", line: "/kick ada" },
    { type: "command", room: "dev", line: "/close" },
    { type: "command", room: "hid", line: "/key swordfish" },
  );
  await keyed(room, "hid");
  const again = await room.connect();
  await ask(again, {
    type: "hello",
    protocol: 1,
    name: "ada",
    session: welcome.session,
    rooms: { ops: { after: 2 }, dev: { after: 2 }, hid: {}, "a b": {}, lobby: { after: 1 } },
  });
  assertEquals(seen(again), [
    "welcome ada",
    "parted ops kicked",
    "parted dev closed",
    "error hid #hid is private: give its key. room_key",
    'error a b The room name "a b" cannot hold a space: use ' + NAME_RULE + ". room_invalid",
    "joined lobby 1",
  ]);
});

const BAD_NAMES = ["a b", "opѕ", "x".repeat(33), "#", "##x", "", "..", "a/b", "0ps"];

for (const name of BAD_NAMES) {
  Deno.test(`there is no room ${JSON.stringify(name)}`, async () => {
    await using room = new Harness();
    const { conn } = await room.json("ada", { rooms: { ops: {} } });
    conn.events();
    await ask(conn, { type: "join", room: name });
    const [error] = conn.events();
    assertEquals([error.type, error.code], ["error", "room_invalid"]);
    assertEquals(room.server.rooms.size, 2);
  });
}

Deno.test("what a name looks like is told, unless that room is private", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada", { rooms: { ops: {} } });
  await ask(conn, { type: "join", room: "0ps" });
  assertMatch(conn.events().at(-1).text, /it looks like #ops/);
  await ask(conn, { type: "command", line: "/unlist" }, { type: "join", room: "0ps" });
  assertMatch(conn.events().at(-1).text, /it looks like another room/);
});

Deno.test("nobody is in 21 rooms, and no address makes more than ten in an hour", async () => {
  await using room = new Harness({ newRoomsPerHour: 0, joinsPerSecond: 0, rate: 0 });
  const names = Array.from({ length: 21 }, (_, i) => `room${i}`);
  const { conn } = await room.json("ada", { rooms: {} });
  for (const name of names) await ask(conn, { type: "join", room: name });
  const errors = conn.events().filter(({ type }) => type === "error");
  assertEquals(errors.map(({ code, room }) => [code, room]), [["rooms_full", "room20"]]);
  await using other = new Harness({ joinsPerSecond: 0, rate: 0 });
  const { conn: eve } = await other.json("eve", { rooms: {} });
  for (const name of names.slice(0, 11)) await ask(eve, { type: "join", room: name });
  const refused = eve.events().filter(({ type }) => type === "error");
  assertEquals(refused.map(({ code, room }) => [code, room]), [["rooms_full", "room10"]]);
  // A room that exists is not made, and one that was not made does not count.
  await ask(eve, { type: "join", room: "a b" }, { type: "part", room: "room0" });
  await other.clock.advance(60 * 60_000);
  await other.json("bob", { rooms: { room10: {} } });
  assert(other.server.rooms.get("room10") !== undefined);
});

Deno.test("there are as many rooms as --rooms says", async () => {
  await using room = new Harness({ maxRooms: 3, permanentRooms: ["ops"] });
  assertEquals([...room.server.rooms.all()].map(({ name }) => name), ["lobby", "ops"]);
  const { conn } = await room.json("ada", { rooms: { dev: {} } });
  await ask(conn, { type: "join", room: "more" });
  assertEquals(conn.events().at(-1).code, "rooms_full");
  await ask(conn, { type: "command", room: "dev", line: "/close" }, { type: "join", room: "more" });
  assertEquals(conn.events().at(-1).room, "more");
  await ask(conn, { type: "join", room: "ops" });
  assertEquals(conn.events()[0].keeper, undefined);
});

Deno.test("a private room is in no list, and opens to its key alone", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada", { rooms: { ops: {} } });
  const { conn: bob } = await room.json("bob");
  await ask(ada, { type: "command", line: "/key swordfish" });
  await keyed(room, "ops");
  await ask(bob, { type: "rooms" }, { type: "join", room: "ops" });
  await ask(ada, { type: "rooms" });
  const [list, error] = bob.events().slice(-2);
  assertEquals(list.rooms, [{ room: "lobby", count: 1, joined: true }]);
  assertEquals([error.code, error.room], ["room_key", "ops"]);
  assertEquals(ada.events().at(-1).rooms, [
    { room: "lobby", count: 1 },
    { room: "ops", count: 1, joined: true, key: true },
  ]);
  await ask(bob, { type: "join", room: "ops", key: "Swordfish" });
  assertEquals((await upTo(bob, "error")).at(-1).code, "room_key");
  assertEquals(room.entries("wrong key of #ops").length, 1);
  await ask(bob, { type: "join", room: "ops", key: "swordfish" });
  await room.clock.advance(1_000);
  const joined = await upTo(bob, "joined");
  assertEquals(joined.map(({ type, seq }) => [type, seq]), [["joined", 1], ["join", 1], [
    "join",
    2,
  ]]);
  // Whoever is in stays when the key changes.
  await ask(ada, { type: "command", line: "/key other" });
  await keyed(room, "ops", 2);
  await ask(bob, { type: "say", room: "ops", text: "still here" });
  assertEquals(seen(bob), ["message ops 3 still here"]);
});

Deno.test("a wrong key a thousand times costs time, and the right one is never refused", async () => {
  await using room = new Harness({ rate: 0, joinsPerSecond: 0 });
  const { conn: ada } = await room.json("ada", { rooms: { ops: {} } });
  await ask(ada, { type: "command", line: "/key swordfish" });
  await keyed(room, "ops");
  const { conn: bob } = await room.json("bob", { rooms: {} });
  // Once it was right, it is compared without the work of another thread.
  await ask(bob, { type: "join", room: "ops", key: "swordfish" }, { type: "part", room: "ops" });
  await upTo(bob, "parted");
  const wrong = Array.from({ length: 1_000 }, () => ({ type: "join", room: "ops", key: "x" }));
  await ask(bob, ...wrong, { type: "join", room: "ops", key: "swordfish" });
  let tried = 0;
  let isIn = false;
  for (let seconds = 0; !isIn && seconds < 1_100; seconds++) {
    await room.clock.advance(1_000);
    await ask(ada, { type: "ping" });
    const events = bob.events();
    tried += events.filter(({ code }) => code === "room_key").length;
    isIn = events.some(({ type }) => type === "joined");
    if (seconds === 60) assert(tried < 70, String(tried));
  }
  assertEquals([tried, isIn], [1_000, true]);
});

Deno.test("the keeper keeps a room until it leaves, and may give it away", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada", { rooms: { ops: {} } });
  const { conn: bob } = await room.json("bob", { rooms: { ops: {} } });
  const topic = { type: "topic", room: "ops", text: "Deploys" };
  await ask(bob, topic, { type: "command", line: "/kick ada" });
  const errors = bob.events().filter(({ type }) => type === "error");
  assertEquals(errors.map(({ code }) => code), ["not_allowed", "not_allowed"]);
  await ask(ada, topic, { type: "command", line: "/keeper bob" });
  assertEquals(seen(bob), [
    "topic ops 3 Deploys",
    "joined ops 3",
    "notice ops ada made you the keeper of #ops: /help lists what you can do.",
  ]);
  await ask(bob, { type: "part", room: "ops" });
  const { events, welcome } = await room.json("eve", { rooms: { ops: {} } });
  assertEquals([welcome.keeper, welcome.topic.text, welcome.topic.name], [
    undefined,
    "Deploys",
    "ada",
  ]);
  assert(events.length > 0);
});

Deno.test("whoever is removed from a room is kept out by session and name, for a time", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada", { rooms: { ops: {} } });
  const { conn: bob } = await room.json("bob", { rooms: { ops: {}, lobby: {} } });
  await ask(ada, { type: "command", line: "/kick BOB 20s too loud" });
  const last = bob.events().at(-1);
  assertEquals([last.type, last.reason, last.text], [
    "parted",
    "kicked",
    "ada removed you from #ops for 20s: too loud",
  ]);
  const left = ada.events().find(({ type }) => type === "leave");
  assertEquals([left.reason, left.by, left.text], ["kicked", "ada", "too loud"]);
  await ask(bob, { type: "rename", name: "robert" }, { type: "join", room: "ops" });
  const refused = bob.events().at(-1);
  assertEquals([refused.code, refused.text], [
    "kept_out",
    "You were removed from #ops, and may come back in 20 s.",
  ]);
  await room.clock.advance(20_000);
  await ask(bob, { type: "join", room: "ops" });
  assertEquals(seen(bob)[0], "joined ops 3");
});

Deno.test("under the name of who is kept out of a private room one hears no more than a stranger", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada", { rooms: { ops: {} } });
  const { conn: bob } = await room.json("bob", { rooms: { ops: {} } });
  await ask(ada, { type: "command", line: "/key swordfish" });
  await keyed(room, "ops");
  await ask(ada, { type: "command", line: "/kick bob 1h" });
  const code = async (conn: MemoryConnection, key?: string) => {
    conn.events();
    await ask(conn, { type: "join", room: "ops", ...(key === undefined ? {} : { key }) });
    return (await upTo(conn, "error")).at(-1).code;
  };
  assertEquals([await code(bob), await code(bob, "swordfish")], ["room_key", "kept_out"]);
  await bob.request({ type: "quit" });
  const { conn: other, welcome } = await room.json("bob", { rooms: {} });
  assertEquals([await code(other), await code(other, "guess")], ["room_key", "room_key"]);
  // Nor by saying that one was in.
  await other.end({ broken: true });
  const again = { session: welcome.session, rooms: { ops: { after: 3 }, none: { after: 3 } } };
  const { events } = await room.json("bob", again);
  assertEquals(
    events.map(({ type, reason }) => `${type} ${reason}`),
    ["parted closed", "parted closed"],
  );
});

Deno.test("a keeper who comes back in time is still one, and one who left or was removed is not", async () => {
  await using room = new Harness({ operatorPassword: new Secret("boss") });
  const { conn, welcome } = await room.json("ada", { rooms: { ops: {} } });
  const { conn: root } = await room.json("root", { rooms: { ops: {} } });
  await ask(root, { type: "command", line: "/op boss" });
  await conn.end({ broken: true });
  const rooms = { ops: { after: welcome.seq + 1 } };
  const { conn: again } = await room.json("ada", { session: welcome.session, rooms });
  const keeper = () => room.server.rooms.get("ops")?.keeper?.name;
  assertEquals(keeper(), "ada");
  await ask(again, { type: "part", room: "ops" }, { type: "join", room: "ops" });
  assertEquals(keeper(), undefined);
  await ask(root, { type: "command", line: "/keeper ada" });
  assertEquals(keeper(), "ada");
  await ask(root, { type: "command", line: "/kick ada 1s" });
  assertEquals(keeper(), undefined);
  await room.clock.advance(1_000);
  await ask(again, { type: "join", room: "ops" });
  again.events();
  await ask(again, { type: "topic", room: "ops", text: "mine" });
  assertEquals(again.events().map(({ code }) => code), ["not_allowed"]);
});

Deno.test("a rename is an event in each room, and a notice where there is none", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada", { rooms: { a: {}, b: {}, c: {} } });
  const { conn: bob } = await room.json("bob", { rooms: {} });
  conn.events();
  await ask(conn, { type: "rename", name: "ann" });
  assertEquals(seen(conn).sort(), ["rename a 2 ann", "rename b 2 ann", "rename c 2 ann"]);
  await ask(bob, { type: "rename", name: "bert" });
  assertEquals(seen(bob), ["notice You are bert now."]);
});

Deno.test("a room that is closed ends for everyone, and its name begins anew", async () => {
  await using room = new Harness();
  const { conn: ada, welcome } = await room.json("ada", { rooms: { ops: {} } });
  const { conn: bob } = await room.json("bob", { rooms: { ops: {}, lobby: {} } });
  await ask(ada, { type: "say", text: "old" });
  bob.events();
  // Another one types in it at the same time.
  await Promise.all([
    ask(ada, { type: "command", line: "/close" }),
    ask(bob, { type: "say", room: "ops", text: "late", id: "b.1" }, {
      type: "history",
      room: "ops",
    }),
  ]);
  const events = bob.events();
  const parted = events.find(({ type }) => type === "parted");
  assertEquals([parted.room, parted.reason, parted.text], [
    "ops",
    "closed",
    "ada closed #ops: its history is deleted.",
  ]);
  await ask(bob, { type: "join", room: "ops" });
  const [joined] = bob.events().filter(({ type }) => type === "joined");
  assertEquals([joined.seq, joined.keeper], [0, "bob"]);
  assert(joined.log !== welcome.log);
});

Deno.test("a room that is left and joined again in one packet ends before it begins", async () => {
  await using room = new Harness();
  const { conn: bob } = await room.json("bob", { rooms: { ops: {} } });
  const { conn } = await room.json("ada", { rooms: { ops: { history: 0 } } });
  conn.events();
  await ask(bob, { type: "say", text: "one" });
  await ask(
    conn,
    { type: "part", room: "ops" },
    { type: "say", room: "ops", text: "lost", id: "a.1" },
    { type: "join", room: "ops", after: 3 },
    { type: "say", room: "ops", text: "back" },
  );
  const told = seen(conn);
  assertEquals(told.filter((line) => line.startsWith("error")), [
    "error ops You are not in #ops: join it first. not_in_room",
  ]);
  assertEquals(told.filter((line) => !line.startsWith("error")), [
    "message ops 3 one",
    "leave ops 4 ada part",
    "parted ops part",
    "joined ops 4",
    "leave ops 4 ada part",
    "join ops 5 ada",
    "message ops 6 back",
  ]);
});

Deno.test("a room without messages is gone with its last member, who is told like any other", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada", { rooms: { ops: {}, lobby: {} } });
  const { conn: bob } = await room.json("bob", { rooms: { ops: {} } });
  await ask(bob, { type: "part", room: "ops" });
  conn.events();
  await ask(conn, { type: "part", room: "ops" });
  assertEquals(seen(conn), ["leave ops 4 ada part", "parted ops part"]);
  assertEquals(room.server.rooms.get("ops"), undefined);
  await ask(conn, { type: "join", room: "ops" });
  assertEquals(seen(conn), ["joined ops 0", "join ops 1 ada"]);
});

Deno.test("an id is one over all rooms, and its answer names the room in which it was used", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada", { rooms: { a: {}, b: {} } });
  conn.events();
  await ask(conn, { type: "say", room: "a", text: "once", id: "i" });
  await ask(conn, { type: "say", room: "b", text: "once", id: "i" });
  assertEquals(seen(conn), ["message a 2 once", "message a 2 once"]);
});

Deno.test("what was said is said when it is sent again, also when its room was left or is gone", async () => {
  await using room = new Harness();
  const { conn: bob } = await room.json("bob", { rooms: { ops: {} } });
  const { conn } = await room.json("ada", { rooms: { ops: {}, lobby: {} } });
  const said = { type: "say", room: "ops", text: "once", id: "i" };
  await ask(conn, said);
  await ask(conn, { type: "part", room: "ops" });
  conn.events();
  await ask(conn, said, { ...said, room: "#Ops" }, { ...said, id: "other" });
  assertEquals(seen(conn).map((line) => line.replace(/You.*first\. /, "")), [
    "message ops 3 once",
    "message ops 3 once",
    "error ops not_in_room",
  ]);
  await ask(bob, { type: "command", line: "/close" });
  assertEquals(room.server.rooms.get("ops"), undefined);
  await ask(conn, said, { ...said, room: "lobby" }, { ...said, room: "never" });
  assertEquals(seen(conn), ["message ops 3 once", "message ops 3 once", "message ops 3 once"]);
});

Deno.test("programs are told when they keep a room, and when they do so no more", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada", { rooms: { ops: {} } });
  const { conn: bob } = await room.json("bob", { rooms: { ops: {}, lobby: {} } });
  const { conn: eve } = await room.json("eve", { rooms: { ops: {} } });
  const dan = await room.plain("dan");
  await dan.send("/join ops\n");
  for (const conn of [ada, bob, eve, dan]) conn.received();
  const keepers = (conn: MemoryConnection) =>
    conn.events().filter(({ type }) => type === "joined").map((event) => [event.keeper, event.seq]);
  await ask(ada, { type: "command", line: "/keeper bob" });
  assertEquals([ada, bob, eve].map(keepers), [[["bob", 4]], [["bob", 4]], []]);
  await ask(bob, { type: "command", room: "ops", line: "/keeper dan" });
  assertEquals([ada, bob, eve].map(keepers), [[], [["dan", 4]], []]);
  assertMatch(dan.received().join("\n"), /^\* bob made you the keeper of #ops/);
});

Deno.test("who takes the same name twice in one packet is renamed once", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  const bob = await room.plain("bob");
  await ada.send("/nick eve\n/nick eve\n/nick Eve\n");
  assertEquals(bob.received(), ["* ada is now eve", "* eve is now Eve"]);
});

Deno.test("a search is over all rooms of the client, or over one", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada", { rooms: { a: {}, b: {}, c: {} } });
  for (const name of ["a", "b", "c"]) {
    await ask(conn, { type: "say", room: name, text: `bird in ${name}` });
    await room.clock.advance(10);
  }
  await ask(conn, { type: "part", room: "c" });
  conn.events();
  await ask(conn, { type: "search", query: "bird" });
  const [all] = conn.events();
  assertEquals(all.events.map((event: { room: string }) => event.room), ["b", "a"]);
  await ask(conn, { type: "search", query: "bird", room: "a" });
  const [one] = conn.events();
  assertEquals([one.room, one.events.length], ["a", 1]);
  await ask(conn, { type: "search", query: "bird", room: "c" });
  assertEquals(conn.events()[0].code, "not_in_room");
});

/** A private room in which ada has spoken, and bob, who is in the lobby, too. */
async function privateRoom(
  room: Harness,
): Promise<{ ada: MemoryConnection; bob: MemoryConnection }> {
  const { conn: ada } = await room.json("ada", { rooms: { ops: {} } });
  const { conn: bob } = await room.json("bob", { rooms: { ops: {}, lobby: {} } });
  await ask(ada, { type: "command", line: "/key swordfish" });
  await keyed(room, "ops");
  await ask(ada, { type: "say", text: "about birds" });
  await ask(bob, { type: "say", room: "lobby", text: "about fish" });
  bob.events();
  return { ada, bob };
}

Deno.test("who is removed while its questions wait for tokens is told nothing more of the room", async () => {
  await using room = new Harness();
  const { ada, bob } = await privateRoom(room);
  await ask(bob, ...Array.from({ length: 12 }, () => ({ type: "history", room: "ops" })));
  await ask(ada, { type: "command", line: "/kick bob" }, { type: "say", text: "about bob" });
  bob.events();
  await room.clock.advance(20_000);
  const codes = bob.events().map(({ type, code }) => code ?? type);
  assertEquals([codes.length > 3, new Set(codes)], [true, new Set(["not_in_room"])]);
});

Deno.test("who is removed while its question waits for its turn is told nothing more of the room", async () => {
  const questions = [
    { type: "history", room: "ops" },
    { type: "history", room: "ops", after: 1 },
    { type: "history", room: "ops", messages: 10 },
    { type: "command", room: "ops", line: "/history 10" },
    { type: "search", room: "ops", query: "about" },
    { type: "search", query: "about" },
  ];
  for (const question of questions) {
    const turns = new Turns({ now: () => 0 });
    const next = turns.next.bind(turns);
    await using room = new Harness({ turns });
    const { ada, bob } = await privateRoom(room);
    const { promise: turn, resolve: go } = Promise.withResolvers<void>();
    turns.next = () => turn;
    await ask(bob, question);
    turns.next = next;
    await ask(ada, { type: "command", line: "/kick bob" }, { type: "say", text: "about bob" });
    assertEquals(bob.events().at(-1).type, "parted");
    go();
    await settle();
    const told = JSON.stringify(bob.events());
    assert(/not_in_room|results/.test(told), told);
    assert(!/birds|about bob/.test(told), told);
    assertEquals(told.includes("fish"), question.type === "search" && !("room" in question), told);
  }
});

Deno.test("who is removed asks for nothing behind that, and who comes while a room is closed is not in it", async () => {
  await using room = new Harness({ rate: 0, joinsPerSecond: 0, newRoomsPerHour: 0 });
  const { ada, bob } = await privateRoom(room);
  await Promise.all([
    ask(ada, { type: "command", line: "/kick bob" }),
    ask(bob, { type: "who", room: "ops" }),
  ]);
  const told = bob.events().map(({ type, code }) => code ?? type);
  assertEquals([told.includes("not_in_room"), told.includes("members")], [true, false]);
  // One after the other, and both in one batch.
  for (let hops = 0; hops < 30; hops++) {
    await ask(ada, { type: "join", room: "dev" });
    const joining = ask(bob, { type: "join", room: "dev" });
    for (let hop = 0; hop < hops; hop++) await Promise.resolve();
    await Promise.all([joining, ask(ada, { type: "command", room: "dev", line: "/close" })]);
    const about = bob.events().filter((event) => event.room === "dev").map(({ type }) => type);
    const isIn = room.server.rooms.get("dev")?.members.size === 1;
    assertEquals(about.lastIndexOf("joined") > about.indexOf("parted"), isIn, `${hops}: ${about}`);
    if (isIn) await ask(bob, { type: "command", room: "dev", line: "/close" });
    bob.events();
  }
});

Deno.test("history goes back before a place, or on behind it", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada", { rooms: { a: {} } });
  for (let i = 2; i <= 6; i++) await ask(conn, { type: "say", text: `${i}` });
  conn.events();
  await ask(conn, { type: "history", after: 2, limit: 2 }, {
    type: "history",
    before: 4,
    limit: 2,
  });
  const [after, before] = conn.events();
  const seqs = (page: { events: { seq: number }[] }) => page.events.map(({ seq }) => seq);
  assertEquals([after.room, seqs(after), after.more], ["a", [3, 4], true]);
  assertEquals([seqs(before), before.more], [[2, 3], true]);
});

Deno.test("two clients in one room have each the past that they asked for", async () => {
  await using room = new Harness();
  const { conn: bob } = await room.json("bob", { rooms: { a: {} } });
  for (let i = 0; i < 5; i++) await ask(bob, { type: "say", text: `${i}` });
  const texts = async (name: string, history: number) => {
    const { events } = await room.json(name, { rooms: { a: { history } } });
    return events.filter(({ type }) => type === "message").map(({ text }) => text);
  };
  assertEquals(await texts("ada", 2), ["3", "4"]);
  assertEquals(await texts("eve", 4), ["1", "2", "3", "4"]);
});

Deno.test("one slow reader of twenty rooms in a flood keeps nobody waiting, and hears in each what it missed", async () => {
  await using room = new Harness({
    rate: 0,
    joinsPerSecond: 0,
    newRoomsPerHour: 0,
    windowBytes: 32 * 1024,
  });
  const names = Array.from({ length: 20 }, (_, i) => `room${i}`);
  const rooms = Object.fromEntries(names.map((name) => [name, {}]));
  const { conn: slow } = await room.json("slow", { rooms });
  const { conn: bob } = await room.json("bob", { rooms });
  slow.events();
  slow.stall();
  bob.events();
  const text = "x".repeat(3_000);
  for (let i = 0; i < 20; i++) {
    await ask(bob, ...names.map((name) => ({ type: "say", room: name, text })));
  }
  assertEquals(bob.events().filter(({ type }) => type === "message").length, 400);
  await slow.unstall();
  await ask(slow, { type: "ping" });
  const events = slow.events();
  for (const name of names) {
    const own = events.filter((event) => event.room === name);
    const lagged = own.filter(({ type }) => type === "lagged");
    assertEquals(lagged.length, 1, name);
    // Nothing is missing that is not told.
    let seq = 2;
    for (const event of own) {
      assertEquals(event.type === "lagged" ? event.from : event.seq, seq + 1, name);
      seq = event.type === "lagged" ? event.to : event.seq;
    }
    assertEquals(seq, 22, name);
  }
});

Deno.test("a room that is closed while somebody pages through it ends the page, and nothing else", async () => {
  await using room = new Harness({ rate: 0 });
  const { conn: ada } = await room.json("ada", { rooms: { ops: {} } });
  const { conn: bob } = await room.json("bob", { rooms: { ops: {}, lobby: {} } });
  for (let i = 0; i < 50; i++) await ask(ada, { type: "say", text: "bird" });
  bob.events();
  const paging = ask(
    bob,
    { type: "history", room: "ops", limit: 500 },
    { type: "search", room: "ops", query: "bird" },
    { type: "who", room: "ops" },
    { type: "say", room: "lobby", text: "still here" },
  );
  await ask(ada, { type: "command", line: "/close" });
  await paging;
  const events = bob.events();
  assert(events.some(({ type, reason }) => type === "parted" && reason === "closed"));
  assert(events.some(({ text }) => text === "still here"));
});

Deno.test("a room of which a session knows another generation was closed, one that it was kept out of was not", async () => {
  await using room = new Harness();
  const { conn: bob } = await room.json("bob", { rooms: { ops: {} } });
  const { conn, welcome } = await room.json("ada", { rooms: { ops: {}, lobby: {} } });
  const before = [...[welcome]].find((event) => event.log !== undefined);
  await conn.end({ broken: true });
  const { logId } = room.server.rooms.get("ops")!;
  // In one packet: the one after the other.
  await ask(bob, { type: "command", line: "/close" }, { type: "join", room: "ops" });
  assert(room.server.rooms.get("ops")!.logId !== logId);
  const again = await room.connect();
  await ask(again, {
    type: "hello",
    protocol: 1,
    name: "ada",
    session: before.session,
    rooms: { ops: { log: logId, after: 2 }, lobby: {} },
  });
  assertEquals(seen(again).filter((line) => line.startsWith("parted")), ["parted ops closed"]);
});

Deno.test("whoever comes back too late makes no room again that was closed, but one that just went", async () => {
  await using room = new Harness();
  const { conn: bob } = await room.json("bob", { rooms: { ops: {} } });
  const { conn, welcome, events } = await room.json("ada", { rooms: { ops: {}, quiet: {} } });
  const joined = [welcome, ...events].filter(({ log }) => log !== undefined);
  const logs = new Map(joined.map((event) => [event.room, event.log]));
  await conn.end({ broken: true });
  await ask(bob, { type: "command", line: "/close" });
  await room.clock.advance(20_000);
  await bob.request({ type: "ping" });
  assertEquals([...room.server.rooms.all()].map(({ name }) => name), ["lobby"]);
  const rooms = Object.fromEntries(
    ["ops", "quiet"].map((name) => [name, { log: logs.get(name), after: 1 }]),
  );
  const again = await room.connect();
  const { session } = welcome;
  await ask(again, { type: "hello", protocol: 1, name: "ada", session, rooms });
  assertEquals(seen(again).filter((line) => !line.startsWith("join ")), [
    "welcome ada",
    "parted ops closed",
    "joined quiet 0",
  ]);
});

Deno.test("whoever comes back too late after a restart makes a room again in which nothing was said", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const open = () => openSqliteStore(`${directory}/room.db`, { durability: "process" });
    const been = { session: "", log: "" };
    {
      await using room = new Harness({ store: open() });
      const { welcome } = await room.json("ada", { rooms: { quiet: {} } });
      Object.assign(been, { session: welcome.session, log: welcome.log });
    }
    await using room = new Harness({ store: open() });
    assert(room.server.rooms.get("quiet") !== undefined);
    await room.clock.advance(32_000);
    assertEquals(room.server.rooms.get("quiet"), undefined);
    const { session, log } = been;
    const { welcome } = await room.json("ada", { session, rooms: { quiet: { log, after: 1 } } });
    assertEquals([welcome.resumed, welcome.room, welcome.seq], [false, "quiet", 0]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("whoever never was in a room is told of it what it would be told of none", async () => {
  await using room = new Harness();
  const { conn: bob } = await room.json("bob", { rooms: { hid: {}, open: {} } });
  await ask(bob, { type: "command", room: "hid", line: "/key swordfish" });
  await keyed(room, "hid");
  const { conn, welcome } = await room.json("eve", { rooms: { lobby: {} } });
  const names = ["hid", "open", "none"];
  for (const name of names) {
    for (const line of ["/close", "/kick bob", "/who", "/topic", "/topic x", "/leave", "/help"]) {
      await ask(conn, { type: "command", room: name, line });
    }
    for (const type of ["who", "part", "history", "search"]) {
      await ask(conn, { type, room: name, query: "x", before: 9 });
    }
    await ask(conn, { type: "say", room: name, text: "x", id: "x" });
    await ask(conn, { type: "topic", room: name, text: "x" });
  }
  const told = seen(conn);
  const each = told.length / names.length;
  const [hid, open, none] = [0, 1, 2].map((index) =>
    told.slice(index * each, (index + 1) * each).map((line) => line.replaceAll(names[index]!, "R"))
  );
  assert(each >= 13);
  assertEquals(hid, none);
  assertEquals(open, none);
  const rooms = Object.fromEntries(names.map((name) => [name, { after: 1 }]));
  const { events } = await room.json("eve", { session: welcome.session, rooms });
  const parted = events.map(({ type, room, reason }) => [type, room, reason]);
  assertEquals(parted, names.map((name) => ["parted", name, "closed"]));
});

Deno.test("a session that was given up needs the key of a room that has become private", async () => {
  await using room = new Harness();
  const { conn: bob } = await room.json("bob", { rooms: { ops: {} } });
  const { conn, welcome } = await room.json("ada", { rooms: { ops: {} } });
  await ask(bob, { type: "command", line: "/key swordfish" });
  await keyed(room, "ops");
  // While its place is held it needs none.
  await conn.end({ broken: true });
  const { conn: held, welcome: same } = await room.json("ada", {
    session: welcome.session,
    rooms: { ops: { after: welcome.seq + 1 } },
  });
  assertEquals([same.room, same.resumed], ["ops", true]);
  await held.request({ type: "quit" });
  const late = await room.json("ada", {
    session: welcome.session,
    rooms: { ops: { after: welcome.seq + 1 } },
  });
  assertEquals(late.welcome.resumed, false);
  assertEquals(late.events.map(({ code }) => code), ["room_key"]);
});

Deno.test("metrics name the rooms that are in lists, and count the others together", async () => {
  await using room = new Harness();
  const { conn } = await room.json("ada", { rooms: { ops: {}, hid: {} } });
  await ask(conn, { type: "command", room: "hid", line: "/unlist" });
  const text = renderMetrics(room.server, room.server.totals);
  assert(text.includes('chat_room_members{room="ops"} 1\n'), text);
  assert(text.includes('chat_room_members{private="true"} 1\n'), text);
  assert(!text.includes("hid"), text);
  assert(text.includes("chat_rooms 3\n"), text);
});
