import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { MemoryStore } from "../../../src/store/memory.ts";
import { type Ban, StoreUnavailable } from "../../../src/store/store.ts";
import { Moderation, nameKey } from "../../../src/server/admission/moderation.ts";
import { Secret } from "../../../src/server/admission/secret.ts";
import { Harness } from "../harness.ts";
import { settle } from "../manual_clock.ts";

/** Keeps bans as a database does, as long as it can be written. */
class BanStore extends MemoryStore {
  readonly rows = new Map<string, Ban>();
  fails = false;
  tries = 0;

  override bans(): Ban[] {
    return [...this.rows.values()];
  }

  override keepBan(ban: Ban): void {
    this.#write();
    this.rows.set(ban.key, ban);
  }

  override dropBan(key: string): void {
    this.#write();
    this.rows.delete(key);
  }

  #write(): void {
    this.tries++;
    if (this.fails) throw new StoreUnavailable("the disk is full");
  }
}

function banOf(shown: string, untilMs: number | null): Ban {
  const key = shown.includes(".") ? `address:${shown}` : nameKey(shown);
  return { key, shown, by: "root", reason: "", atMs: 0, untilMs };
}

Deno.test("A ban that has run out holds no more, also when the store cannot be written", () => {
  const store = new BanStore();
  let nowMs = 0;
  const moderation = new Moderation(store, () => nowMs);
  moderation.ban(banOf("10.0.0.1", 1_000));
  moderation.ban(banOf("eve", 1_000));
  moderation.ban(banOf("mallory", null));
  assertEquals(moderation.ofAddress("10.0.0.1")?.shown, "10.0.0.1");
  assertEquals(moderation.ofName("EVE")?.shown, "eve");
  nowMs = 1_000;
  store.fails = true;
  assertEquals(moderation.ofAddress("10.0.0.1"), undefined);
  assertEquals(moderation.ofName("eve"), undefined);
  assertEquals(moderation.bans().map(({ shown }) => shown), ["mallory"]);
  assertEquals(moderation.lift(nameKey("eve")), false);
  moderation.tick();
  assertEquals(store.rows.size, 3);
  // It is not tried again and again.
  const { tries } = store;
  for (nowMs = 2_000; nowMs < 60_000; nowMs += 1_000) moderation.tick();
  assertEquals(store.tries, tries);
  store.fails = false;
  nowMs = 62_000;
  moderation.tick();
  assertEquals([...store.rows.values()].map(({ shown }) => shown), ["mallory"]);
});

Deno.test("What ran out while the server was down is dropped from the store, a few at a time", () => {
  const store = new BanStore();
  for (let i = 0; i < 25; i++) store.keepBan(banOf(`eve${"x".repeat(i)}`, 5));
  const moderation = new Moderation(store, () => 10);
  for (const left of [15, 5, 0]) {
    moderation.tick();
    assertEquals(store.rows.size, left);
  }
});

Deno.test("A ban that cannot be kept does not hold, one that cannot be lifted still does", () => {
  const store = new BanStore();
  const moderation = new Moderation(store, () => 0);
  moderation.ban(banOf("eve", null));
  store.fails = true;
  assertThrows(() => moderation.ban(banOf("bob", null)), StoreUnavailable);
  assertThrows(() => moderation.lift(nameKey("eve")), StoreUnavailable);
  assertEquals(moderation.ofName("bob"), undefined);
  assertEquals(moderation.ofName("eve")?.shown, "eve");
});

Deno.test("A new ban of the same name is not dropped with the one that had run out", () => {
  const store = new BanStore();
  let nowMs = 0;
  const moderation = new Moderation(store, () => nowMs);
  moderation.ban(banOf("eve", 1_000));
  nowMs = 1_000;
  assertEquals(moderation.ofName("eve"), undefined);
  moderation.ban(banOf("eve", null));
  moderation.tick();
  assertEquals(store.rows.size, 1);
  assertEquals(moderation.ofName("eve")?.untilMs, null);
});

Deno.test("Whoever looks like somebody banned is kept out, until the last such ban is lifted", () => {
  const moderation = new Moderation(new BanStore(), () => 0);
  moderation.ban(banOf("eve0", null));
  moderation.ban(banOf("eveo", null));
  assertEquals(moderation.ofName("EVEO")?.shown, "eveo");
  assert(moderation.lift(nameKey("eveo")));
  assertEquals(moderation.ofName("eveO")?.shown, "eve0");
  assert(moderation.lift(nameKey("eve0")));
  assertEquals(moderation.ofName("eve0"), undefined);
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
  const moderation = new Moderation(new BanStore(), () => 0);
  for (let i = 0; i < 1_000; i++) moderation.ban(new Counted(`eve_${i}`));
  looks = 0;
  for (let i = 0; i < 100; i++) assertEquals(moderation.ofName(`ada${i}`), undefined);
  assertEquals(looks, 0);
  assertEquals(moderation.ofName("EVE_7")?.shown, "eve_7");
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
  assertMatch(early.received().at(-1)!, /kept out/);
  await room.clock.advance(2_000);
  const eve = await room.connect("10.6.6.6");
  await eve.send("eve\n");
  await settle();
  assert(eve.received().some((line) => line.startsWith("Welcome, eve!")));
  root.received();
  await root.send("/bans\n");
  assertEquals(root.received(), ["* Nobody is kept out."]);
});
