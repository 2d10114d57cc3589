import { assert, assertEquals, assertMatch } from "@std/assert";
import type { LogEvent } from "../../../src/protocol/messages.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import { type Ban, type Entry, type Note, StoreUnavailable } from "../../../src/store/store.ts";
import { Bans, nameKey } from "../../../src/order/bans.ts";
import { LocalOrder } from "../../../src/order/local.ts";
import { Moderation } from "../../../src/server/admission/moderation.ts";
import { Secret } from "../../../src/server/admission/secret.ts";
import { stage } from "../../order/stage.ts";
import { Harness } from "../harness.ts";
import { settle } from "../manual_clock.ts";

/** Keeps bans as a database does, as long as they can be written. */
class BanStore extends MemoryStore {
  readonly rows = new Map<string, Ban>();
  fails = false;
  tries = 0;

  override bans(): Ban[] {
    return [...this.rows.values()];
  }

  override append(entries: readonly Entry[], at: string, notes: readonly Note[] = []): LogEvent[] {
    if (notes.length > 0) this.tries++;
    if (this.fails && notes.length > 0) throw new StoreUnavailable("the disk is full");
    for (const note of notes) {
      if (note.type === "ban") this.rows.set(note.ban.key, note.ban);
      if (note.type === "unban") this.rows.delete(note.key);
    }
    return super.append(entries, at);
  }
}

/** Moderation on an order, without a server. */
class Court {
  nowMs = 0;
  readonly store: BanStore;
  readonly order: LocalOrder;
  readonly moderation: Moderation;

  constructor(store = new BanStore()) {
    const parts = stage(store);
    const nowMs = () => this.nowMs;
    this.store = store;
    this.order = new LocalOrder({ ...parts, nowMs });
    this.moderation = new Moderation({ bans: parts.state.bans, order: this.order, nowMs });
  }

  ban(ban: Ban): boolean {
    return this.#propose({ type: "ban", ban });
  }

  lift(key: string): boolean {
    return this.#propose({ type: "unban", keys: [key] });
  }

  tick(): void {
    this.moderation.tick();
    this.order.flush();
  }

  #propose(proposal: Parameters<LocalOrder["propose"]>[0]): boolean {
    let done = false;
    this.order.propose(proposal, {
      settled: ([verdict]) => void (done = verdict?.type === "done"),
    });
    this.order.flush();
    return done;
  }
}

function banOf(shown: string, untilMs: number | null): Ban {
  const key = shown.includes(".") ? `address:${shown}` : nameKey(shown);
  return { key, shown, by: "root", reason: "", atMs: 0, untilMs };
}

Deno.test("A ban that has run out holds no more, also when the store cannot be written", () => {
  const court = new Court();
  const { store, moderation } = court;
  court.ban(banOf("10.0.0.1", 1_000));
  court.ban(banOf("eve", 1_000));
  court.ban(banOf("mallory", null));
  assertEquals(moderation.ofAddress("10.0.0.1")?.shown, "10.0.0.1");
  assertEquals(moderation.ofName("EVE")?.shown, "eve");
  court.nowMs = 1_000;
  store.fails = true;
  assertEquals(moderation.ofAddress("10.0.0.1"), undefined);
  assertEquals(moderation.ofName("eve"), undefined);
  assertEquals(moderation.bans().map(({ shown }) => shown), ["mallory"]);
  assertEquals(court.lift(nameKey("eve")), false);
  court.tick();
  assertEquals(store.rows.size, 3);
  // It is not tried again and again.
  const { tries } = store;
  for (court.nowMs = 2_000; court.nowMs < 60_000; court.nowMs += 1_000) court.tick();
  assertEquals(store.tries, tries);
  store.fails = false;
  court.nowMs = 62_000;
  court.tick();
  assertEquals([...store.rows.values()].map(({ shown }) => shown), ["mallory"]);
});

Deno.test("What ran out while the server was down is dropped from the store, a few at a time", () => {
  const store = new BanStore();
  for (let i = 0; i < 25; i++) {
    const ban = banOf(`eve${"x".repeat(i)}`, 5);
    store.rows.set(ban.key, ban);
  }
  const court = new Court(store);
  court.nowMs = 10;
  for (const left of [15, 5, 0]) {
    court.tick();
    assertEquals(store.rows.size, left);
  }
});

Deno.test("A ban that cannot be kept does not hold, one that cannot be lifted still does", () => {
  const court = new Court();
  court.ban(banOf("eve", null));
  court.store.fails = true;
  assertEquals([court.ban(banOf("bob", null)), court.lift(nameKey("eve"))], [false, false]);
  assertEquals(court.moderation.ofName("bob"), undefined);
  assertEquals(court.moderation.ofName("eve")?.shown, "eve");
});

Deno.test("A new ban of the same name is not dropped with the one that had run out", () => {
  const court = new Court();
  court.ban(banOf("eve", 1_000));
  court.nowMs = 1_000;
  assertEquals(court.moderation.ofName("eve"), undefined);
  court.moderation.tick();
  court.ban(banOf("eve", null));
  court.tick();
  assertEquals(court.store.rows.size, 1);
  assertEquals(court.moderation.ofName("eve")?.untilMs, null);
});

Deno.test("Whoever looks like somebody banned is banned, until the last such ban is lifted", () => {
  const court = new Court();
  court.ban(banOf("eve0", null));
  court.ban(banOf("eveo", null));
  assertEquals(court.moderation.ofName("EVEO")?.shown, "eveo");
  assert(court.lift(nameKey("eveo")));
  assertEquals(court.moderation.ofName("eveO")?.shown, "eve0");
  assert(court.lift(nameKey("eve0")));
  assertEquals(court.moderation.ofName("eve0"), undefined);
});

Deno.test("A name is compared with 1,000 bans without a look at each of them", () => {
  let looks = 0;
  class Counted implements Ban {
    readonly by = "root";
    readonly reason = "";
    readonly atMs = 0;
    readonly key: string;
    constructor(readonly shown: string) {
      this.key = nameKey(shown);
    }
    get untilMs(): number {
      looks++;
      return 1e15;
    }
  }
  const bans = new Bans([]);
  for (let i = 0; i < 1_000; i++) {
    const ban = new Counted(`eve_${i}`);
    bans.set(ban.key, ban);
  }
  looks = 0;
  for (let i = 0; i < 100; i++) assertEquals(bans.ofName(`ada${i}`, 0), undefined);
  assertEquals(looks, 0);
  assertEquals(bans.ofName("EVE_7", 0)?.shown, "eve_7");
});

Deno.test("Who asks for a place while a ban is on its way is not let in", () => {
  const parts = stage(new BanStore());
  const order = new LocalOrder(parts);
  const verdicts: string[] = [];
  const join = (name: string, address: string) =>
    order.propose({ type: "join", name, session: null, address, rooms: [] }, {
      settled: ([verdict]) => {
        verdicts.push(verdict?.type === "refused" ? verdict.why : `${verdict?.type} ${name}`);
        if (verdict?.type !== "joined") return;
        order.propose({ type: "rename", member: verdict.member, to: "EVE" }, {
          settled: ([verdict]) =>
            void verdicts.push(verdict?.type === "refused" ? verdict.why : "renamed"),
        });
      },
    });
  for (const shown of ["eve", "10.0.0.1"]) {
    order.propose({ type: "ban", ban: banOf(shown, null) }, null);
  }
  join("eve", "10.0.0.2");
  join("ada", "10.0.0.1");
  join("bob", "10.0.0.2");
  order.flush();
  order.flush();
  assertEquals(verdicts, ["banned", "banned", "joined bob", "banned"]);
});

Deno.test("Who was banned comes in when that is over, whatever has become of the store", async () => {
  const store = new BanStore();
  await using room = new Harness({ store, operatorPassword: new Secret("boss") });
  const root = await room.plain("root");
  await root.send("/op\nboss\n");
  await root.send("/ban 10.6.6.6 30s\n/ban eve 30s\n");
  store.fails = true;
  await room.clock.advance(29_000);
  await root.send("still here\n");
  const early = await room.greeted("10.6.6.6");
  assertMatch(early.received().at(-1)!, /banned/);
  await room.clock.advance(2_000);
  const eve = await room.connect("10.6.6.6");
  await eve.send("eve\n");
  await settle();
  assert(eve.received().some((line) => line.startsWith("Welcome, eve!")));
  root.received();
  await root.send("/bans\n");
  assertEquals(root.received(), ["* Nobody is banned."]);
});
