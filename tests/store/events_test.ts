import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { isoOf } from "../../src/store/events.ts";

const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

Deno.test("isoOf() is what Date gives, within a second and from one to another", () => {
  const within = fc.tuple(fc.nat(LAST_MS), fc.array(fc.integer({ min: -2_000, max: 2_000 })));
  fc.assert(fc.property(within, ([from, steps]) => {
    for (const step of [0, ...steps]) {
      const ms = Math.min(Math.max(from + step, 0), LAST_MS);
      assertEquals(isoOf(ms), new Date(ms).toISOString());
    }
  }));
});

Deno.test("isoOf() gives the first or the last time for what is beyond", () => {
  assertEquals([-1, NaN, LAST_MS + 1, Infinity].map(isoOf), [
    "1970-01-01T00:00:00.000Z",
    "1970-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59.999Z",
  ]);
});
