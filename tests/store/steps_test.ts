/**
 * The clock of lookups.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Pace, STEP_MS, Steps } from "../../src/store/steps.ts";
import { finish, type Lookup } from "../../src/store/room_store.ts";

Deno.test("Steps says when a step has worked enough, and counts no time of others", () => {
  let nowMs = 1_000;
  const steps = new Steps({ now: () => nowMs, budgetMs: 10 });
  assertEquals([steps.isDue, steps.isSpent], [false, false]);
  nowMs += STEP_MS;
  assertEquals([steps.isDue, steps.isSpent], [true, false]);
  const rest = steps.rest();
  assertEquals(rest.next().done, false);
  nowMs += 5_000;
  assertEquals(rest.next().done, true);
  assertEquals([steps.isDue, steps.isSpent], [false, false]);
  nowMs += 10 - STEP_MS;
  assertEquals([steps.isDue, steps.isSpent], [true, true]);
});

Deno.test("finish does all steps and gives what was found", () => {
  let steps = 0;
  function* lookup(): Lookup<string> {
    for (; steps < 5; steps++) yield;
    return "found";
  }
  assertEquals([finish(lookup()), steps], ["found", 5]);
});

Deno.test("Pace begins small, doubles while there is time, and gives way at once", () => {
  const pace = new Pace(16, 1_000, 2);
  const sizes: number[] = [pace.size];
  for (const ms of [0.1, 0, 0.5, 2, 20, 1_000, 2]) {
    pace.took(pace.size, ms);
    sizes.push(pace.size);
  }
  assertEquals(sizes, [16, 32, 64, 128, 128, 16, 16, 16]);
  for (let i = 0; i < 20; i++) pace.took(pace.size, 0);
  assertEquals(pace.size, 1_000);
});
