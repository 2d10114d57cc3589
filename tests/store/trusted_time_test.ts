/**
 * The time by which things are removed, with clocks that the test turns.
 *
 * @module
 */

import { assertEquals, assertLess } from "@std/assert";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { SETTLED_MS, TrustedTime } from "../../src/store/trusted_time.ts";
import { before } from "../helpers/lobby.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const YEAR_MS = 365 * DAY_MS;
const START_MS = Date.parse("2026-03-01T12:00:00.000Z");

class Clocks {
  wallMs = START_MS;
  monotonicMs = 5_000;
  readonly jumps: number[] = [];

  time(newestMs: number | undefined): TrustedTime {
    return new TrustedTime({
      newestMs,
      wall: () => this.wallMs,
      now: () => this.monotonicMs,
      onJump: (byMs) => this.jumps.push(byMs),
    });
  }

  /** Lets time pass, with a look each second. */
  pass(ms: number, time: TrustedTime): number {
    let trustedMs = time.now();
    for (let passedMs = 0; passedMs < ms; passedMs += 1_000) {
      this.wallMs += 1_000;
      this.monotonicMs += 1_000;
      trustedMs = time.now();
    }
    return trustedMs;
  }
}

Deno.test("TrustedTime begins with the newest event, runs on, and believes the clock after an hour", () => {
  const clocks = new Clocks();
  const time = clocks.time(START_MS - 3 * DAY_MS);
  assertEquals(time.now(), START_MS - 3 * DAY_MS);
  assertEquals(clocks.pass(10_000, time), START_MS - 3 * DAY_MS + 10_000);
  assertEquals(clocks.pass(SETTLED_MS, time), clocks.wallMs);
  assertEquals(clocks.jumps, []);
});

Deno.test("TrustedTime begins with the clock where there is no event, or one of the future", () => {
  for (const newestMs of [undefined, START_MS + YEAR_MS]) {
    assertEquals(new Clocks().time(newestMs).now(), START_MS);
  }
});

Deno.test("TrustedTime does not follow a jump of the clock, forth or back, that is soon taken back", () => {
  for (const byMs of [YEAR_MS, -YEAR_MS, 8_000 * YEAR_MS]) {
    const clocks = new Clocks();
    const time = clocks.time(START_MS);
    clocks.pass(2 * SETTLED_MS, time);
    const before = time.now();
    clocks.wallMs += byMs;
    const during = clocks.pass(4_000, time);
    assertEquals(during, Math.min(before + 4_000, clocks.wallMs));
    clocks.wallMs -= byMs;
    assertEquals(clocks.pass(4_000, time), before + 8_000);
    assertEquals(clocks.jumps, [byMs, -byMs]);
  }
});

Deno.test("TrustedTime follows a clock that was set, once it has run evenly for an hour", () => {
  const clocks = new Clocks();
  const time = clocks.time(START_MS);
  clocks.wallMs += 30 * DAY_MS;
  assertLess(clocks.pass(SETTLED_MS - 1_000, time), START_MS + DAY_MS);
  assertEquals(clocks.pass(2_000, time), clocks.wallMs);
});

Deno.test("TrustedTime bears a clock that a time server sets a little again and again", () => {
  const clocks = new Clocks();
  const time = clocks.time(START_MS - DAY_MS);
  for (let minute = 0; minute < 61; minute++) {
    clocks.wallMs += minute % 2 === 0 ? 20_000 : -20_000;
    clocks.pass(60_000, time);
  }
  assertEquals([time.now(), clocks.jumps], [clocks.wallMs, []]);
});

Deno.test("--retain 30d removes nothing while the clock is a year ahead for 4 seconds, and what is old afterwards", () => {
  const directory = Deno.makeTempDirSync();
  const removed: unknown[] = [];
  const store = openSqliteStore(`${directory}/room.db`, {
    durability: "process",
    retain: { maxAgeMs: 30 * DAY_MS },
    onRemoved: (what) => removed.push(what),
  });
  try {
    const say = (text: string, atMs: number) =>
      store.append(
        [{ room: 0, draft: { type: "message", from: "ada", text } }],
        new Date(atMs).toISOString(),
      );
    say("old", START_MS - 31 * DAY_MS);
    say("young", START_MS - 2 * DAY_MS);
    say("new", START_MS);
    const clocks = new Clocks();
    const time = clocks.time(START_MS);
    const maintain = () => {
      while (store.maintain(time.now()));
      return before(store.room(0), Infinity, 10).events.length;
    };
    assertEquals(maintain(), 2);
    assertEquals(removed, [{ count: 1, upTo: "2026-01-29T12:00:00.000Z" }]);
    clocks.wallMs += YEAR_MS;
    assertEquals(clocks.pass(4_000, time) < clocks.wallMs, true);
    say("from the future", clocks.wallMs);
    assertEquals(maintain(), 3);
    clocks.wallMs -= YEAR_MS;
    assertEquals(maintain(), 3);
    // Days go by without anybody looking: the computer slept.
    clocks.wallMs += 29 * DAY_MS;
    assertEquals(maintain(), 3);
    clocks.pass(SETTLED_MS + 1_000, time);
    assertEquals(maintain(), 2);
  } finally {
    store.close();
    Deno.removeSync(directory, { recursive: true });
  }
});
