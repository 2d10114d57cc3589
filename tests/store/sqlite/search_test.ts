/**
 * Searches over more messages than are looked through one by one, and the bound on their time.
 *
 * @module
 */

import { search } from "../../helpers/lobby.ts";
import { finish } from "../../../src/store/room_store.ts";
import { assertEquals } from "@std/assert";
import { openDatabase } from "../../../src/store/sqlite/schema.ts";
import { SqliteStore } from "../../../src/store/sqlite/store.ts";
import { MaintenanceSchedule } from "../../../src/store/sqlite/maintenance.ts";

const AT = "2026-03-01T12:00:00.000Z";
const COUNT = 40_000;

/** A room of many messages, of which a few old ones are rare. */
function inLargeRoom(
  options: { readonly isIndexed: boolean; readonly now?: () => number },
  test: (find: (query: string) => readonly [number[], boolean]) => void,
): void {
  const directory = Deno.makeTempDirSync();
  const database = openDatabase(`${directory}/room.db`, "process");
  const store = new SqliteStore(database, options.now === undefined ? {} : { now: options.now });
  try {
    const rare = new Map([[10, "in 京都"], [20, "京都に行く"], [30, "zebra xylo"], [40, "a qj b"]]);
    const entries = [];
    for (let i = 1; i <= COUNT; i++) {
      const text = rare.get(i) ?? `the line of number ${i} ${i % 2 === 0 ? "even" : "odd"}`;
      entries.push({ room: 0, draft: { type: "message", from: "ada", text } } as const);
    }
    store.append(entries, AT);
    if (options.isIndexed) { while (store.maintain(Date.parse(AT), 4096)); }
    test((query) => {
      const { events, more } = finish(search(store, query, 3, options));
      return [events.map((event) => event.seq), more];
    });
  } finally {
    store.close();
    Deno.removeSync(directory, { recursive: true });
  }
}

for (const isIndexed of [true, false]) {
  Deno.test(`SqliteStore finds old and new among many (${isIndexed ? "indexed" : "not yet indexed"})`, () =>
    inLargeRoom({ isIndexed, now: () => 0 }, (found) => {
      assertEquals(found("京都"), [[20, 10], false]);
      assertEquals(found("都"), [[20, 10], false]);
      assertEquals(found("京都に"), [[20], false]);
      assertEquals(found("qj"), [[40], false]);
      assertEquals(found("qj b"), [[40], false]);
      assertEquals(found("ZEBRA"), [[30], false]);
      assertEquals(found("xylo zebra"), [[30], false]);
      assertEquals(found("zebra line"), [[], false]);
      assertEquals(found("大阪"), [[], false]);
      assertEquals(found("line"), [[40000, 39999, 39998], true]);
      assertEquals(found("e"), [[40000, 39999, 39998], true]);
      assertEquals(found("odd 77"), [[39977, 39877, 39779], true]);
      // All its trigrams are in the texts, the word is not.
      assertEquals(found("even odd"), [[], false]);
      assertEquals(found("number 40000 ev"), [[40000], false]);
      assertEquals(found("er 12345"), [[12345], false]);
    }));
}

Deno.test("SqliteStore stops a search that takes too long, and says that there may be more", () => {
  let nowMs = 0;
  const now = (): number => nowMs += 20;
  inLargeRoom({ isIndexed: false, now }, (found) => {
    assertEquals(found("zebra"), [[], true]);
    // What is found in time is given.
    assertEquals(found("number 39999"), [[39999], true]);
  });
});

Deno.test("MaintenanceSchedule goes on until nothing is left, and tells of trouble once", async () => {
  const outcomes = [true, new Error("full"), new Error("full"), true, new Error("again"), false];
  const told: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  // Its own timer does not keep the test alive.
  const alive = setTimeout(() => {}, 10_000);
  const maintain = (): boolean => {
    const outcome = outcomes.shift();
    if (outcome instanceof Error) throw outcome;
    if (outcomes.length === 0) resolve();
    return outcome ?? false;
  };
  {
    using _maintenance = new MaintenanceSchedule({ maintain }, {
      onError: (error) => told.push(error),
      idleMs: 1,
    });
    await promise;
  }
  clearTimeout(alive);
  assertEquals(told.map((error) => (error as Error).message), ["full", "again"]);
});
