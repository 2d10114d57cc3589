/** Who keeps a room is known to those concerned, at whichever server they are. */

import { assertEquals } from "@std/assert";
import { MemoryNats } from "../../order/nats/memory_stream.ts";
import { guest } from "../irc/guest.ts";
import type { MemoryConnection } from "../memory_connection.ts";
import { ClusterHarness } from "./cluster_harness.ts";

/** The keepers that a program is told of. */
function keepers(conn: MemoryConnection): unknown[] {
  return conn.events().filter(({ type }) => type === "joined").map(({ keeper }) => keeper);
}

const ROOMS = { rooms: { den: {} } };

for (const where of ["the same server", "another server"]) {
  Deno.test(`programs at ${where} are told when they keep a room, and when they do so no more`, async () => {
    const nats = new MemoryNats();
    await using here = await ClusterHarness.open(nats);
    await using there = await ClusterHarness.open(nats);
    const other = where === "the same server" ? here : there;
    const { conn: ada } = await here.json("ada", ROOMS);
    const { conn: bob } = await other.json("bob", ROOMS);
    const { conn: eve } = await other.json("eve", ROOMS);
    for (const conn of [ada, bob, eve]) conn.received();
    await ada.request({ type: "command", line: "/keeper bob", room: "den" });
    assertEquals([ada, bob, eve].map(keepers), [["bob"], ["bob"], []]);
    await bob.request({ type: "command", line: "/keeper ada", room: "den" });
    assertEquals([ada, bob, eve].map(keepers), [["ada"], ["ada"], []]);
  });
}

Deno.test("a keeper at another server is told that an operator gave the room away, or took it", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await using there = await ClusterHarness.open(nats);
  const { conn: ada } = await there.json("ada", ROOMS);
  const { conn: op } = await here.json("op", ROOMS);
  const irc = await guest(here, "ircop", { rooms: "#den" });
  for (const client of here.server.clients()) Object.assign(client, { isOperator: true });
  ada.received();
  await op.request({ type: "command", line: "/keeper op", room: "den" });
  assertEquals(keepers(ada), ["op"]);
  await op.request({ type: "command", line: "/keeper ada", room: "den" });
  assertEquals(keepers(ada), ["ada"]);
  await irc.say("MODE #den -o ada");
  assertEquals(keepers(ada), [undefined]);
});
