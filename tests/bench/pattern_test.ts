/**
 * The lines of a flood.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { FILLER, lineBytes, makeLines, SENT_LINE_BYTES } from "../../bench/load/pattern.ts";

Deno.test("makeLines counts on through carries", () => {
  const text = new TextDecoder().decode(makeLines({ head: "a: ", tail: "!\n" }, 998, 3));
  assertEquals(text, "a: 00000998!\na: 00000999!\na: 00001000!\n");
});

Deno.test("makeLines refuses a counter with more than eight digits", () => {
  assertThrows(
    () => makeLines({ head: "", tail: "\n" }, 99_999_999, 2),
    RangeError,
    "Cannot count to 100000000",
  );
});

Deno.test("A line of the plain wire has 64 bytes as it is sent", () => {
  assertEquals(lineBytes({ head: "", tail: `${FILLER}\n` }), SENT_LINE_BYTES);
});
