/**
 * Lines out of pieces. A failing property prints its seed; `fc.assert(…, { seed })` repeats it.
 *
 * @module
 */

import { assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { type FramedLine, LineFramer, lineStream } from "../../src/protocol/framing.ts";

const MIB = 1024 * 1024;

/** All that a framer gives for these pieces and the end of input. */
function frame(pieces: readonly string[], maxChars?: number): FramedLine[] {
  const framer = new LineFramer(maxChars === undefined ? {} : { maxChars });
  return [...pieces.flatMap((piece) => framer.push(piece)), ...framer.end()];
}

/** A text cut at random places. */
function inPieces(text: fc.Arbitrary<string>): fc.Arbitrary<string[]> {
  return fc.tuple(text, fc.array(fc.nat({ max: 200 }), { maxLength: 20 })).map(([whole, cuts]) => {
    const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)), whole.length];
    places.sort((a, b) => a - b);
    return places.slice(1).map((place, i) => whole.slice(places[i], place));
  });
}

/** What the lines of a text are, told the slow and obvious way; null for an overlong one. */
function expectedLines(text: string, maxChars: number): (string | null)[] {
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  if (last !== "" && last !== "\r") lines.push(last);
  return lines.map((line) => line.replace(/\r$/, ""))
    .map((line) => line.length > maxChars ? null : line);
}

Deno.test("LineFramer joins a line that comes in pieces", () => {
  assertEquals(frame(["hel", "", "lo\n"]), ["hello"]);
  assertEquals(frame([..."hello\n"]), ["hello"]);
});

Deno.test("LineFramer divides lines that come glued together", () => {
  assertEquals(frame(["a\nb\n\nc\nd"]), ["a", "b", "", "c", "d"]);
});

Deno.test("LineFramer counts a last line without a newline, once", () => {
  const framer = new LineFramer();
  assertEquals(framer.push("hi"), []);
  assertEquals(framer.end(), ["hi"]);
  assertEquals(framer.end(), []);
  assertEquals(frame(["hi\n"]), ["hi"]);
});

Deno.test("LineFramer drops a carriage return before a newline and at the end only", () => {
  assertEquals(frame(["a\r\nb\r", "\nc\r"]), ["a", "b", "c"]);
  assertEquals(frame(["a\rb\r\r\n"]), ["a\rb\r"]);
  assertEquals(frame(["a\r\n\r"]), ["a"]);
});

Deno.test("LineFramer keeps a line exactly at the cap and reports one above it", () => {
  for (const ending of ["\n", "\r\n", ""]) {
    for (const cut of [1, 9, 10, 11, 12]) {
      for (const length of [9, 10]) {
        const text = "x".repeat(length) + ending;
        assertEquals(frame([text.slice(0, cut), text.slice(cut)], 10), ["x".repeat(length)]);
      }
      const text = "x".repeat(11) + ending + (ending && "ok");
      const lines = frame([text.slice(0, cut), text.slice(cut)], 10);
      assertEquals(lines.map((line) => typeof line === "string" ? line : line.begins), [
        true,
        ...(ending ? ["ok"] : []),
      ]);
    }
  }
});

Deno.test("LineFramer has a cap of 65,536 characters unless told otherwise", () => {
  const longest = "x".repeat(65_536);
  assertEquals(frame([longest + "\n"]), [longest]);
  assertEquals(frame([longest + "x\n"]), [{ overlong: true, discarded: 65_537, begins: true }]);
});

Deno.test("LineFramer reports an overlong line at once, then for each further MiB", () => {
  const framer = new LineFramer({ maxChars: 10 });
  const chunk = "x".repeat(MIB / 4);
  const begins = { overlong: true, discarded: MIB / 4, begins: true };
  const further = { overlong: true, discarded: MIB, begins: false };
  assertEquals<unknown>(framer.push(chunk), [begins]);
  const later = Array.from({ length: 8 }, () => framer.push(chunk));
  assertEquals<unknown>(later, [[], [], [], [further], [], [], [], [further]]);
  assertEquals(framer.push("x\nnext\n"), ["next"]);
  assertEquals(framer.end(), []);
});

Deno.test("LineFramer forgets an overlong line at the end of input", () => {
  const framer = new LineFramer({ maxChars: 3 });
  assertEquals(framer.push("xxxxx").length, 1);
  assertEquals(framer.end(), []);
});

Deno.test("LineFramer gives the same lines however the text is cut", () => {
  const text = fc.array(fc.constantFrom("a", "é", "👋", "\r", "\n", "\r\n", "long words"))
    .map((parts) => parts.join(""));
  fc.assert(fc.property(inPieces(text), (pieces) => {
    const lines = frame(pieces, 8).map((line) => typeof line === "string" ? line : null);
    assertEquals(lines, expectedLines(pieces.join(""), 8));
  }));
});

Deno.test("LineFramer takes time in proportion to a line of single characters", () => {
  const framer = new LineFramer({ maxChars: 1_000_000 });
  const startMs = performance.now();
  for (let i = 0; i < 1_000_000; i++) framer.push("x");
  assertEquals((framer.push("\n")[0] as string).length, 1_000_000);
  // About 0.1 s; copying all for each character would take minutes.
  assertLess(performance.now() - startMs, 10_000);
});

Deno.test("LineFramer gives lines that do not keep the text around them alive", () => {
  const framer = new LineFramer();
  const kept: FramedLine[] = [];
  const before = Deno.memoryUsage().heapUsed;
  for (let i = 0; i < 1_000; i++) {
    // Decoded, as from a socket: a repeated literal would share its memory.
    const text = new TextDecoder().decode(new Uint8Array(64 * 1024).fill(97 + i % 26));
    kept.push(...framer.push(`\n${i} is a short line to remember\n${text}\n`).slice(1, 2));
  }
  assertEquals(kept.length, 1_000);
  // 64 MiB when each line pins its text, about 1 MiB of lines, the rest is garbage in waiting.
  assertLess(Deno.memoryUsage().heapUsed - before, 40 * MIB);
});

Deno.test("lineStream gives batches that are never empty", async () => {
  const pieces = ReadableStream.from(["a\nb", "b", "\nc", "\r"]);
  const batches = await Array.fromAsync(pieces.pipeThrough(lineStream()));
  assertEquals(batches, [["a"], ["bb"], ["c"]]);
});
