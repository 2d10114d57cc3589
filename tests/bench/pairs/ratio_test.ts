import { assert, assertThrows } from "@std/assert";
import { ratioOf } from "../../../bench/pairs/ratio.ts";

Deno.test("a ratio that is always the same has an interval of nothing", () => {
  const { mean, low, high } = ratioOf([1.1, 1.1, 1.1, 1.1, 1.1]);
  for (const value of [mean, low, high]) assertClose(value, 1.1, 1e-12);
});

Deno.test("twice as much and half as much are the same, and the interval is Student's", () => {
  const { mean, low, high } = ratioOf([-2, -1, 0, 1, 2].map(Math.exp));
  assertClose(mean, 1, 1e-12);
  // By the table, t is 2.776 for 4 degrees of freedom; the standard error is 0.7071.
  assertClose(Math.log(high), 2.776 * Math.SQRT1_2, 0.02);
  assertClose(low * high, 1, 1e-12);
});

Deno.test("15 pairs have the interval of 14 degrees of freedom", () => {
  const logs = Array.from({ length: 15 }, (_, n) => (n - 7) / 100);
  const { high } = ratioOf(logs.map(Math.exp));
  // The sum of squares is 280 / 10,000; t is 2.145.
  assertClose(Math.log(high), 2.145 * Math.sqrt(0.028 / 14 / 15), 1e-5);
});

Deno.test("fewer than five pairs tell nothing", () => {
  assertThrows(() => ratioOf([1, 1, 1, 1]), RangeError, "got 4");
});

function assertClose(actual: number, wanted: number, tolerance: number): void {
  assert(Math.abs(actual - wanted) <= tolerance, `${actual} is not ${wanted} ± ${tolerance}`);
}
