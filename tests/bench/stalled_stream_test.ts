/**
 * The check of a stream with a skip in it.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { makeLines } from "../../bench/load/pattern.ts";
import { checkStalled } from "../../bench/load/stalled_stream.ts";
import { StreamError } from "../../bench/load/stream_error.ts";

const PATTERN = { head: "load: ", tail: " x\n" };
const LEAD_IN = `Welcome, stalled!\n* The last 2 messages:\n${lines(98, 2)}* Now:\n`;

function lines(first: number, count: number): string {
  return new TextDecoder().decode(makeLines(PATTERN, first, count));
}

function check(text: string): ReturnType<typeof checkStalled> {
  return checkStalled(new TextEncoder().encode(text), {
    pattern: PATTERN,
    first: 100,
    last: 2_109,
  });
}

Deno.test("checkStalled counts what came before a skip, in it and after it", () => {
  const skip = "* You read too slowly: 2,000 lines were skipped.\n";
  assertEquals(check(LEAD_IN + lines(100, 5) + skip + lines(2_105, 5)), {
    before: 5,
    skips: 1,
    skipped: 2_000,
    after: 5,
  });
});

Deno.test("checkStalled takes a stream without a skip", () => {
  assertEquals(check(LEAD_IN + lines(100, 2_010)), {
    before: 2_010,
    skips: 0,
    skipped: 0,
    after: 0,
  });
});

Deno.test("checkStalled refuses a skip that counts wrongly", () => {
  const skip = "* You read too slowly: 1999 lines were skipped.\n";
  assertThrows(
    () => check(lines(100, 5) + skip + lines(2_105, 5)),
    StreamError,
    "Line 2104 must be",
  );
});

Deno.test("checkStalled refuses a line that was cut by the skip", () => {
  const skip = "* You read too slowly: 2000 lines were skipped.\n";
  assertThrows(() => check(lines(100, 5).slice(0, -4) + skip + lines(2_105, 5)), StreamError);
});

Deno.test("checkStalled refuses a stream whose end is missing", () => {
  assertThrows(() => check(lines(100, 2_009)), StreamError, "The last line must be 2109: got 2108");
});
