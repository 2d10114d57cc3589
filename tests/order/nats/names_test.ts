/** Servers whose tables of Unicode differ agree on which names are alike. */

import { assertEquals } from "@std/assert";
import { commandOf } from "../../../src/order/nats/commands.ts";
import type { Proposal } from "../../../src/order/proposals.ts";
import { ManualClock } from "../../server/manual_clock.ts";
import { join } from "../stage.ts";
import { MemoryNats } from "./memory_stream.ts";
import { Replica } from "./replica.ts";

const encoder = new TextEncoder();

Deno.test("which names are alike is said by the server that somebody is at, for all", async () => {
  const clock = new ManualClock();
  const nats = new MemoryNats();
  const a = new Replica(nats, { clock });
  await clock.advance(1);
  let n = 0;
  /** As a server would send it that has other tables. */
  async function fromElsewhere(proposal: Proposal): Promise<void> {
    const c = [commandOf(proposal)];
    const text = JSON.stringify({ v: 1, s: "other", n: ++n, at: 0, rooms: 4, c });
    await nats.publish(encoder.encode(text));
    await clock.advance(1);
  }
  const { members } = a.state;
  await fromElsewhere({ ...join("ada"), keys: { fold: "ada", skeleton: "eve" } });
  const ada = members.get("ada")!;
  a.order.propose(join("eve"), null);
  await clock.advance(1);
  assertEquals(members.all().map(({ name }) => name), ["ada"]);
  await fromElsewhere({
    type: "rename",
    member: ada,
    to: "zoe",
    keys: { fold: "zoe", skeleton: "bob" },
  });
  for (const name of ["eve", "bob"]) a.order.propose(join(name), null);
  await clock.advance(1);
  assertEquals(members.all().map(({ name }) => name), ["zoe", "eve"]);
  const saved = JSON.parse(JSON.stringify(a.saved));
  const b = new Replica(nats, { clock, from: { seq: a.stream.seq, saved } });
  await clock.advance(1);
  assertEquals(b.state.members.isFree("bob"), false);
  assertEquals(b.saved, a.saved);
  for (const { order } of [a, b]) order.close();
});
