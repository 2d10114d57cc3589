/**
 * Many pieces of work, some at a time.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { inLanes } from "../../bench/idle/lanes.ts";

Deno.test("inLanes does each piece once, and never more at a time than there are lanes", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await inLanes(10, 3, async (index) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    done.push(index);
    running--;
  });
  assertEquals(done.toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assertEquals(most, 3);
});

Deno.test("inLanes does nothing when there is nothing to do", async () => {
  await inLanes(0, 5, () => Promise.reject(new Error("must not be called")));
});

Deno.test("inLanes begins no other piece when one has failed", async () => {
  const begun: number[] = [];
  async function work(index: number): Promise<void> {
    begun.push(index);
    await Promise.resolve();
    if (index === 1) throw new Error("no");
  }
  await assertRejects(() => inLanes(100, 2, work), Error, "no");
  assertEquals(begun.length < 5, true);
});
