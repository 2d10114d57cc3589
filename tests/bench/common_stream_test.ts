/**
 * The stream that several readers must have in common.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { CommonStream } from "../../bench/load/common_stream.ts";
import { StreamError } from "../../bench/load/exact_stream.ts";
import { lineBytes, type LinePattern, makeLines } from "../../bench/load/pattern.ts";

const ADA: LinePattern = { head: "ada: ", tail: " x\n" };
const BOB: LinePattern = { head: "bob: ", tail: " x\n" };
const SIZE = lineBytes(ADA);

/** Lines in the order in which they are named. */
function stream(...lines: readonly (readonly [LinePattern, number])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lines.length * SIZE);
  lines.forEach(([pattern, counter], n) => bytes.set(makeLines(pattern, counter, 1), n * SIZE));
  return bytes;
}

Deno.test("CommonStream takes the same bytes from readers that overtake each other", () => {
  const bytes = stream([ADA, 0], [BOB, 0], [BOB, 1], [ADA, 1]);
  const common = new CommonStream(bytes.length);
  assertEquals(common.feed(0, bytes, 30), 30);
  assertEquals(common.feed(0, bytes, 50), 50);
  assertEquals(common.feed(30, bytes.slice(30), bytes.length - 30), bytes.length);
  assertEquals(common.feed(50, bytes.slice(50), bytes.length - 50), bytes.length);
  common.check([ADA, BOB], 0, 2);
});

Deno.test("CommonStream sees when one reader gets another order", () => {
  const common = new CommonStream(2 * SIZE);
  common.feed(0, stream([ADA, 0], [BOB, 0]), 2 * SIZE);
  assertThrows(
    () => common.feed(0, stream([BOB, 0], [ADA, 0]), 2 * SIZE),
    StreamError,
    "different",
  );
});

Deno.test("CommonStream sees what comes after the last line", () => {
  const common = new CommonStream(SIZE);
  const bytes = stream([ADA, 0], [ADA, 0]);
  assertThrows(() => common.feed(0, bytes, 2 * SIZE), StreamError, "ada: 00000000 x");
});

Deno.test("CommonStream checks that each sender's lines are whole, in order and all there", () => {
  const wrong: [Uint8Array<ArrayBuffer>, string][] = [
    [stream([ADA, 1], [ADA, 0]), "00000000"],
    [stream([ADA, 0], [ADA, 0]), "00000001"],
    [stream([ADA, 0], [BOB, 0]), "bob: 00000000"],
    [stream([ADA, 0]), "ada: "],
    [new TextEncoder().encode("* You read too slowly: 12 lines..."), "* You"],
  ];
  for (const [bytes, hint] of wrong) {
    const common = new CommonStream(bytes.length);
    common.feed(0, bytes, bytes.length);
    assertThrows(() => common.check([ADA], 0, 2), StreamError, hint);
  }
});
