import { assertEquals, assertNotEquals } from "@std/assert";
import { Turns, WORK_MS } from "../../src/net/turns.ts";

/** Turns on a clock of the test's, and what they wait for. */
function manual() {
  let nowMs = 0;
  const soon: (() => void)[] = [];
  let timer: (() => void) | undefined;
  const turns = new Turns({
    now: () => nowMs,
    soon: (call) => soon.push(call),
    after(_ms, call) {
      timer = call;
      return () => timer = undefined;
    },
  });
  return {
    turns,
    work: (ms: number) => nowMs += ms,
    /** The next turn of the loop. */
    turn() {
      for (const call of soon.splice(0)) call();
    },
    /** The loop has parked. */
    park() {
      nowMs += 1;
      const call = timer;
      timer = undefined;
      call?.();
    },
    get resting() {
      return timer !== undefined;
    },
  };
}

Deno.test("Turns.next() lets everybody go on until there was 8 ms of work", () => {
  const { turns, work } = manual();
  for (let ms = 0; ms < WORK_MS; ms++) {
    assertEquals(turns.next("a"), null);
    work(1);
  }
  assertNotEquals(turns.next("a"), null);
  turns.close();
});

Deno.test("Turns.next() sets its timer after the work, and nobody works before it", async () => {
  const loop = manual();
  loop.turns.next("a");
  loop.work(WORK_MS);
  let isMyTurn = false;
  const wait = loop.turns.next("b")!.then(() => isMyTurn = true);
  assertEquals(loop.resting, true);
  loop.turn();
  await Promise.resolve();
  assertEquals(isMyTurn, false);
  loop.park();
  await wait;
  assertEquals(isMyTurn, true);
  loop.turns.close();
});

Deno.test("Turns.next() never makes wait who works little and rests as long", () => {
  const loop = manual();
  for (let i = 0; i < 1_000; i++) {
    assertEquals(loop.turns.next("a"), null);
    loop.work(0.2);
    loop.turn();
    loop.work(1);
  }
  loop.turns.close();
});

Deno.test("Addresses that wait take turns, however much one of them asks for", async () => {
  const loop = manual();
  loop.turns.next("a");
  loop.work(WORK_MS);
  const order: string[] = [];
  const waits = ["flood", "flood", "flood", "quiet"].map((address) =>
    loop.turns.next(address)!.then(() => order.push(address))
  );
  loop.turn();
  for (let i = 0; i < 4; i++) {
    if (loop.resting) loop.park();
    await Promise.resolve();
    await Promise.resolve();
    loop.turn();
  }
  await Promise.all(waits);
  assertEquals(order, ["flood", "quiet", "flood", "flood"]);
  loop.turns.close();
});

Deno.test("Turns.close() lets everybody go on", async () => {
  const loop = manual();
  loop.turns.next("a");
  loop.work(WORK_MS);
  const wait = loop.turns.next("b");
  loop.turns.close();
  await wait;
  assertEquals(loop.turns.next("c"), null);
  assertEquals(loop.resting, false);
});
