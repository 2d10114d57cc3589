/** A server that begins at a saved state goes on like those that were there before. */

import { assertEquals } from "@std/assert";
import { RULES } from "../../../src/order/state.ts";
import { ManualClock } from "../../server/manual_clock.ts";
import { join, wish } from "../stage.ts";
import { MemoryNats } from "./memory_stream.ts";
import { Replica } from "./replica.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A replica, and one that begins at what it has now. */
function second(nats: MemoryNats, clock: ManualClock, first: Replica): Replica {
  const saved = JSON.parse(JSON.stringify(first.saved));
  return new Replica(nats, { clock, from: { seq: first.stream.seq, saved } });
}

Deno.test("a session is over at the same batch for all, whenever each of them looked last", async () => {
  const clock = new ManualClock();
  const nats = new MemoryNats({ nowMs: () => clock.date().getTime() });
  const a = new Replica(nats, { clock });
  const { order, state } = a;
  const hash = "ab".repeat(32);
  async function comes(name: string, session: string | null): Promise<void> {
    order.propose({ ...join(name, session), rooms: [wish("lobby")] }, null);
    await clock.advance(1);
  }
  function says(): void {
    const member = state.members.get("ada")!;
    order.propose({ type: "say", member, room: state.rooms.lobby, text: "hi", id: "1" }, null);
  }
  await clock.advance(1);
  await comes("ada", hash);
  says();
  order.propose({ type: "leave", member: state.members.get("ada")!, reason: "quit" }, null);
  await clock.advance(0);
  await clock.advance(DAY_MS - 1_000);
  await comes("bob", null);
  await clock.advance(600);
  // A has just looked which sessions are over.
  await comes("eve", null);
  const b = second(nats, clock, a);
  await clock.advance(700);
  await comes("dan", null);
  assertEquals(b.saved, a.saved);
  await comes("ada", hash);
  says();
  await clock.advance(1);
  assertEquals(b.saved, a.saved);
  for (const { order } of [a, b]) order.close();
});

Deno.test("what somebody says of itself is saved, and only where it says anything", async () => {
  const clock = new ManualClock();
  const nats = new MemoryNats();
  const a = new Replica(nats, { clock });
  const { order, state } = a;
  order.propose({ type: "rules", version: RULES }, null);
  await clock.advance(1);
  order.propose({ ...join("ada"), says: { user: "a", realname: "Ada L." } }, null);
  order.propose(join("bob"), null);
  await clock.advance(1);
  const ada = state.members.get("ada")!;
  order.propose({ type: "describe", member: ada, says: { away: "tea", isBot: true } }, null);
  await clock.advance(1);
  const profile = { user: "a", realname: "Ada L.", isBot: true, away: "tea" };
  assertEquals(ada.profile, profile);
  const b = second(nats, clock, a);
  assertEquals(b.state.members.get("ada")!.profile, profile);
  assertEquals(b.state.members.get("bob")!.profile, null);
  for (const { order } of [a, b]) order.close();
});

Deno.test("a mute holds for who is here, however many there are", async () => {
  const clock = new ManualClock();
  const nats = new MemoryNats();
  const a = new Replica(nats, { clock });
  const { order, state } = a;
  await clock.advance(1);
  order.propose(join("ada"), null);
  await clock.advance(1);
  order.propose({ type: "mute", member: state.members.get("ada")!, untilMs: Infinity }, null);
  await clock.advance(1);
  for (let n = 0; n < 10_000; n++) state.mutes.restore({ key: `k${n}`, fold: "z", untilMs: 1 });
  order.propose(join("bob"), null);
  await clock.advance(1);
  assertEquals(state.mutes.size, 10_000);
  const b = second(nats, clock, a);
  assertEquals(b.state.members.get("ada")!.mute?.untilMs, Infinity);
  for (const { order } of [a, b]) order.close();
});
