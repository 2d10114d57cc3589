import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import { finish } from "../../../src/store/room_store.ts";
import { MemoryNats } from "../../order/nats/memory_stream.ts";
import { Harness } from "../harness.ts";
import { settle } from "../manual_clock.ts";
import { until } from "../../helpers/wait.ts";
import { advance, ClusterHarness } from "./cluster_harness.ts";

Deno.test("what is said at one server is heard at the other, under the same number", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  const bob = await there.json("bob");
  await ada.conn.request({ type: "say", text: "hi", id: "1" });
  const [atAda] = ada.conn.events().filter(({ type }) => type === "message");
  const [atBob] = bob.conn.events().filter(({ type }) => type === "message");
  assertEquals(atBob, atAda);
  assertEquals([atBob?.from, atBob?.text, atBob?.seq], ["ada", "hi", 3]);
  await bob.conn.request({ type: "who" });
  const [members] = bob.conn.events();
  assertEquals(members?.names, ["ada", "bob"]);
});

Deno.test("a name is given once, also when two ask for it at two servers at the same time", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const [first, second] = [await here.connect(), await there.connect()];
  here.stream.isSlow = there.stream.isSlow = true;
  await first.request({ type: "hello", protocol: 1, name: "ada" });
  await second.request({ type: "hello", protocol: 1, name: "Ada" });
  for (const { stream } of [here, there]) stream.isSlow = false;
  for (const { stream } of [here, there]) stream.hear(Infinity);
  await settle();
  assertEquals(first.events()[0]?.type, "welcome");
  const [error] = second.events();
  assertEquals([error?.type, error?.code], ["error", "name_taken"]);
});

Deno.test("a session is taken up at the other server: nobody sees a leave, and nothing is lost", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  const bob = await there.json("bob");
  await ada.conn.end({ broken: true });
  await bob.conn.request({ type: "say", text: "are you there?" });
  bob.conn.events();
  const back = await there.json("ada", {
    session: ada.welcome.session,
    after: ada.welcome.seq,
  });
  assertEquals(back.welcome.resumed, true);
  assert(back.events.some(({ text }) => text === "are you there?"));
  await advance([here, there], 20_000);
  assertEquals(bob.conn.events().filter(({ type }) => type === "leave"), []);
  await back.conn.request({ type: "say", text: "yes" });
  assertEquals(bob.conn.events().map(({ text }) => text), ["yes"]);
});

Deno.test("a session that is taken up elsewhere ends the connection that it had", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  const again = await there.json("ada", { session: ada.welcome.session });
  assertEquals(again.welcome.resumed, true);
  await settle();
  assertEquals(ada.conn.events().at(-1)?.reason, "replaced");
});

Deno.test("a direct message reaches its recipient at the other server, once", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  const bob = await there.json("bob");
  bob.conn.events();
  ada.conn.events();
  const message = { type: "direct", to: "bob", text: "psst", id: "1" };
  await ada.conn.request(message);
  const [heard] = bob.conn.events();
  assertEquals([heard?.type, heard?.from, heard?.text], ["direct", "ada", "psst"]);
  assertEquals(ada.conn.events()[0]?.type, "direct");
  await ada.conn.request(message);
  assertEquals(ada.conn.events()[0]?.type, "direct");
  assertEquals(bob.conn.events(), []);
  there.stream.isCutOff = true;
  await ada.conn.request({ ...message, id: "2" });
  assertEquals(ada.conn.events()[0]?.code, "unknown_delivery");
});

Deno.test("who is removed or banned is shown the door, and told which, by the server that has it", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const { order, state } = here.server;
  const [bob, eve] = [await there.json("bob"), await there.json("eve")];
  const ban = { key: "name:eve", shown: "eve", reason: "", by: "ada", atMs: 0, untilMs: null };
  order.propose({ type: "ban", ban }, null);
  for (const name of ["bob", "eve"]) {
    order.propose({ type: "leave", member: state.members.get(name)!, reason: "kicked" }, null);
  }
  await settle();
  assertEquals(bob.conn.events().at(-1)?.reason, "kicked");
  assertEquals(eve.conn.events().at(-1)?.reason, "banned");
  assertEquals(state.members.size, 0);
});

Deno.test("a server that is silent for 15 s is dead: its people leave, and come in again when it lives", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  const bob = await there.json("bob");
  await advance([here, there], 2_000);
  here.stream.isCutOff = true;
  await ada.conn.request({ type: "say", text: "into the void", id: "1" });
  await advance([here, there], 20_000);
  assertStringIncludes(JSON.stringify(ada.conn.events()), "lost touch");
  assertEquals(bob.conn.events().at(-1)?.type, "leave");
  here.stream.isCutOff = false;
  await settle();
  await advance([here, there], 2_000);
  const events = bob.conn.events();
  assertEquals(events.map(({ type }) => type), ["join", "message"]);
  assertEquals(events[1]?.text, "into the void");
  const own = ada.conn.events().filter(({ type }) => type !== "notice");
  assertEquals(own.map(({ type }) => type), ["leave", "join", "message"]);
  await ada.conn.request({ type: "say", text: "here I am" });
  assertEquals(bob.conn.events()[0]?.text, "here I am");
});

Deno.test("a server that is cut off turns newcomers away, answers, and shows nothing that is not stored", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  here.stream.isCutOff = true;
  await ada.conn.request({ type: "say", text: "kept", id: "1" });
  await advance([here], 4_000);
  const told = ada.conn.events();
  assertEquals(told.map(({ type }) => type), ["notice"]);
  await ada.conn.request({ type: "ping", id: "p" });
  await ada.conn.request({ type: "history" });
  assertEquals(ada.conn.events().map(({ type }) => type), ["pong", "history"]);
  // A room that nobody can come into now keeps nobody from what can be read.
  await ada.conn.request({ type: "join", room: "ops" });
  await ada.conn.request({ type: "ping", id: "q" });
  const [refused, pong] = ada.conn.events();
  assertEquals([refused?.code, refused?.room, pong?.type], ["unavailable", "ops", "pong"]);
  const bob = await here.connect();
  await bob.request({ type: "hello", protocol: 1, name: "bob" });
  assertEquals(bob.events()[0]?.code, "unavailable");
  here.stream.isCutOff = false;
  await advance([here], 1_000);
  assert(ada.conn.events().some(({ text }) => text === "kept"));
});

Deno.test("a server that starts later begins at a saved state, with the same numbers", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  for (let n = 1; n <= 5; n++) await ada.conn.request({ type: "say", text: `${n}`, id: `${n}` });
  await advance([here], 2_000);
  assertEquals(nats.saved.length, 1);
  await ada.conn.request({ type: "say", text: "6" });
  await using there = await ClusterHarness.open(nats);
  const back = await there.json("ada", { session: ada.welcome.session, after: 7 });
  assertEquals(back.welcome.resumed, true);
  await back.conn.request({ type: "say", text: "5", id: "5" });
  await back.conn.request({ type: "say", text: "7" });
  const seqs = back.conn.events().map(({ type, seq }) => [type, seq]);
  assertEquals(seqs, [["message", 6], ["message", 8]]);
});

Deno.test("after a restart a session is taken up, and what it said is not said again", async () => {
  const nats = new MemoryNats();
  const path = await Deno.makeTempFile();
  const open = () => {
    const store = openSqliteStore(path, { durability: "process" });
    if (store.isEmpty) store.setLobbyLog(nats.id);
    return store;
  };
  let session = "";
  {
    await using here = await ClusterHarness.open(nats, { store: open() });
    const ada = await here.json("ada");
    session = ada.welcome.session;
    await ada.conn.request({ type: "say", text: "1", id: "1" });
  }
  {
    await using again = await ClusterHarness.open(nats, { store: open() });
    const { welcome, conn } = await again.json("ada", { session, after: 2 });
    assertEquals([welcome.resumed, welcome.seq], [true, 2]);
    await conn.request({ type: "say", text: "1", id: "1" });
    await conn.request({ type: "say", text: "2", id: "2" });
    assertEquals(conn.events().map(({ seq }) => seq), [2, 3]);
  }
  for (const end of ["", "-lock"]) await Deno.remove(path + end).catch(() => {});
});

Deno.test("a database is not given again what it has, and what it lacks is added", async () => {
  const directory = await Deno.makeTempDir();
  const nats = new MemoryNats();
  const open = (name: string) => {
    const store = openSqliteStore(`${directory}/${name}.db`, { durability: "process" });
    if (store.isEmpty) store.setLobbyLog(nats.id);
    return store;
  };
  try {
    {
      await using here = await ClusterHarness.open(nats, { store: open("here") });
      const ada = await here.json("ada", { rooms: { lobby: {}, ops: {} } });
      await ada.conn.request({ type: "say", room: "ops", text: "1", id: "1" });
      await advance([here], 2_000);
      await ada.conn.request({ type: "say", room: "lobby", text: "2", id: "2" });
      await using there = await ClusterHarness.open(nats, { store: open("there") });
      const bob = await there.json("bob");
      await bob.conn.request({ type: "say", text: "3", id: "3" });
    }
    const dumps = ["here", "there"].map((name) => {
      using db = new DatabaseSync(`${directory}/${name}.db`);
      return db.prepare("SELECT seq, type, name, text FROM events ORDER BY seq").all();
    });
    assertEquals(dumps[1], dumps[0]);
    await using again = await ClusterHarness.open(nats, { store: open("here") });
    await using late = await ClusterHarness.open(nats, { store: open("late") });
    for (const { server } of [again, late]) {
      const { lobby } = server.rooms;
      const { events } = finish(lobby.store.pageAfter(0, 100));
      assertEquals(events.map(({ type }) => type), ["join", "message", "join", "message"]);
      assertEquals([lobby.nextSeq, server.rooms.get("ops")?.nextSeq], [5, 3]);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a batch that cannot be understood stops the server, with what to do", async () => {
  const whole = { v: 1, s: "other", n: 1, at: 0, rooms: 100, c: [] as unknown[] };
  for (
    const [text, why] of [
      ['{"v":1,"s":"other"', "not JSON"],
      [JSON.stringify({ ...whole, v: 2 }), "Update all servers"],
      [JSON.stringify({ ...whole, n: undefined }), "A field is missing"],
      [JSON.stringify({ ...whole, c: [{ type: "dance" }] }), "Update all servers"],
      [JSON.stringify({ ...whole, c: [{ type: "join", name: "eve" }] }), "Update all servers"],
    ] as const
  ) {
    const nats = new MemoryNats();
    await using here = await ClusterHarness.open(nats);
    const { conn } = await here.json("ada");
    await nats.publish(new TextEncoder().encode(text));
    await settle();
    assertEquals(here.fatal.length, 1, text);
    assertStringIncludes(here.fatal[0]!, why);
    conn.events();
    await conn.request({ type: "say", text: "hi" });
    assertEquals(conn.events(), []);
  }
});

Deno.test("what another program has put into the stream is passed over by all alike", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const { conn: ada } = await here.json("ada");
  const { conn: bob } = await there.json("bob");
  bob.events();
  const foreign = ["hello", "", "{}", '{ "v": 1 }', '{"v"', '{"x":1,"v":1}', "\u0000\uffff"];
  for (const text of foreign) await nats.publish(new TextEncoder().encode(text));
  await ada.request({ type: "say", text: "hi" });
  assertEquals(bob.events().map(({ text }) => text), ["hi"]);
  for (const { fatal, clusterLog } of [here, there]) {
    assertEquals(fatal, []);
    const passed = clusterLog.filter(({ event }) => event === "message passed over");
    assertEquals(passed.length, foreign.length);
    assertEquals(nats.stored.length, Number(passed.at(-1)!.fields["seq"]) + 1);
  }
});

Deno.test("a session that two servers take up at once belongs to the later one", async () => {
  const nats = new MemoryNats();
  await using a = await ClusterHarness.open(nats);
  await using b = await ClusterHarness.open(nats);
  const { conn, welcome } = await a.json("ada");
  await conn.end({ broken: true });
  const [first, second] = [await a.connect(), await b.connect()];
  a.stream.isSlow = b.stream.isSlow = true;
  const hello = { type: "hello", protocol: 1, name: "ada", session: welcome.session };
  await first.request(hello);
  await second.request(hello);
  for (const { stream } of [a, b]) stream.isSlow = false;
  for (const { stream } of [a, b]) stream.hear(Infinity);
  await settle();
  assertEquals(second.events()[0]?.type, "welcome");
  assertEquals(first.events().at(-1)?.reason, "replaced");
  await second.request({ type: "say", text: "here" });
  assertEquals(second.events().at(-1)?.text, "here");
});

Deno.test("servers of different settings have the same rooms: they go by those of who makes a room", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats, { maxRooms: 1, permanentRooms: [] });
  await using there = await ClusterHarness.open(nats, { permanentRooms: ["ops"] });
  const ada = await here.json("ada");
  const bob = await there.json("bob");
  await ada.conn.request({ type: "join", room: "dev" });
  assertEquals(ada.conn.events().at(-1)?.code, "rooms_full");
  await bob.conn.request({ type: "join", room: "dev" });
  await ada.conn.request({ type: "join", room: "dev" });
  assertEquals(ada.conn.events().find(({ type }) => type === "joined")?.count, 2);
  for (const { server } of [here, there]) {
    const rooms = [...server.rooms.all()].map(({ name, isPermanent }) => [name, isPermanent]);
    assertEquals(rooms, [["lobby", true], ["ops", true], ["dev", false]]);
  }
});

Deno.test("a server that stood alone brings its rooms along, and others begin with a copy", async () => {
  const directory = await Deno.makeTempDir();
  const open = (name: string) =>
    openSqliteStore(`${directory}/${name}.db`, { durability: "process" });
  try {
    let session = "";
    let log = "";
    {
      await using alone = new Harness({ store: open("a") });
      const ada = await alone.json("ada", { rooms: { lobby: {}, ops: {} } });
      session = ada.welcome.session;
      await ada.conn.request({ type: "say", room: "ops", text: "1", id: "1" });
      log = alone.server.rooms.lobby.logId;
    }
    await Deno.copyFile(`${directory}/a.db`, `${directory}/b.db`);
    const nats = new MemoryNats({ id: log });
    await using a = await ClusterHarness.open(nats, { store: open("a") }, { isImport: true });
    await using b = await ClusterHarness.open(nats, { store: open("b") });
    await using c = await ClusterHarness.open(nats);
    const ada = await a.json("ada", { session, rooms: { ops: {} } });
    await ada.conn.request({ type: "say", room: "ops", text: "1", id: "1" });
    await ada.conn.request({ type: "say", room: "ops", text: "2", id: "2" });
    assertEquals(ada.conn.events().map(({ seq }) => seq), [2, 4]);
    for (const { server } of [a, b]) {
      const { events } = finish(server.rooms.get("ops")!.store.pageAfter(0, 100));
      assertEquals(events.map(({ type }) => type), ["join", "message", "join", "message"]);
    }
    assertEquals(c.server.rooms.get("ops")?.nextSeq, 5);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a server that stood still does not find the others dead", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await there.json("ada");
  await advance([here, there], 2_000);
  // The process was stopped for a minute; what it was sent meanwhile comes behind this look.
  here.clock.skip(60_000);
  here.server.tick();
  await settle();
  assertEquals(here.server.state.members.get("ada")?.name, "ada");
  await ada.conn.request({ type: "say", text: "still here" });
  assertEquals(ada.conn.events().at(-1)?.text, "still here");
});

Deno.test("while a server is cut off there is an end to what it keeps", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  const { order, rooms, state } = here.server;
  const member = state.members.get("ada")!;
  here.stream.isCutOff = true;
  await settle();
  for (let n = 0; n < 30_000; n++) {
    order.propose({ type: "say", member, room: rooms.lobby, text: "hi", id: `${n}` }, null);
  }
  assertEquals(order.pending, 25_000);
  await ada.conn.request({ type: "say", text: "too much", id: "last" });
  assertEquals(ada.conn.events().at(-1)?.code, "unavailable");
  here.stream.isCutOff = false;
  await advance([here], 1_000);
  // Its state is saved just now, in several turns: what comes meanwhile waits.
  await until(() => order.pending === 0, "what was kept");
  await ada.conn.request({ type: "say", text: "again", id: "last" });
  // So many lines are written in several turns.
  await until(() => ada.conn.events().at(-1)?.text === "again", "what is said again");
});

Deno.test("a server with other tables of Unicode is named once", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  for (let n = 0; n < 3; n++) here.stream.signal("alive", new TextEncoder().encode("old 15.0"));
  const told = here.clusterLog.filter(({ event }) => event === "names are compared differently");
  assertEquals(told.map(({ fields }) => fields["name"]), ["old"]);
});

Deno.test("who went on elsewhere while a server was found dead stays there when that is back", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  await advance([here, there], 2_000);
  here.stream.isCutOff = true;
  await advance([here, there], 20_000);
  const { session } = ada.welcome;
  const again = await there.json("ada", { session, rooms: { lobby: {}, ops: {} } });
  await ada.conn.request({ type: "say", text: "too late", id: "1" });
  again.conn.events();
  here.stream.isCutOff = false;
  await settle();
  await advance([here, there], 2_000);
  assertEquals(ada.conn.events().at(-1)?.type, "bye");
  await again.conn.request({ type: "say", room: "ops", text: "here", id: "2" });
  const events = again.conn.events();
  assertEquals(events.map(({ type, text }) => [type, text]), [["message", "here"]]);
});

Deno.test("what is said while somebody is coming in again is said then", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await here.plain("ada");
  const bob = await there.json("bob");
  await advance([here, there], 2_000);
  here.stream.isCutOff = true;
  await advance([here, there], 20_000);
  bob.conn.events();
  here.stream.isSlow = true;
  here.stream.isCutOff = false;
  here.stream.hear(Infinity);
  // It is in no room now: it has left, and is not in again.
  assertEquals(here.server.state.members.get("ada"), undefined);
  await ada.send("patience\n");
  here.stream.isSlow = false;
  here.stream.hear(Infinity);
  await settle();
  await advance([here, there], 2_000);
  const said = bob.conn.events().map(({ type, text }) => text ?? type);
  assertEquals(said, ["join", "patience"]);
});

Deno.test("a server that has just begun is not found dead", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await advance([here], 20_000);
  await using there = await ClusterHarness.open(nats);
  await there.json("ada");
  // Before the other one has said for the first time that it lives.
  await advance([here], 2_000);
  assertEquals(here.clusterLog.filter(({ event }) => event === "server dead"), []);
});
