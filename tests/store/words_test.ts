import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { contains, fold } from "../../src/store/words.ts";

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

/**
 * Todhri letters with a dot, of Unicode 16, for which the pattern would need surrogates: they are
 * found as they are written.
 */
const LEFT = new Set([0x105C9, 0x105E4, 0xFDFA]);

Deno.test("fold takes the diacritics from each character that has one, and folds no text twice", () => {
  const wrong: string[] = [];
  for (let code = 0; code < 0x11_0000; code++) {
    if ((code >= 0xD800 && code < 0xE000) || LEFT.has(code)) continue;
    const char = String.fromCodePoint(code);
    const folded = fold(char);
    if (/[\u0300-\u036f]/.test(folded.normalize("NFD")) || fold(folded) !== folded) {
      wrong.push(`U+${code.toString(16)}`);
    }
  }
  assertEquals(wrong, []);
});
