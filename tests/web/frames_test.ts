import { assertEquals } from "@std/assert";
import { type Frame, FrameDecoder, writeFrameHeader } from "../../src/web/frames.ts";
import { frame } from "./raw_client.ts";

function decode(...pieces: Uint8Array[]): Frame[] {
  const decoder = new FrameDecoder({ maxBytes: 70_000 });
  return pieces.flatMap((piece) => decoder.push(piece));
}

function text(payload: string): Frame {
  return { type: "text", text: payload };
}

Deno.test("FrameDecoder reads a text at every length of header", () => {
  for (const length of [0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537]) {
    assertEquals(decode(frame(1, "x".repeat(length))), [text("x".repeat(length))], `${length}`);
  }
});

Deno.test("FrameDecoder joins a frame that comes one byte at a time, and parts glued frames", () => {
  const bytes = new Uint8Array([...frame(1, "grüße"), ...frame(1, "two"), ...frame(9, "p")]);
  const pieces = Array.from(bytes, (byte) => new Uint8Array([byte]));
  const expected: Frame[] = [
    text("grüße"),
    text("two"),
    { type: "ping", payload: new TextEncoder().encode("p") },
  ];
  assertEquals(decode(...pieces), expected);
  assertEquals(decode(bytes), expected);
});

Deno.test("FrameDecoder joins a message in parts, with a ping between them", () => {
  assertEquals(
    decode(frame(1, "one ", { final: false }), frame(9, ""), frame(0, "two")),
    [{ type: "ping", payload: new Uint8Array(0) }, text("one two")],
  );
});

Deno.test("FrameDecoder refuses a message over the limit by its header alone", () => {
  const header = frame(1, "x".repeat(70_001)).subarray(0, 14);
  assertEquals(decode(header), [{ type: "fault", code: 1009 }]);
  const huge = new Uint8Array([
    0x81,
    0xFF,
    0xFF,
    0xFF,
    0xFF,
    0xFF,
    0xFF,
    0xFF,
    0xFF,
    0xFF,
    0,
    0,
    0,
    0,
  ]);
  assertEquals(decode(huge), [{ type: "fault", code: 1009 }]);
  const parts = [frame(1, "x".repeat(40_000), { final: false }), frame(0, "x".repeat(40_000))];
  assertEquals(decode(...parts), [{ type: "fault", code: 1009 }]);
  assertEquals(decode(frame(1, "x".repeat(70_000))).length, 1);
});

Deno.test("FrameDecoder refuses what a browser never sends", () => {
  const cases: [what: string, bytes: Uint8Array, code: number][] = [
    ["binary", frame(2, "x"), 1003],
    ["no mask", frame(1, "x", { masked: false }), 1002],
    ["a reserved bit", frame(0x41, "x"), 1002],
    ["an unknown opcode", frame(3, "x"), 1002],
    ["an unknown control opcode", frame(11, ""), 1002],
    ["a ping in parts", frame(9, "x", { final: false }), 1002],
    ["a long ping", frame(9, "x".repeat(126)), 1002],
    ["a part of nothing", frame(0, "x"), 1002],
    ["no UTF-8", frame(1, new Uint8Array([0xFF])), 1007],
  ];
  for (const [what, bytes, code] of cases) {
    assertEquals(decode(bytes), [{ type: "fault", code } as Frame], what);
  }
  assertEquals(
    decode(frame(1, "a", { final: false }), frame(1, "b")),
    [{ type: "fault", code: 1002 }],
  );
});

Deno.test("FrameDecoder reads nothing after a close or a fault", () => {
  assertEquals(decode(frame(8, ""), frame(1, "x")), [{ type: "close" }]);
  assertEquals(decode(frame(2, ""), frame(1, "x")), [{ type: "fault", code: 1003 }]);
});

Deno.test("writeFrameHeader writes the shortest length that fits", () => {
  for (
    const [length, expected] of [
      [0, [0x82, 0]],
      [125, [0x82, 125]],
      [126, [0x82, 126, 0, 126]],
      [65_535, [0x82, 126, 0xFF, 0xFF]],
      [65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
    ] as const
  ) {
    const header = new Uint8Array(10);
    const bytes = writeFrameHeader(header, 2, length);
    assertEquals([...header.subarray(0, bytes)], [...expected]);
  }
});
