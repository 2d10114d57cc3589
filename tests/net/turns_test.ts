import { assertEquals, assertLess, assertNotEquals } from "@std/assert";
import { ACCEPT, Turns, WORK_MS } from "../../src/net/turns.ts";

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
    /** How many wait for the next turn of the loop. */
    get asked() {
      return soon.length;
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

/** One read, its work, and then nothing for a while. @returns Whether it had to wait. */
function read(loop: ReturnType<typeof manual>, workMs: number, bytes = 64): boolean {
  const wait = loop.turns.next("a", undefined, bytes);
  loop.work(workMs);
  loop.turn();
  loop.work(1);
  return wait !== null;
}

/** How often the loop is asked for the end of a turn in so many small reads. */
function countAsked(reads: number, bytes: number | undefined): number {
  const loop = manual();
  let asked = 0;
  for (let i = 0; i < reads; i++) {
    loop.turns.next("a", undefined, bytes);
    loop.work(0.2);
    asked += loop.asked;
    loop.turn();
    loop.work(1);
  }
  loop.turns.close();
  return asked;
}

Deno.test("in a quiet room the loop is asked for the end of a turn once in 4 KiB", () => {
  assertEquals(countAsked(650, 64), 10);
  assertEquals(countAsked(20, 1024), 4);
});

Deno.test("the end of a turn is always asked for where it is not known how much there is to do", () => {
  assertEquals(countAsked(20, undefined), 20);
  assertEquals(countAsked(20, 64 * 1024), 20);
});

Deno.test("who begins to work much after small turns is measured 4 KiB later", () => {
  const loop = manual();
  read(loop, 0.1);
  let reads = 0;
  // Nothing tells its work from a pause at first.
  while (!read(loop, WORK_MS - 1, 512)) reads++;
  assertLess(reads, 16);
  loop.turns.close();
});

Deno.test("reads that follow on each other after small turns count as one turn", () => {
  const loop = manual();
  read(loop, 0.1);
  let reads = 0;
  while (loop.turns.next("a") === null) {
    loop.work(0.2);
    reads++;
  }
  assertEquals(reads, WORK_MS / 0.2);
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

/** Lets everybody go on who waits, each with so much work; in which order they did. */
async function orderOf(loop: ReturnType<typeof manual>, waits: readonly [string, number][]) {
  const order: string[] = [];
  const all = waits.map(([address, ms]) =>
    loop.turns.next(address)!.then(() => {
      order.push(address);
      loop.work(ms);
    })
  );
  while (order.length < waits.length) {
    if (loop.resting) loop.park();
    for (let i = 0; i < 4; i++) await Promise.resolve();
    loop.turn();
  }
  await Promise.all(all);
  return order;
}

Deno.test("who has worked little goes before two hundred addresses that pour", async () => {
  const loop = manual();
  loop.turns.next("pours0");
  loop.work(WORK_MS);
  const pours = (n: number): [string, number] => [`pours${n % 200}`, 2];
  await orderOf(loop, Array.from({ length: 200 }, (_, n) => pours(n)));
  loop.turns.next("pours0");
  loop.work(WORK_MS);
  const waits = [...Array.from({ length: 400 }, (_, n) => pours(n)), ["ada", 0.1] as const];
  const order = await orderOf(loop, waits as [string, number][]);
  assertEquals(order.indexOf("ada"), 0);
  loop.turns.close();
});

Deno.test("work is forgotten: who has poured and stopped waits no longer than others", async () => {
  const loop = manual();
  for (let i = 0; i < 100; i++) {
    if (loop.turns.next("pours") !== null) loop.park();
    loop.work(2);
    loop.turn();
  }
  loop.work(60_000);
  for (let i = 0; i < 20; i++) {
    loop.turns.next("ada");
    loop.work(1);
    loop.turn();
    loop.work(1_000);
  }
  loop.turns.next("ada");
  loop.work(WORK_MS);
  assertEquals(await orderOf(loop, [["ada", 1], ["pours", 1]]), ["pours", "ada"]);
  loop.turns.close();
});

Deno.test("new connections have every second turn while any wait, and no more", async () => {
  const loop = manual();
  loop.turns.next("a");
  loop.work(WORK_MS);
  const waits: [string, number][] = [["a", 1], ["b", 1], ["c", 1], ["d", 1]];
  for (let i = 0; i < 4; i++) waits.push([ACCEPT, 1]);
  const order = await orderOf(loop, waits);
  assertEquals(order, [ACCEPT, "b", ACCEPT, "a", ACCEPT, "c", ACCEPT, "d"]);
  loop.turns.close();
});

Deno.test("a storm of new connections is one address among the others", async () => {
  const loop = manual();
  loop.turns.next("a");
  loop.work(WORK_MS);
  const storm: [string, number][] = Array.from({ length: 40 }, () => [ACCEPT, 1]);
  await orderOf(loop, [...storm, ["a", 1]]);
  loop.turns.next("a");
  loop.work(WORK_MS);
  const waits: [string, number][] = [...storm, ["ada", 1], ["bob", 1], ["eve", 1]];
  const order = await orderOf(loop, waits);
  assertLess(order.indexOf("eve"), 8);
  loop.turns.close();
});
