/**
 * The check of one receiver's stream.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { ExactStream, StreamError } from "../../bench/load/exact_stream.ts";
import { lineBytes, makeLines } from "../../bench/load/pattern.ts";

const PATTERN = { head: "load: ", tail: " x\n" };

function makeStream(lines: number): ExactStream {
  return new ExactStream(makeLines(PATTERN, 0, lines), lineBytes(PATTERN), 14);
}

function feed(stream: ExactStream, text: string, step = Infinity): void {
  const bytes = new TextEncoder().encode(text);
  for (let index = 0; index < bytes.length; index += step) {
    const piece = bytes.slice(index, index + step);
    stream.feed(piece, piece.length);
  }
}

function lines(first: number, count: number): string {
  return new TextDecoder().decode(makeLines(PATTERN, first, count));
}

Deno.test("ExactStream finds the first line behind a lead-in, byte by byte and at once", () => {
  for (const step of [1, 7, Infinity]) {
    const stream = makeStream(3);
    feed(stream, `* load joined\nload: hi\nlo\n${lines(0, 3)}`, step);
    assert(stream.complete);
    assertEquals(stream.lines, 3);
    assertEquals(stream.lastOther, "lo");
  }
});

Deno.test("ExactStream counts complete lines only", () => {
  const stream = makeStream(3);
  feed(stream, lines(0, 2).slice(0, -1));
  assertEquals(stream.lines, 1);
  assert(!stream.complete);
});

Deno.test("ExactStream refuses a missing line and shows it", () => {
  const stream = makeStream(3);
  const error = assertThrows(() => feed(stream, lines(0, 1) + lines(2, 1)), StreamError);
  assertEquals(
    error.message,
    'Line 1 must be "load: 00000001 x\\n": got "load: 00000002 x\\n".',
  );
});

Deno.test("ExactStream refuses another line between", () => {
  const stream = makeStream(3);
  const skip = "* You read too slowly: 1 line was skipped.\n";
  assertThrows(() => feed(stream, lines(0, 1) + skip, 5), StreamError, "Line 1 must be");
});

Deno.test("ExactStream refuses what comes behind the last line", () => {
  const stream = makeStream(1);
  assertThrows(() => feed(stream, lines(0, 1) + "* bob joined\n"), StreamError, "After the last");
});

Deno.test("ExactStream names a wrong line even when too much has come", () => {
  const stream = makeStream(2);
  assertThrows(() => feed(stream, lines(0, 1) + lines(0, 2)), StreamError, "Line 1 must be");
});
