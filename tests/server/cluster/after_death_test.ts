/** A server that was found dead, and lives. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MemoryNats } from "../../order/nats/memory_stream.ts";
import { guest } from "../irc/guest.ts";
import { settle } from "../manual_clock.ts";
import type { MemoryConnection } from "../memory_connection.ts";
import { advance, ClusterHarness } from "./cluster_harness.ts";

type Pair = readonly [ClusterHarness, ClusterHarness];

/** The first one is found dead by the second one, and both are in touch again. */
async function bury([here, there]: Pair, meanwhile?: () => Promise<void>): Promise<void> {
  here.stream.isCutOff = true;
  await advance([here, there], 18_000);
  assertEquals(there.server.state.servers.living().length, 1);
  await meanwhile?.();
  here.stream.isCutOff = false;
  await advance([here, there], 3_000);
}

/** Somebody comes in at a server, and into #den. */
async function cameIntoDen(at: ClusterHarness, name: string): Promise<MemoryConnection> {
  const { conn } = await at.json(name);
  await conn.request({ type: "join", room: "den" });
  return conn;
}

Deno.test("who lives at another server by now stays there, and the old connection is told", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const bob = await there.json("bob");
  const ada = await here.json("ada");
  let again: Awaited<ReturnType<typeof there.json>>;
  await bury([here, there], async () => {
    again = await there.json("ada", { session: ada.welcome.session });
    await again.conn.request({ type: "say", text: "I am here now" });
    bob.conn.events();
    again.conn.events();
  });
  assertEquals(again!.conn.events(), []);
  assertEquals(bob.conn.events(), []);
  assertEquals(ada.conn.events().at(-1)?.reason, "replaced");
  await again!.conn.request({ type: "say", text: "still" });
  assertEquals(bob.conn.events().map(({ text }) => text), ["still"]);
});

Deno.test("a private room without messages is the same when its people come in again", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  await cameIntoDen(here, "ada");
  const den = there.server.rooms.get("den")!;
  const by = here.server.state.members.get("ada")!;
  const change = { by, isOperator: false, room: here.server.rooms.get("den")! } as const;
  here.server.order.propose({ type: "key", hash: "hash of a key", ...change }, null);
  here.server.order.propose({ type: "topic", text: "secrets", ...change }, null);
  await settle();
  assertEquals(den.key?.hash, "hash of a key");
  await bury([here, there]);
  assertEquals(there.server.rooms.get("den"), den);
  assertEquals([den.key?.hash, den.topic?.text], ["hash of a key", "secrets"]);
  assertEquals([...den.members].map(({ name }) => name), ["ada"]);
});

Deno.test("keepers and ranks are kept, and members of a room for the invited are in again", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await guest(here, "ada", { rooms: "#den" });
  const bob = await guest(here, "bob", { rooms: "#den" });
  await guest(here, "eve", { rooms: "#den" });
  await ada.say("MODE #den +i", "MODE #den +o bob", "MODE #den +v eve", "PRIVMSG #den :hello");
  await settle();
  ada.read();
  bob.read();
  await bury([here, there]);
  for (const { server } of [here, there]) {
    const { keeper, members, modes } = server.rooms.get("den")!;
    assertEquals(keeper?.name, "ada");
    assertEquals([...members].map(({ name }) => name).toSorted(), ["ada", "bob", "eve"]);
    assertEquals([...modes.ranks.deputy].map(({ name }) => name), ["bob"]);
    assertEquals([...modes.ranks.voice].map(({ name }) => name), ["eve"]);
  }
  assert(!ada.read().join().includes("closed"));
});

Deno.test("somebody else who keeps the room by then goes on keeping it", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  await cameIntoDen(here, "ada");
  await cameIntoDen(there, "eve");
  const { members } = there.server.state;
  await bury([here, there], async () => {
    const member = members.get("eve")!;
    const room = there.server.rooms.get("den")!;
    there.server.order.propose(
      { type: "keeper", room, member, by: member, isOperator: true },
      null,
    );
    await settle();
  });
  const { keeper, members: inDen } = here.server.rooms.get("den")!;
  assertEquals([keeper?.name, inDen.size], ["eve", 2]);
});

Deno.test("who cannot come back into a room is told why", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await cameIntoDen(here, "ada");
  await cameIntoDen(there, "eve");
  ada.events();
  await bury([here, there], async () => {
    const by = there.server.state.members.get("eve")!;
    const room = there.server.rooms.get("den")!;
    there.server.order.propose({
      type: "ban-name",
      room,
      by,
      isOperator: true,
      name: "ada",
      isOn: true,
    }, null);
    await settle();
  });
  const parted = ada.events().find(({ type }) => type === "parted");
  assertEquals(parted?.room, "den");
  assertStringIncludes(String(parted?.text), "lost touch with the others");
});

Deno.test("nobody listens for the name that a server had", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  const before = here.server.state.members.get("ada")!.owner!;
  assertEquals(here.stream.listenersOf(`to.${before}`), 1);
  await bury([here, there]);
  assertEquals(here.stream.listenersOf(`to.${before}`), 0);
  const bob = await there.json("bob");
  await bob.conn.request({ type: "direct", to: "ada", text: "psst", id: "1" });
  assertEquals(ada.conn.events().at(-1)?.text, "psst");
});
