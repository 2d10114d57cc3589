import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { fitsInto, jsonBytes, namesThatFit, utf8Bytes } from "../../src/protocol/limits.ts";
import { message } from "./events.ts";

const EVENTS = [1, 2, 3, 4].map((seq) => message({ seq }));

function seqsThatFit(sizeOf: () => number, maxBytes: number): number[] {
  const fits = fitsInto(sizeOf, maxBytes);
  const end = EVENTS.findIndex((event) => !fits(event));
  return EVENTS.slice(0, end < 0 ? EVENTS.length : end).map(({ seq }) => seq);
}

Deno.test("fitsInto takes what fits, to the last byte", () => {
  assertEquals(seqsThatFit(() => 10, 40), [1, 2, 3, 4]);
  assertEquals(seqsThatFit(() => 10, 39), [1, 2, 3]);
});

Deno.test("fitsInto takes one event at least, so that paging goes on", () => {
  assertEquals(seqsThatFit(() => 10, 1), [1]);
});

Deno.test("jsonBytes is what an event takes in JSON, with a comma", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 });
  const lone = fc.array(
    fc.constantFrom("a", '"', "\\", "\n", "\x01", "é", "東", "👋", "\uD83D", "\uDE00"),
  )
    .map((units) => units.join(""));
  fc.assert(fc.property(fc.oneof(text, lone), fc.boolean(), (text, action) => {
    const event = message({ text, id: "a.1", ...(action ? { action: true as const } : {}) });
    const written = new TextEncoder().encode(JSON.stringify(event) + ",").length;
    assertEquals(jsonBytes(event), written);
  }));
  for (const event of [{ type: "join", seq: 1, at: "x", name: "東" }] as const) {
    assertEquals(jsonBytes(event), new TextEncoder().encode(JSON.stringify(event)).length + 1);
  }
});

Deno.test("namesThatFit keeps a thousand names, or what fits", () => {
  const names = Array.from({ length: 1_001 }, (_, i) => `n${i}`);
  assertEquals(namesThatFit(names).length, 1_000);
  assertStrictEquals(namesThatFit(names.slice(0, 3)).length, 3);
  assertEquals(namesThatFit(["ada", "bob", "eve"], 12), ["ada", "bob"]);
  assertEquals(namesThatFit(["ada"], 1), []);
});

Deno.test("utf8Bytes counts what the encoder writes", () => {
  const text = fc.array(fc.constantFrom("a", "é", "東", "👋", "\uD83D", "\uDE00"));
  fc.assert(fc.property(text, (parts) => {
    const whole = parts.join("");
    assertEquals(utf8Bytes(whole), new TextEncoder().encode(whole).length);
  }));
});
