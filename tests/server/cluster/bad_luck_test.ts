/** What servers have to live through: an hour without NATS, falling far behind, a foreign database. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../src/failure.ts";
import type { LogEvent } from "../../../src/protocol/messages.ts";
import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import { finish } from "../../../src/store/room_store.ts";
import { until } from "../../helpers/wait.ts";
import { MemoryNats } from "../../order/nats/memory_stream.ts";
import { settle, START_MS } from "../manual_clock.ts";
import { advance, ClusterHarness } from "./cluster_harness.ts";

const HOUR_MS = 3_600_000;

/** How many messages of 100 characters a slow server has to catch up with. */
const BEHIND = 100_000;

function textsAt({ server }: ClusterHarness): string[] {
  const { events } = finish(server.rooms.lobby.store.pageAfter(0, 2 * BEHIND));
  return events.flatMap((event) => event.type === "message" ? [event.text] : []);
}

function eventsAt({ server }: ClusterHarness): readonly LogEvent[] {
  return finish(server.rooms.lobby.store.pageAfter(0, 2 * BEHIND)).events;
}

Deno.test("NATS is away for an hour: nobody is found dead, and all is said once, at the time it is then", async () => {
  let awayMs = 0;
  const nats = new MemoryNats({ nowMs: () => START_MS + performance.now() + awayMs });
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const servers = [here, there];
  const [ada, bob, eve] = [
    await here.json("ada"),
    await there.json("bob"),
    await there.json("eve"),
  ];
  await advance(servers, 2_000);
  for (const { conn } of [ada, bob]) conn.events();
  for (const { stream } of servers) stream.isCutOff = true;
  await ada.conn.request({ type: "say", text: "from ada", id: "1" });
  await bob.conn.request({ type: "say", text: "from bob", id: "1" });
  await eve.conn.close();
  // A program that says nothing for 30 s is lost.
  for (; awayMs < HOUR_MS; awayMs += 20_000) {
    await advance(servers, 20_000);
    for (const { conn } of [ada, bob]) await conn.request({ type: "ping" });
  }
  for (const { conn } of [ada, bob]) {
    const told = conn.events().filter(({ type }) => type !== "pong");
    assertEquals(told.map(({ type }) => type), ["notice"], "told once, and shown nothing");
  }
  for (const { stream } of servers) stream.isCutOff = false;
  await settle();
  await advance(servers, 10_000);
  // A server that saves its state just now, an hour after the last time, goes on in later turns.
  await until(() => servers.every((one) => eventsAt(one).length >= 6), "what was kept");
  assertEquals(eventsAt(here), eventsAt(there));
  const now = eventsAt(here).slice(3);
  assertEquals(textsAt(here).toSorted(), ["from ada", "from bob"]);
  assertEquals(
    now.map(({ type }) => type).toSorted(),
    ["leave", "message", "message"],
    "who was lost meanwhile has left, and nobody else",
  );
  await ada.conn.request({ type: "say", text: "again", id: "1.1" });
  const atMs = Date.parse(eventsAt(there).at(-1)!.at);
  assert(Math.abs(atMs - START_MS - HOUR_MS) < 600_000, `said at ${new Date(atMs).toISOString()}`);
  for (const { clusterLog, fatal } of servers) {
    assertEquals(clusterLog.filter(({ event }) => event === "server dead"), []);
    assertEquals(fatal, []);
  }
});

Deno.test("a server that falls 100,000 messages behind has all of them when it goes on", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  const bob = await there.json("bob");
  await settle();
  const { order, rooms, state } = here.server;
  const member = state.members.get("ada")!;
  there.stream.isSlow = true;
  const sent: string[] = [];
  while (sent.length < BEHIND) {
    for (let n = 0; n < 1_000; n++) {
      const text = `${sent.length}`.padEnd(100, ".");
      sent.push(text);
      order.propose({ type: "say", member, room: rooms.lobby, text }, null);
    }
    while (order.pending > 0) await settle();
    ada.conn.events();
  }
  await bob.conn.request({ type: "say", text: "slow but here", id: "1" });
  assert(there.stream.behind >= BEHIND / 1_000);
  there.stream.isSlow = false;
  there.stream.onStored();
  for (let turn = 0; turn < 50 && there.server.order.pending > 0; turn++) await settle();
  assertEquals([there.stream.behind, there.server.order.pending], [0, 0]);
  const atHere = here.server.rooms.lobby.nextSeq;
  assertEquals(there.server.rooms.lobby.nextSeq, atHere);
  assertEquals(atHere, 1 + 2 + BEHIND + 1);
  // Memory keeps the newest ones.
  assertEquals(eventsAt(there), eventsAt(here));
  assertEquals(textsAt(there).at(-1), "slow but here");
});

Deno.test("a database that ends behind the stream, or belongs to another one, stops the start", async () => {
  const directory = await Deno.makeTempDir();
  const nats = new MemoryNats();
  const open = () => {
    const store = openSqliteStore(`${directory}/room.db`, { durability: "process" });
    if (store.isEmpty) store.setLobbyLog(nats.id);
    return store;
  };
  try {
    {
      await using here = await ClusterHarness.open(nats, { store: open() });
      const ada = await here.json("ada", { rooms: { lobby: {}, ops: {} } });
      for (const n of ["1", "2"]) await ada.conn.request({ type: "say", room: "ops", text: n });
    }
    for (const kept of [0, 1, nats.stored.length - 3]) {
      const shorter = new MemoryNats();
      shorter.stored.push(...nats.stored.slice(0, kept));
      const store = open();
      try {
        await assertRejects(
          () => ClusterHarness.open(shorter, { store }),
          Failure,
          "has events that the stream on NATS does not have",
        );
      } finally {
        store.close();
      }
    }
    // With all of the stream it is used again.
    await using again = await ClusterHarness.open(nats, { store: open() });
    assertEquals(again.server.rooms.get("ops")?.nextSeq, 4);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
