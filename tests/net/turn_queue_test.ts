import { assertEquals, assertLess, assertNotEquals } from "@std/assert";
import { ReadLoad, TurnQueue } from "../../src/net/turn_queue.ts";
import { Turns, WORK_MS } from "../../src/net/turns.ts";

/** A queue, and who has had a turn. */
function queued() {
  const queue = new TurnQueue();
  const order: string[] = [];
  return {
    push(name: string, load: number, isNew = false): void {
      queue.push({ load, isNew, go: () => order.push(name) });
    },
    take(most = Infinity): string[] {
      while (queue.size > 0 && order.length < most) queue.take()();
      return order;
    },
  };
}

Deno.test("of one address, who says little has half of the turns, and who is new or has waited longest the rest", () => {
  const queue = queued();
  for (const name of ["a", "b", "c"]) queue.push(name, 100_000);
  for (const name of ["m", "n"]) queue.push(name, 2_000, true);
  for (const name of ["x", "y"]) queue.push(name, 3_000);
  assertEquals(queue.take(), ["x", "m", "y", "a", "n", "b", "c"]);
});

Deno.test("who types waits neither for hundreds that pour nor for hundreds that come and go", () => {
  const queue = queued();
  for (let i = 0; i < 500; i++) queue.push("pours", 66_560);
  for (let i = 0; i < 500; i++) queue.push("comes", 1_100, true);
  queue.push("types", 2_000);
  queue.push("types", 1_500);
  assertEquals(queue.take(4).filter((name) => name === "types").length, 2);
});

Deno.test("who comes in does not wait for hundreds who pour, and those do not wait for ever", () => {
  const queue = queued();
  queue.push("first", 1_000_000);
  for (let i = 0; i < 500; i++) queue.push("pours", 66_560);
  for (let i = 0; i < 500; i++) queue.push("comes and pours", 2_176, true);
  queue.push("comes", 1_100, true);
  const order = queue.take(4);
  assertEquals(order.includes("comes"), true);
  assertEquals(order.includes("first"), true);
});

Deno.test("ReadLoad counts turns and bytes, and is new for a few turns", () => {
  const load = new ReadLoad();
  assertEquals(load.add(1_000, 0), 1_128);
  assertEquals(load.isNew, true);
  for (let i = 0; i < 9; i++) load.add(0, 0);
  assertEquals(load.isNew, false);
  assertLess(load.add(0, 20), 129);
});

Deno.test("Turns.next() prefers, within an address, the connection of which little was read", async () => {
  const soon: (() => void)[] = [];
  let timer = () => {};
  let nowMs = 0;
  const turns = new Turns({
    now: () => nowMs,
    soon: (call) => soon.push(call),
    after(_ms, call) {
      timer = call;
      return () => {};
    },
  });
  const typing = new ReadLoad();
  for (let i = 0; i < 5; i++) assertEquals(turns.next("a", typing, 30), null);
  nowMs += WORK_MS;
  const order: string[] = [];
  for (let i = 0; i < 50; i++) {
    const wait = turns.next("a", new ReadLoad(), 65_536);
    assertNotEquals(wait, null);
    wait!.then(() => order.push("pours"));
  }
  turns.next("a", typing, 30)!.then(() => order.push("types"));
  for (const call of soon.splice(0)) call();
  nowMs += 1;
  timer();
  await Promise.resolve();
  await Promise.resolve();
  assertEquals(order[0], "types");
  turns.close();
});
