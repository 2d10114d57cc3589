/** Framing: however input is cut, the lines are the same. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { TelnetFilter } from "../../src/net/telnet.ts";
import { type FramedLine, LineFramer } from "../../src/protocol/framing.ts";
import { fuzz } from "./fuzz.ts";

const MAX_CHARS = 12;

/** What lines there are in a text, said in the simplest way. */
function linesOf(text: string): (string | null)[] {
  const parts = text.split("\n");
  const last = parts.pop() ?? "";
  const lines = parts.map((part) => part.replace(/\r$/, ""));
  const rest = last.replace(/\r$/, "");
  if (rest !== "" || (last !== "" && last !== "\r")) lines.push(rest);
  return lines.map((line) => line.length <= MAX_CHARS ? line : null);
}

/** The same from a framer; null for a line that was too long. */
function framed(pieces: readonly string[]): (string | null)[] {
  const framer = new LineFramer({ maxChars: MAX_CHARS });
  const lines: FramedLine[] = [];
  for (const piece of pieces) lines.push(...framer.push(piece));
  lines.push(...framer.end());
  return lines.filter((line) => typeof line === "string" || line.begins)
    .map((line) => typeof line === "string" ? line : null);
}

/** Cuts at the given shares of the length. */
function cut<T extends { readonly length: number; slice(start: number, end: number): T }>(
  whole: T,
  cuts: readonly number[],
): T[] {
  const points = cuts.map((share) => Math.floor(share * whole.length)).sort((a, b) => a - b);
  const pieces: T[] = [];
  let start = 0;
  for (const point of [...points, whole.length]) {
    pieces.push(whole.slice(start, point));
    start = point;
  }
  return pieces;
}

const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r", "\r\n", "€", "x".repeat(7)) });
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

fuzz(
  "LineFramer finds the lines that are there, wherever the text is cut",
  fc.property(text, cuts, (whole, points) => {
    assertEquals(framed(cut(whole, points)), linesOf(whole));
  }),
);

fuzz(
  "Bytes give the same text through telnet's filter and the decoder, wherever they are cut",
  fc.property(
    fc.array(fc.oneof(fc.nat(255), fc.constantFrom(255, 250, 240, 251, 253, 6, 13, 10, 0)), {
      maxLength: 80,
    }),
    cuts,
    (numbers, points) => {
      const bytes = Uint8Array.from(numbers);
      const read = (pieces: readonly Uint8Array[]) => {
        const replies: number[] = [];
        const filter = new TelnetFilter((reply) => replies.push(...reply));
        const decoder = new TextDecoder();
        let decoded = "";
        for (const piece of pieces) {
          decoded += decoder.decode(filter.filter(piece.slice()), { stream: true });
        }
        return { text: decoded + decoder.decode(), replies };
      };
      assertEquals(read(cut(bytes, points)), read([bytes]));
    },
  ),
);
