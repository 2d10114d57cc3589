/** The judge of the kill test must see what is wrong. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Ledger, View } from "./ledger.ts";
import { MAX_SEED, Random } from "../random.ts";
import { judge, type Plan, type Said, sumOf } from "./verdict.ts";
import type { LogEvent } from "../../../src/protocol/messages.ts";

const AT = "2026-03-01T12:00:00.000Z";

function message(seq: number, from: string, text: string): LogEvent {
  return { type: "message", seq, at: AT, from, text, id: `${from}.${text}` };
}

function plan(said: Readonly<Record<string, readonly string[]>>): Plan {
  return new Map(
    Object.entries(said).map(([name, texts]): [string, Said[]] => [
      name,
      texts.map((text) => ({ text, id: `${name}.${text}`, acknowledged: true })),
    ]),
  );
}

/** The figures that are not 0. */
function wrong(events: readonly LogEvent[], said: Plan): Record<string, number> {
  return Object.fromEntries(Object.entries(judge(events, said)).filter(([, count]) => count > 0));
}

Deno.test("A whole log has no faults, whoever speaks between", () => {
  const events = [message(1, "a", "1"), message(2, "b", "1"), message(3, "a", "2")];
  assertEquals(wrong(events, plan({ a: ["1", "2"], b: ["1"] })), {});
});

Deno.test("A message that is missing is lost when it was acknowledged", () => {
  const said = plan({ a: ["1", "2"] });
  assertEquals(wrong([message(1, "a", "2")], said), { lost: 1 });
  const unsure = new Map([["a", [{ text: "1", acknowledged: false }]]]);
  assertEquals(wrong([], unsure), { unacknowledged: 1 });
});

Deno.test("A message that is there again is doubled", () => {
  const events = [message(1, "a", "1"), message(2, "a", "2"), message(3, "a", "1")];
  assertEquals(wrong(events, plan({ a: ["1", "2"] })), { doubled: 1 });
});

Deno.test("A message behind a later one of its sender is out of order", () => {
  const events = [message(1, "a", "2"), message(2, "b", "1"), message(3, "a", "1")];
  assertEquals(wrong(events, plan({ a: ["1", "2"], b: ["1"] })), { outOfOrder: 1 });
});

Deno.test("What nobody said, or said under another id, is strange", () => {
  const other: LogEvent = { type: "message", seq: 2, at: AT, from: "a", text: "1", id: "x" };
  const events = [message(1, "a", "9"), other];
  assertEquals(wrong(events, plan({ a: ["1"] })), { lost: 1, strange: 2 });
});

Deno.test("A number that is left out, and a coming and going that should not be seen, count", () => {
  const events: LogEvent[] = [
    { type: "join", seq: 1, at: AT, name: "a" },
    { type: "leave", seq: 3, at: AT, name: "a", reason: "lost" },
    { type: "join", seq: 4, at: AT, name: "a" },
    { type: "leave", seq: 5, at: AT, name: "a", reason: "quit" },
  ];
  assertEquals(wrong(events, new Map()), { gaps: 1, disturbances: 2 });
});

Deno.test("What stands in the log of another room is lost here and strange there", () => {
  const verdicts = [
    judge([message(1, "a", "1")], plan({ a: ["1", "2"] })),
    judge([message(1, "a", "2")], plan({ a: [] })),
  ];
  const { lost, strange, doubled } = sumOf(verdicts);
  assertEquals([lost, strange, doubled], [1, 1, 0]);
});

Deno.test("A view notices what is missing, repeated, and not what others saw", () => {
  const ledger = new Ledger();
  const right = new View(ledger);
  for (let seq = 1; seq <= 5; seq++) right.take(message(seq, "a", `${seq}`));
  assertEquals([right.messages, right.missing, right.repeated, right.different], [5, 0, 0, 0]);
  const view = new View(ledger);
  for (const seq of [2, 4, 3, 4]) view.take(message(seq, "a", `${seq}`));
  view.take(message(5, "a", "six"));
  assertEquals([view.messages, view.missing, view.repeated, view.different], [3, 1, 2, 1]);
});

Deno.test("A seed gives the same numbers again, its neighbour others, all in range", () => {
  const numbers = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 1_000 }, () => random.next());
  };
  assertEquals(numbers(7), numbers(7));
  assertNotEquals(numbers(7), numbers(8));
  for (const seed of [1, 2, MAX_SEED]) {
    const all = numbers(seed);
    assert(all.every((number) => number >= 0 && number < 1));
    const mean = all.reduce((sum, number) => sum + number) / all.length;
    assert(Math.abs(mean - 0.5) < 0.05, `seed ${seed}: mean ${mean}`);
  }
});
