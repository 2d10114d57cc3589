import { assertEquals } from "@std/assert";
import { limitWelcome } from "../../../src/client/core/attempt.ts";
import { ManualTimers } from "./manual_timers.ts";

/** After how many seconds a connection is given up on which so many bytes a second arrive. */
function givenUpAfter(bytesAt: (second: number) => number, welcomedAt = Infinity): number {
  const timers = new ManualTimers();
  const connection = { received: 0, giveUp: () => ended = timers.now() / 1_000 };
  let ended = Infinity;
  limitWelcome(connection, {
    timers,
    waitMs: 5_000,
    isOver: () => timers.now() >= welcomedAt * 1_000,
  });
  for (let second = 1; second <= 300 && ended === Infinity; second++) {
    connection.received += bytesAt(second);
    timers.advance(1_000);
  }
  return ended;
}

Deno.test("A server that says nothing, or no more, is given up after the welcome's time", () => {
  assertEquals(givenUpAfter(() => 0), 5);
  assertEquals(givenUpAfter((second) => second === 1 ? 30 : 0), 5);
});

Deno.test("A welcome that arrives over a slow link is waited for, up to a minute", () => {
  assertEquals(givenUpAfter(() => 4_096, 15), Infinity);
  assertEquals(givenUpAfter(() => 1_024, 59), Infinity);
  assertEquals(givenUpAfter((second) => second <= 15 ? 4_096 : 0), 21);
  assertEquals(givenUpAfter(() => 1), 60);
});

Deno.test("What pours instead of a welcome has no more time than silence", () => {
  assertEquals(givenUpAfter(() => 1024 * 1024), 5);
});

Deno.test("A server that lets many in one after the other is waited for: it sends a pong every 3 s", () => {
  const pong = 16;
  for (const late of [0, 1, 2]) {
    const isPong = (second: number) => second % 3 === late;
    assertEquals(givenUpAfter((second) => isPong(second) ? pong : 0, 55), Infinity);
  }
});
