import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import type { Logger } from "../../src/server/logger.ts";
import { logSlowTurns, LOOK_MS, SLOW_TURN_MS, Watchdog } from "../../src/server/watchdog.ts";

/** A clock and a timer that only move when they are told to. */
class Loop {
  now = 1_000;
  stopped = false;
  #call: () => void = () => {};

  readonly every = (_ms: number, call: () => void): () => void => {
    this.#call = call;
    return () => this.stopped = true;
  };

  /** One turn that takes so long, behind which the timer is served. */
  turn(ms: number): void {
    this.now += Math.max(ms, LOOK_MS);
    this.#call();
  }
}

function watched(thresholdMs: number): { loop: Loop; dog: Watchdog; turns: number[] } {
  const loop = new Loop();
  const turns: number[] = [];
  const dog = new Watchdog({
    onTurn: (ms) => turns.push(ms),
    thresholdMs,
    now: () => loop.now,
    every: loop.every,
  });
  return { loop, dog, turns };
}

Deno.test("A watchdog tells turns of its threshold and more, and how long they were", () => {
  const { loop, dog, turns } = watched(100);
  for (const ms of [0, 50, 109, 110, 3, 2_510]) loop.turn(ms);
  assertEquals(turns, [100, 2_500]);
  assertEquals(dog.longestMs, 2_500);
});

Deno.test("A watchdog remembers the longest turn, also one that it does not tell", () => {
  const { loop, dog, turns } = watched(1_000);
  loop.turn(70);
  loop.turn(40);
  assertEquals(turns, []);
  assertEquals(dog.longestMs, 60);
});

Deno.test("A watchdog that is disposed of stops its timer", () => {
  const { loop, dog } = watched(100);
  assertEquals(loop.stopped, false);
  dog[Symbol.dispose]();
  assertEquals(loop.stopped, true);
});

Deno.test("A real turn that holds the loop is logged as a warning", async () => {
  const lines: [string, Record<string, unknown>][] = [];
  const ignore = () => {};
  const logger: Logger = {
    debug: ignore,
    info: ignore,
    warn: (event, fields = {}) => lines.push([event, fields]),
    error: ignore,
  };
  using _dog = logSlowTurns(logger);
  const until = performance.now() + SLOW_TURN_MS + 10 * LOOK_MS;
  while (performance.now() < until);
  while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  const [event, fields] = lines[0]!;
  assertEquals(event, "slow turn");
  assertGreaterOrEqual(Number(fields["ms"]), SLOW_TURN_MS);
});
