/** States that cannot be saved now, or cannot be read, and requests that nobody understands. */

import { assert, assertEquals } from "@std/assert";
import { MemoryNats } from "../../order/nats/memory_stream.ts";
import { until } from "../../helpers/wait.ts";
import { advance, ClusterHarness } from "./cluster_harness.ts";

const encoder = new TextEncoder();

Deno.test("a saved state that cannot be read is passed over", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  const ada = await here.json("ada");
  await ada.conn.request({ type: "say", text: "hi" });
  nats.saved.push({ data: encoder.encode("no state"), atMs: Date.now() });
  await using there = await ClusterHarness.open(nats);
  assertEquals(there.server.state.members.all().map(({ name }) => name), ["ada"]);
  assertEquals(there.clusterLog[0]?.event, "saved state passed over");
});

Deno.test("a state that cannot be saved is saved a minute later", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  await here.json("ada");
  nats.isFull = true;
  await advance([here], 5_000);
  // What is saved is packed by a stream, which takes its own time.
  const failed = () => here.clusterLog.some(({ event }) => event === "state not saved");
  await until(failed, "the failure");
  nats.isFull = false;
  await advance([here], 30_000);
  assertEquals(nats.saved, []);
  await advance([here], 40_000);
  await until(() => nats.saved.length === 1, "the state");
});

Deno.test("a state is saved each hour, also while the clock is years behind", async () => {
  const nats = new MemoryNats();
  {
    await using here = await ClusterHarness.open(nats);
    await here.json("ada");
    await advance([here], 1_000);
    await until(() => nats.saved.length === 1, "the first state");
  }
  const { data } = nats.saved[0]!;
  nats.saved[0] = { data, atMs: Date.now() + 10 * 365 * 24 * 60 * 60 * 1000 };
  await using here = await ClusterHarness.open(nats);
  // The server of before is found dead.
  await advance([here], 60_000);
  assertEquals(nats.saved.length, 1);
  await advance([here], 60 * 60 * 1000);
  await until(() => nats.saved.length === 2, "the second state");
});

Deno.test("a request that nobody understands gets no answer, and does no harm", async () => {
  const nats = new MemoryNats();
  await using here = await ClusterHarness.open(nats);
  const { conn } = await here.json("ada");
  const owner = here.server.state.members.get("ada")!.owner!;
  for (const text of ["", "null", "[]", '{"place":"x"}']) {
    here.stream.signal(`to.${owner}`, encoder.encode(text));
  }
  await conn.request({ type: "ping", id: "1" });
  assert(conn.events().some(({ type }) => type === "pong"));
});
