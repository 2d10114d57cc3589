import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { utf8Bytes } from "../../../src/protocol/limits.ts";
import {
  graphemesOf,
  joinedWords,
  type Piece,
  splitMessage,
} from "../../../src/protocol/irc/split.ts";
import { validText } from "../../fuzz/arbitraries.ts";
import { CASES, SEED } from "../../fuzz/fuzz.ts";

const runs = { numRuns: CASES, seed: SEED };

function textsOf(pieces: readonly Piece[]): string[] {
  return pieces.map(({ text, continues }) => (continues ? "+" : "") + text);
}

/** The message that pieces are parts of. */
function joined(pieces: readonly Piece[]): string {
  return pieces.map(({ text, continues }, i) => (continues || i === 0 ? "" : "\n") + text).join("");
}

Deno.test("A message that fits is one piece, and each of its lines is one", () => {
  assertEquals(textsOf(splitMessage("hi there", { maxBytes: 8 })), ["hi there"]);
  assertEquals(textsOf(splitMessage("a\n\nb", { maxBytes: 8 })), ["a", "", "b"]);
});

Deno.test("A long line is cut behind a space in its second half, else where it must be", () => {
  assertEquals(textsOf(splitMessage("hello big world", { maxBytes: 12 })), [
    "hello big ",
    "+world",
  ]);
  assertEquals(textsOf(splitMessage("a bcdefghijkl", { maxBytes: 8 })), ["a bcdefg", "+hijkl"]);
});

Deno.test("A line that fits without its source is not cut, and a longer one is cut earlier", () => {
  const options = { maxBytes: 4, wholeBytes: 6 };
  assertEquals(textsOf(splitMessage("abcdef", options)), ["abcdef"]);
  assertEquals(textsOf(splitMessage("abcdefg", options)), ["abcd", "+efg"]);
});

Deno.test("No grapheme is cut, unless it alone is too long", () => {
  const family = "👩‍👩‍👧";
  assertEquals(utf8Bytes(family), 18);
  assertEquals(textsOf(splitMessage(family.repeat(2), { maxBytes: 20 })), [family, `+${family}`]);
  assertEquals(textsOf(splitMessage("xe\u0301", { maxBytes: 3 })), ["x", "+e\u0301"]);
  for (const { text } of splitMessage(family, { maxBytes: 7 })) assert(utf8Bytes(text) <= 7);
});

Deno.test("Each character that needs no rules is a grapheme, whatever stands beside it", () => {
  const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  // Dense where alphabets are; hanzi and syllables are all alike.
  for (let code = 0x20; code < 0xD7A4; code += code < 0x600 ? 1 : code >> 8 === 0x30 ? 1 : 29) {
    const char = String.fromCharCode(code);
    const text = `${char}${char}가${char}あ${char}a`;
    const graphemes = [...segmenter.segment(text)].map(({ segment }) => segment);
    assertEquals([...graphemesOf(text)].join("|"), graphemes.join("|"));
  }
  assertEquals([...graphemesOf("a\u0301b")], ["a\u0301", "b"]);
});

Deno.test("The pieces of any message fit, and joined again they are the message", () => {
  fc.assert(
    fc.property(
      validText,
      fc.integer({ min: 4, max: 400 }),
      fc.nat(100),
      (text, maxBytes, more) => {
        const pieces = splitMessage(text, { maxBytes, wholeBytes: maxBytes + more });
        assertEquals(joined(pieces), text);
        for (const [i, { text: piece, continues }] of pieces.entries()) {
          const isPart = continues || pieces[i + 1]?.continues === true;
          assert(utf8Bytes(piece) <= maxBytes + (isPart ? 0 : more));
          if (isPart) assert(piece !== "");
        }
      },
    ),
    runs,
  );
});

Deno.test("Words are put into as few texts as hold them", () => {
  assertEquals(joinedWords([], 10), [""]);
  assertEquals(joinedWords(["ada", "bob", "eve"], 7), ["ada bob", "eve"]);
  assertEquals(joinedWords(["ada", "bob", "eve"], 6), ["ada", "bob", "eve"]);
  assertEquals(joinedWords(["ada", "bob"], 7, ","), ["ada,bob"]);
  assertEquals(joinedWords(["much too long", "x"], 3), ["much too long", "x"]);
});

Deno.test("No word is lost, and a text is longer than it may be only where one word is", () => {
  const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 })
    .map((text) => text.replaceAll(" ", "_"));
  fc.assert(
    fc.property(fc.array(word), fc.integer({ min: 1, max: 60 }), (words, maxBytes) => {
      const texts = joinedWords(words, maxBytes);
      assertEquals(texts.join(" "), words.join(" "));
      for (const text of texts) assert(utf8Bytes(text) <= maxBytes || !text.includes(" "));
    }),
    runs,
  );
});
