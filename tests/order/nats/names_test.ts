/** Servers whose tables of Unicode differ agree on which names are alike. */

import { assertEquals } from "@std/assert";
import { commandOf } from "../../../src/order/nats/commands.ts";
import type { Verdict } from "../../../src/order/order.ts";
import type { Proposal } from "../../../src/order/proposals.ts";
import { ManualClock } from "../../server/manual_clock.ts";
import { join, wish } from "../stage.ts";
import { MemoryNats } from "./memory_stream.ts";
import { Replica } from "./replica.ts";

const encoder = new TextEncoder();

/** A server, and another one that has other tables of Unicode. */
class Stage {
  readonly clock = new ManualClock();
  readonly nats = new MemoryNats();
  readonly a = new Replica(this.nats, { clock: this.clock });
  #n = 0;

  async fromElsewhere(proposal: Proposal): Promise<void> {
    const c = [commandOf(proposal)];
    const text = JSON.stringify({ v: 1, s: "other", n: ++this.#n, at: 0, rooms: 4, c });
    await this.nats.publish(encoder.encode(text));
    await this.clock.advance(1);
  }

  async propose(proposal: Proposal): Promise<Verdict> {
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    this.a.order.propose(proposal, { settled: ([verdict]) => resolve(verdict!) });
    await this.clock.advance(1);
    return await promise;
  }

  /** One that begins now, at a saved state. */
  async late(): Promise<Replica> {
    const saved = JSON.parse(JSON.stringify(this.a.saved));
    const from = { seq: this.a.stream.seq, saved };
    const late = new Replica(this.nats, { clock: this.clock, from });
    await this.clock.advance(1);
    return late;
  }
}

Deno.test("which names are alike is said by the server that somebody is at, for all", async () => {
  const stage = new Stage();
  const { a } = stage;
  await stage.clock.advance(1);
  const { members } = a.state;
  await stage.fromElsewhere({ ...join("ada"), keys: { fold: "ada", skeleton: "eve" } });
  const ada = members.get("ada")!;
  await stage.propose(join("eve"));
  assertEquals(members.all().map(({ name }) => name), ["ada"]);
  await stage.fromElsewhere({
    type: "rename",
    member: ada,
    to: "zoe",
    keys: { fold: "zoe", skeleton: "bob" },
  });
  for (const name of ["eve", "bob"]) await stage.propose(join(name));
  assertEquals(members.all().map(({ name }) => name), ["zoe", "eve"]);
  const b = await stage.late();
  assertEquals(b.state.members.isFree("bob"), false);
  assertEquals(b.saved, a.saved);
  for (const { order } of [a, b]) order.close();
});

Deno.test("which names of rooms, bans and mutes are alike is said there, too", async () => {
  const stage = new Stage();
  const { a } = stage;
  await stage.clock.advance(1);
  const { members, rooms } = a.state;
  const made = { name: "den", log: "a".repeat(32), mayMake: true, skeleton: "hut" };
  await stage.fromElsewhere({ ...join("ada"), rooms: [made] });
  const ada = members.get("ada")!;
  const room = rooms.get("den")!;
  const enter = { type: "enter", member: ada, wish: wish("hut") } as const;
  assertEquals(outcome(await stage.propose(enter)), "room_invalid");
  const by = { by: ada, isOperator: false };
  const keys = { fold: "bob", skeleton: "eve" };
  await stage.fromElsewhere({ type: "ban-name", room, ...by, name: "b0b", isOn: true, keys });
  for (const name of ["bob", "eve"]) {
    const verdict = await stage.propose({ ...join(name), rooms: [wish("den")] });
    const entered = verdict.type === "joined" ? verdict.rooms[0]! : verdict;
    assertEquals([name, outcome(entered)], [name, "name_banned"]);
  }
  const ban = { key: "name:dan", shown: "dan", by: "op", reason: "", atMs: 0, untilMs: null };
  await stage.fromElsewhere({ type: "ban", ban: { ...ban, skeleton: "zoe" } });
  assertEquals(outcome(await stage.propose(join("zoe"))), "banned");
  await stage.propose({ type: "mute", member: ada, untilMs: Infinity });
  await stage.fromElsewhere({ type: "unmute", name: "whoever", fold: "ada" });
  assertEquals(ada.mute?.untilMs, -Infinity);
  const b = await stage.late();
  assertEquals(b.saved, a.saved);
  assertEquals(b.state.rooms.lookAlike("hut")?.name, "den");
  assertEquals(b.state.bans.ofName("zoe", 0)?.key, "name:dan");
  assertEquals(b.state.rooms.get("den")!.modes.keepsOut({ fold: "x", skeleton: "eve" }), true);
  for (const { order } of [a, b]) order.close();
});

function outcome(verdict: Verdict): string {
  return verdict.type === "refused" ? verdict.why : verdict.type;
}
