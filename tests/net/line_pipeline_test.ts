import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LinePipeline } from "../../src/net/line_pipeline.ts";
import { type FramedLine, LineFramer } from "../../src/protocol/framing.ts";

const encoder = new TextEncoder();

/** The lines of some pieces, the last one without a newline too. */
async function linesOf(
  pieces: readonly Uint8Array<ArrayBuffer>[],
  { isFirst = true, maxChars = 20 } = {},
): Promise<FramedLine[]> {
  const pipeline = new LinePipeline({ isFirst, maxChars });
  const lines: FramedLine[] = [];
  for (const piece of pieces) lines.push(...await pipeline.push(piece));
  return [...lines, ...await pipeline.end()];
}

/** Each byte by itself. */
function singly(bytes: Uint8Array): Uint8Array<ArrayBuffer>[] {
  return [...bytes].map((byte) => Uint8Array.of(byte));
}

Deno.test("LinePipeline joins lines and characters that come one byte at a time", async () => {
  const bytes = encoder.encode("\uFEFFGrüße\r\n\n東京 👋\nlast");
  assertEquals(await linesOf(singly(bytes)), ["Grüße", "", "東京 👋", "last"]);
});

Deno.test("LinePipeline resolves for a piece that leaves no text, and keeps what it has", async () => {
  const pipeline = new LinePipeline({ isFirst: true });
  for (const byte of [0xEF, 0xBB, 0xBF, 0xF0, 0x9F, 0x91]) {
    assertEquals(await pipeline.push(Uint8Array.of(byte)), []);
  }
  assertEquals(pipeline.pendingChars, 0);
  assertEquals(await pipeline.push(Uint8Array.of(0x8B)), []);
  assertEquals(pipeline.pendingChars, 2);
  assertEquals(await pipeline.push(Uint8Array.of(10)), ["👋"]);
});

Deno.test("LinePipeline drops a byte order mark at the beginning of the input, and nowhere else", async () => {
  const bytes = encoder.encode("\uFEFFone\n\uFEFFtwo\n");
  assertEquals(await linesOf([bytes]), ["one", "\uFEFFtwo"]);
  assertEquals(await linesOf([bytes], { isFirst: false }), ["\uFEFFone", "\uFEFFtwo"]);
});

Deno.test("LinePipeline tells of a line over its limit when it is, not when it ends", async () => {
  const pipeline = new LinePipeline({ isFirst: true, maxChars: 4 });
  assertEquals(await pipeline.push(encoder.encode("1234")), []);
  assertEquals(pipeline.pendingChars, 4);
  assertEquals(await pipeline.push(encoder.encode("5")), [
    { overlong: true, discarded: 5, begins: true },
  ]);
  assertEquals(pipeline.pendingChars, 0);
  assertEquals(await pipeline.push(encoder.encode("6\n1234\r\n")), ["1234"]);
});

Deno.test("LinePipeline gives what a bare decoder and framer give, wherever bytes are cut", async () => {
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(10, 13, 0xEF, 0xBB, 0xBF, 0xF0, 0x9F, 0xC3));
  const input = fc.tuple(fc.array(byte, { maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 8 }));
  await fc.assert(fc.asyncProperty(input, async ([numbers, cuts]) => {
    const bytes = Uint8Array.from(numbers);
    const points = [0, ...cuts.filter((cut) => cut < bytes.length), bytes.length].sort((a, b) =>
      a - b
    );
    const pieces = points.slice(1).map((end, i) => bytes.slice(points[i], end))
      .filter(({ length }) => length > 0);
    const framer = new LineFramer({ maxChars: 1_000 });
    const wanted = [...framer.push(new TextDecoder().decode(bytes)), ...framer.end()];
    assertEquals(await linesOf(pieces, { maxChars: 1_000 }), wanted);
  }));
});
