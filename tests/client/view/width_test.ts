/**
 * The widths of `width.ts` beside those of string-width, which is what most programs on a terminal
 * count by. It is not used in the program itself: loading it would cost half of the start-up.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import stringWidth from "string-width";
import { widthOf } from "../../../src/client/view/width.ts";

const SAMPLES = [
  ..."hello Grüße 東京 ｂｏｂ 한국어 สวัสดี مرحبا עברית ﾊﾝｶｸ 𠮷野家 ㄅㄆ 〜 … — • ✔ ① №".split(" "),
  ...["👋", "👨‍👩‍👧", "🇯🇵", "👍🏽", "1️⃣", "❤️", "⚠️", "☺", "e\u0301", "\u200Bx", "Z\u0300\u0301"],
];

for (const sample of SAMPLES) {
  Deno.test(`${JSON.stringify(sample)} is as wide as string-width says`, () => {
    assertEquals(widthOf(sample), stringWidth(sample));
  });
}
