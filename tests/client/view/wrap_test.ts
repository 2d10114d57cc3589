/**
 * Rows out of lines. A failing property prints its seed; `fc.assert(…, { seed })` repeats it.
 *
 * @module
 */

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { evenText, layOut } from "../../../src/client/view/layout.ts";
import { cutMiddle, measured, padLeft, widthOf } from "../../../src/client/view/width.ts";
import { wrapLine } from "../../../src/client/view/wrap.ts";

function wrapped(line: string, firstColumns: number, restColumns = firstColumns): string[] {
  return wrapLine(line, { firstColumns, restColumns }).map(({ start, end }) =>
    line.slice(start, end)
  );
}

for (
  const [what, text, width] of [
    ["Latin letters", "hello", 5],
    ["Japanese", "日本語", 6],
    ["half-width kana", "ｱｲｳ", 3],
    ["Korean", "한국어", 6],
    ["combining marks", "e\u0301a\u0308", 2],
    ["an emoji with a skin tone", "👍🏽", 2],
    ["a family", "👨‍👩‍👧‍👦", 2],
    ["a flag", "🇯🇵", 2],
    ["a character made an emoji", "❤️", 2],
    ["zero-width characters", "a\u200bb", 2],
  ] as const
) {
  Deno.test(`${what} take ${width} columns`, () => assertEquals(widthOf(text), width));
}

Deno.test("Text is cut in its middle and padded by its width, not its length", () => {
  assertEquals(cutMiddle("margaret", 8), "margaret");
  assertEquals(cutMiddle("margaret", 5), "ma…et");
  assertEquals(cutMiddle("東京太郎", 6), "東…郎");
  assertEquals(padLeft("東京", 6), "  東京");
  assertEquals(padLeft("東京", 2), "東京");
});

Deno.test("Lines break at spaces, and what does not fit breaks anywhere", () => {
  assertEquals(wrapped("one two three", 20), ["one two three"]);
  assertEquals(wrapped("one two three", 13), ["one two three"]);
  assertEquals(wrapped("one two three", 12), ["one two", "three"]);
  assertEquals(wrapped("one   two", 5), ["one", "two"]);
  assertEquals(wrapped("    four  two", 10), ["    four", "two"]);
  assertEquals(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  assertEquals(wrapped("a bcdefghij", 4), ["a bc", "defg", "hij"]);
  assertEquals(wrapped("one two six ten four", 12, 7), ["one two six", "ten", "four"]);
  assertEquals(wrapped("", 5), [""]);
});

Deno.test("Lines in Japanese break between characters, but not before a closing one", () => {
  assertEquals(wrapped("これは日本語です。", 8), ["これは日", "本語で", "す。"]);
  assertEquals(wrapped("日本「東京」", 6), ["日本", "「東", "京」"]);
  assertEquals(wrapped("日本Tokyo日本", 8), ["日本", "Tokyo日", "本"]);
});

Deno.test("Emoji are not cut in two", () => {
  assertEquals(wrapped("👍🏽👨‍👩‍👧‍👦🇯🇵👋", 5), ["👍🏽👨‍👩‍👧‍👦", "🇯🇵👋"]);
  assertEquals(wrapped("e\u0301".repeat(5), 3), ["e\u0301".repeat(3), "e\u0301".repeat(2)]);
});

Deno.test("A URL moves to the next row whole, or to one of its own", () => {
  assertEquals(wrapped("see http://a.b/c now", 14), ["see", "http://a.b/c", "now"]);
  const line = "see (https://example.com/a/long/path?x=1#y), please";
  const rows = wrapLine(line, { firstColumns: 20, restColumns: 18 });
  assertEquals(rows.map(({ start, end, whole }) => [line.slice(start, end), whole]), [
    ["see (", false],
    ["https://example.com/a/long/path?x=1#y", true],
    ["), please", false],
  ]);
});

/** Text of every sort that people write. */
const piece = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom(
    " ",
    "  ",
    "   ",
    "\t",
    "\n",
    "日本語",
    "。",
    "「",
    "👨‍👩‍👧‍👦",
    "🇯🇵",
    "e\u0301",
    "x".repeat(50),
  ),
  fc.webUrl(),
);
const text = fc.array(piece, { maxLength: 20 }).map((pieces) => evenText(pieces.join("")));

Deno.test("No row is too wide, and between two rows only spaces are left out", () => {
  fc.assert(fc.property(
    text.map((all) => all.replaceAll("\n", " ")),
    fc.integer({ min: 4, max: 120 }),
    fc.integer({ min: 0, max: 2 }),
    (line, columns, less) => {
      const rows = wrapLine(line, { firstColumns: columns, restColumns: columns - less });
      let at = 0;
      for (const [i, { start, end, whole }] of rows.entries()) {
        assert(/^ *$/.test(line.slice(at, start)), `lost: ${line.slice(at, start)}`);
        const width = widthOf(line.slice(start, end));
        if (!whole) assertLessOrEqual(width, i === 0 ? columns : columns - less);
        assert(!whole || /^[a-z][a-z0-9+.-]*:\/\//i.test(line.slice(start, end)));
        at = end;
      }
      assert(/^ *$/.test(line.slice(at)));
    },
  ));
});

Deno.test("No text is lost or wider than the screen, whatever is said on whatever screen", () => {
  fc.assert(fc.property(
    text,
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 32 }).map(evenText),
    fc.integer({ min: 20, max: 200 }),
    fc.integer({ min: 4, max: 24 }),
    (said, name, columns, nameColumns) => {
      const entry = { stamp: "14:02", label: name, said: true, text: said, marks: [] };
      const same = (part: string) => part;
      const rows = layOut({ ...entry, paintLabel: same, paintStamp: same }, {
        columns,
        nameColumns,
      });
      for (const row of rows) {
        assert(widthOf(row) <= columns || /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(row), row);
      }
      const bare = (all: string) => all.replace(/\s/gu, "");
      assertEquals(bare(rows.join("")), bare(`14:02${name}${columns < 40 ? ":" : ""}${said}`));
    },
  ));
});

Deno.test("Tabs stop where those of a terminal would", () => {
  assertEquals(evenText("a\tb\n\t日本\tc"), "a       b\n        日本    c");
  assertEquals(evenText("\x1b[2J\u009b"), "\uFFFD[2J\uFFFD");
});

Deno.test("A hostile line is divided in no time", () => {
  for (const unit of ["\t", "a", "(", ")", "http://", "a://).", "e\u0301", "ー", "\n", "👩‍", "🇩"]) {
    const all = evenText(unit.repeat(60_000 / unit.length));
    let rows = 0;
    for (const line of all.split("\n")) {
      rows += wrapLine(line, { firstColumns: 80, restColumns: 60 }).length;
    }
    assert(rows > 0);
  }
  assertEquals(measured("\u0301".repeat(60_000)).length, 1);
});
