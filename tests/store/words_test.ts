import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { contains } from "../../src/store/words.ts";

Deno.test("A word is found where the engine finds it", () => {
  const few = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 300 });
  const long = fc.tuple(few, fc.integer({ min: 1, max: 40 })).map(([part, times]) =>
    part.repeat(times).slice(0, 500)
  );
  fc.assert(fc.property(fc.oneof(few, long), fc.oneof(few, long), fc.nat(400), (text, word, at) => {
    assertEquals(contains(text, word), text.includes(word));
    const inside = text.slice(at, at + 60);
    assert(contains(text, inside));
  }));
});

/** Counts how often a unit of it is looked at. */
class CountedText {
  looks = 0;
  readonly length: number;

  constructor(readonly text: string) {
    this.length = text.length;
  }

  charCodeAt(at: number): number {
    this.looks++;
    return this.text.charCodeAt(at);
  }
}

Deno.test("A long word that repeats itself is looked for in linear time", () => {
  const half = "a".repeat(500);
  for (const [unit, word] of [["a", `b${half}`], [`${half}c`, `${half}b${half}`]] as const) {
    const text = new CountedText(unit.repeat(Math.ceil(72_000 / unit.length)));
    const counted = new CountedText(word);
    assertEquals(contains(text as unknown as string, counted as unknown as string), false);
    assert(text.looks <= text.length, `${text.looks}`);
    assert(counted.looks <= 4 * (text.length + counted.length), `${counted.looks}`);
  }
});
