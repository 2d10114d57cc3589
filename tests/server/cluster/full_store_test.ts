/** One of several servers whose database takes nothing for a while. */

import { assert, assertEquals } from "@std/assert";
import type { LogEvent } from "../../../src/protocol/messages.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import { LOBBY_ID, type Store, StoreUnavailable } from "../../../src/store/store.ts";
import { finish } from "../../../src/store/room_store.ts";
import { MemoryNats } from "../../order/nats/memory_stream.ts";
import { settle } from "../manual_clock.ts";
import { advance, ClusterHarness } from "./cluster_harness.ts";

/** A store whose disk is full when the test says so. */
class FullStore extends MemoryStore {
  isFull = false;

  override append(...parameters: Parameters<Store["append"]>): LogEvent[] {
    if (this.isFull) throw new StoreUnavailable("the disk is full");
    return super.append(...parameters);
  }
}

function textsIn(store: Store): (string | undefined)[] {
  const { events } = finish(store.room(LOBBY_ID).pageAfter(0, 100_000));
  return events.filter(({ type }) => type === "message").map((event) => (
    event.type === "message" ? event.text.slice(0, 8) : ""
  ));
}

Deno.test("while its database fails a server keeps a bounded part of what is said, and then all", async () => {
  const nats = new MemoryNats();
  const store = new FullStore({ lobbyLog: nats.id });
  await using here = await ClusterHarness.open(nats, { store });
  const otherStore = new MemoryStore({ lobbyLog: nats.id });
  await using there = await ClusterHarness.open(nats, { store: otherStore });
  const ada = await here.json("ada");
  await there.json("bob");
  ada.conn.events();
  store.isFull = true;
  const { order, rooms, state } = there.server;
  const member = state.members.get("bob")!;
  for (let n = 0; n < 3_000; n++) {
    const text = `${n}`.padStart(8) + "x".repeat(3_000);
    order.propose({ type: "say", member, room: rooms.lobby, text }, null);
  }
  for (let turn = 0; turn < 100 && order.pending > 0; turn++) await settle();
  assertEquals([order.pending, here.stream.isHeld], [0, true]);
  assert(here.stream.behind > 0);
  await advance([here, there], 4_000);
  const logged = here.clusterLog.map(({ event }) => event);
  assertEquals(logged.filter((event) => event === "stream on hold").length, 1);
  // Nobody speaks here, and yet people are told that something is missing.
  assertEquals(ada.conn.events().map(({ type }) => type), ["notice"]);
  store.isFull = false;
  await advance([here, there], 2_000);
  for (let turn = 0; turn < 20; turn++) await settle();
  assertEquals([here.stream.isHeld, here.stream.behind], [false, 0]);
  assertEquals(textsIn(store), textsIn(otherStore));
  assertEquals(textsIn(store).length, 3_000);
});
