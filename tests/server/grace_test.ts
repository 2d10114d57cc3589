/** GracePeriod over a restart: a server on the database that another one has left behind. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { RESTART_GRACE_MS } from "../../src/server/grace.ts";
import { until } from "../helpers/wait.ts";
import { Harness } from "./harness.ts";
import { before } from "../helpers/lobby.ts";

/** Runs a test with a database that survives its servers. */
async function withDatabase(test: (open: () => Harness) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "chat-places-" });
  const path = `${directory}/room.db`;
  try {
    await test(() => new Harness({ store: openSqliteStore(path, { durability: "process" }) }));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** What the store says of comings and goings: `join ada`, `leave ada shutdown`. */
function notices(room: Harness): string[] {
  return before(room.store.room(0), Infinity, 1_000).events.flatMap((event) => {
    if (event.type === "join") return [`join ${event.name}`];
    return event.type === "leave" ? [`leave ${event.name} ${event.reason}`] : [];
  });
}

Deno.test("who comes back within 30 seconds of a restart was never gone", () =>
  withDatabase(async (open) => {
    let session = "";
    let seq = 0;
    {
      await using room = open();
      const { conn, welcome } = await room.json("ada");
      session = welcome.session;
      await conn.request({ type: "say", text: "before", id: "a.1" });
      seq = conn.events().at(-1).seq;
    }
    await using room = open();
    // Plain, since nobody minds its silence.
    const bob = await room.connect();
    await bob.send("bob\n");
    assertMatch(bob.received().join("\n"), /Welcome, bob! Here now: ada\./);
    await room.clock.advance(RESTART_GRACE_MS - 1_001);
    const { conn: ada, welcome, events } = await room.json("ada", { session, after: seq });
    assertEquals([welcome.resumed, welcome.session, welcome.log], [
      true,
      session,
      room.store.room(0).logId,
    ]);
    assertEquals(events.map(({ type, seq, name }) => [type, seq, name]), [[
      "join",
      seq + 1,
      "bob",
    ]]);
    await room.clock.advance(2_000);
    await ada.request({ type: "say", text: "after", id: "a.2" });
    assertEquals(bob.received(), ["ada: after"]);
    assertEquals(notices(room), ["join ada", "join bob"]);
  }));

Deno.test("who does not come back in time leaves as shutdown, once", () =>
  withDatabase(async (open) => {
    {
      await using room = open();
      await room.json("ada");
    }
    {
      await using room = open();
      const eve = await room.plain("eve");
      await room.clock.advance(RESTART_GRACE_MS - 1);
      assertEquals(eve.received(), []);
      await room.clock.advance(1_001);
      assertEquals(eve.received(), ["* ada left (shutdown)"]);
      assertEquals(notices(room), ["join ada", "join eve", "leave ada shutdown"]);
      await eve.end();
    }
    await using room = open();
    assertEquals(room.store.present(), []);
    await room.clock.advance(RESTART_GRACE_MS + 1_001);
    assertEquals(notices(room).slice(3), ["leave eve quit"]);
  }));

Deno.test("plain people cannot take a place up again: after a restart they leave at once", () =>
  withDatabase(async (open) => {
    {
      await using room = open();
      await room.plain("eve");
    }
    await using room = open();
    const { welcome, events } = await room.json("bob", { history: 10 });
    assertEquals(welcome.members, ["bob"]);
    assertEquals(
      events.map(({ type, name, reason }) => [type, name, reason]),
      [["join", "eve", undefined], ["leave", "eve", "shutdown"], ["join", "bob", undefined]],
    );
    const eve = await room.connect();
    await eve.send("eve\n");
    assertMatch(eve.received().at(-1)!, /^Welcome, eve!/);
  }));

Deno.test("a place that is held over a restart is nobody else's name", () =>
  withDatabase(async (open) => {
    {
      await using room = open();
      await room.json("ada");
    }
    await using room = open();
    const thief = await room.connect();
    await thief.request({ type: "hello", protocol: 1, name: "ADA" });
    assertEquals(thief.events().at(-1).code, "name_taken");
    await room.clock.advance(RESTART_GRACE_MS + 1_001);
    await thief.request({ type: "hello", protocol: 1, name: "ADA" });
    assertEquals(thief.events()[0].type, "welcome");
  }));

Deno.test("a second restart within the time holds the places once more", () =>
  withDatabase(async (open) => {
    let session = "";
    {
      await using room = open();
      session = (await room.json("ada")).welcome.session;
    }
    {
      await using room = open();
      await room.clock.advance(RESTART_GRACE_MS - 5_000);
    }
    await using room = open();
    await room.clock.advance(RESTART_GRACE_MS - 5_000);
    const { welcome } = await room.json("ada", { session });
    assertEquals(welcome.resumed, true);
    assertEquals(notices(room), ["join ada"]);
  }));

Deno.test("a place is held under the newest name", () =>
  withDatabase(async (open) => {
    let session = "";
    {
      await using room = open();
      const { conn, welcome } = await room.json("ada");
      session = welcome.session;
      await conn.request({ type: "rename", name: "lovelace" });
    }
    await using room = open();
    const { welcome } = await room.json("lovelace", { session });
    assertEquals([welcome.resumed, welcome.name], [true, "lovelace"]);
  }));

Deno.test("who comes back too late is a newcomer whose ids are still known", () =>
  withDatabase(async (open) => {
    let session = "";
    // deno-lint-ignore no-explicit-any -- an event as it came
    let original: any;
    {
      await using room = open();
      const { conn, welcome } = await room.json("ada");
      session = welcome.session;
      await conn.request({ type: "say", text: "once", id: "a.1" });
      original = conn.events().at(-1);
    }
    await using room = open();
    const bob = await room.plain("bob");
    await room.clock.advance(RESTART_GRACE_MS + 1_001);
    bob.received();
    const { conn: ada, welcome } = await room.json("ada", { session });
    assertEquals(welcome.resumed, false);
    await ada.request({ type: "say", text: "once", id: "a.1" });
    assertEquals(ada.events().at(-1), original);
    assertEquals(bob.received(), ["* ada joined"]);
    assertEquals(notices(room), ["join ada", "join bob", "leave ada shutdown", "join ada"]);
  }));

Deno.test("the log says how many places are held after a restart", () =>
  withDatabase(async (open) => {
    {
      await using room = open();
      await room.json("ada");
      await room.json("bob");
      await room.plain("eve");
      assertEquals(room.entries("waiting for lost clients"), []);
    }
    await using room = open();
    assertEquals(room.entries("waiting for lost clients")[0]?.fields, { count: 2 });
    assert(room.entries("left").some(({ fields }) => fields["name"] === "eve"));
  }));

Deno.test("who comes back after a restart is in the rooms as before, each with its keeper, topic and key", () =>
  withDatabase(async (open) => {
    let session = "";
    const seqs: Record<string, number> = {};
    {
      await using room = open();
      const { conn, welcome } = await room.json("ada", { rooms: { ops: {}, dev: {}, lobby: {} } });
      session = welcome.session;
      await conn.request({ type: "topic", room: "ops", text: "Deploys" });
      await conn.request({ type: "say", room: "dev", text: "before" });
      await conn.request({ type: "command", room: "dev", line: "/key swordfish" });
      await until(() => (room.server.rooms.get("dev")?.key ?? null) !== null, "the key");
      for (const event of conn.events()) if (event.seq) seqs[event.room] = event.seq;
    }
    await using room = open();
    const again = await room.connect();
    await again.request({
      type: "hello",
      protocol: 1,
      name: "ada",
      session,
      rooms: { ops: { after: seqs.ops }, dev: { after: seqs.dev }, lobby: {} },
    });
    const events = again.events();
    assertEquals(events[0].resumed, true);
    const joined = Object.fromEntries(
      events.filter(({ type }) => type === "joined").map((event) => [event.room, event]),
    );
    assertEquals([joined.ops.keeper, joined.ops.topic.text], ["ada", "Deploys"]);
    assertEquals([joined.dev.seq, joined.dev.resumed], [seqs.dev, true]);
    // Nobody saw a leave or a join.
    assertEquals(events.filter(({ type, room }) => type === "join" && room === "ops"), []);
    const { events: others } = await room.json("bob", { rooms: { dev: {} } });
    assertEquals(others.map(({ code }) => code), ["room_key"]);
    const eve = await room.connect();
    await eve.request({
      type: "hello",
      protocol: 1,
      name: "eve",
      rooms: { dev: { key: "swordfish" } },
    });
    const isIn = () => eve.events().some(({ type, room }) => type === "joined" && room === "dev");
    await until(isIn, "the room");
  }));
