/**
 * Talk for large rooms.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { seededRandom, Talk } from "../../bench/scenarios/talk.ts";

function messages(talk: Talk, count: number): string[] {
  return Array.from({ length: count }, () => talk.next());
}

Deno.test("Talk says the same with the same seed, and something else with another", () => {
  const first = messages(new Talk(1), 50);
  assertEquals(messages(new Talk(1), 50), first);
  assertNotEquals(messages(new Talk(2), 50), first);
});

Deno.test("Talk uses frequent words more often than seldom ones, and Japanese now and then", () => {
  const talk = new Talk(1);
  const said = messages(talk, 5_000);
  const often = said.filter((text) => text.split(" ").includes(talk.word(1))).length;
  const seldom = said.filter((text) => text.split(" ").includes(talk.word(1_000))).length;
  assert(often > 50 * seldom, `${often} times and ${seldom} times`);
  const japanese = said.filter((text) => text.endsWith("。")).length;
  assert(japanese > 100 && japanese < 500, `${japanese} Japanese messages`);
});

Deno.test("seededRandom gives numbers from 0 up to 1, evenly", () => {
  const random = seededRandom(7);
  const numbers = Array.from({ length: 10_000 }, random);
  assert(numbers.every((value) => value >= 0 && value < 1));
  const mean = numbers.reduce((sum, value) => sum + value) / numbers.length;
  assert(Math.abs(mean - 0.5) < 0.02, `mean ${mean}`);
});
