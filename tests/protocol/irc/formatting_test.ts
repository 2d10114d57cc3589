import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { actionText, spokenIn, withoutFormatting } from "../../../src/protocol/irc/formatting.ts";
import { anyText } from "../../fuzz/arbitraries.ts";
import { CASES, SEED } from "../../fuzz/fuzz.ts";

const runs = { numRuns: CASES, seed: SEED };

const TEXTS: readonly [formatted: string, bare: string][] = [
  ["plain 12,3", "plain 12,3"],
  ["\x02bold\x02 \x1Ditalics\x0F", "bold italics"],
  ["\x0304,12red\x03 \x0312x", "red x"],
  ["\x03123", "3"],
  ["\x031,234", "4"],
  ["\x031,x", ",x"],
  ["\x03,1", ",1"],
  ["\x04FF00ee,000000a\x04", "a"],
  ["\x04FF00e", "FF00e"],
  ["\x11mono\x16\x1E\x1F", "mono"],
  ["\x03\x02\x034é", "é"],
  ["\x01\x07\x1b", "\x01\x07\x1b"],
];

for (const [formatted, bare] of TEXTS) {
  Deno.test(`${JSON.stringify(formatted)} without formatting is ${JSON.stringify(bare)}`, () => {
    assertEquals(withoutFormatting(formatted), bare);
  });
}

Deno.test("No code stays, and nothing else goes but digits behind a colour", () => {
  fc.assert(
    fc.property(
      anyText,
      fc.array(fc.constantFrom(..."\x02\x0F\x11\x16\x1D\x1E\x1F")),
      (text, codes) => {
        const bare = withoutFormatting(text);
        assert(!["\x02", "\x03", "\x04", "\x0F"].some((code) => bare.includes(code)));
        if (!/\p{Cc}/u.test(text)) assertEquals(bare, text);
        assertEquals(withoutFormatting(`${bare}${codes.join("")}${bare}`), bare + bare);
      },
    ),
    runs,
  );
});

Deno.test("An action is recognized, also where its end is missing", () => {
  for (
    const text of ["\x01ACTION waves\x01", "\x01ACTION waves", "\x01action \x02waves\x02\x01x"]
  ) {
    assertEquals(spokenIn(text), { kind: "action", text: "waves" });
  }
  assertEquals(spokenIn("\x01ACTION\x01"), { kind: "action", text: "" });
  assertEquals(spokenIn(actionText("waves  ")), { kind: "action", text: "waves  " });
});

Deno.test("Other CTCP messages are nothing that anybody said", () => {
  for (const text of ["\x01VERSION\x01", "\x01", "\x01\x01", "\x01ACTIONS x\x01", "\x01DCC SEND"]) {
    assertEquals(spokenIn(text), { kind: "other" });
  }
});

Deno.test("All else is words", () => {
  assertEquals(spokenIn("hi \x02you\x02"), { kind: "words", text: "hi you" });
  assertEquals(spokenIn(" \x01ACTION waves\x01"), { kind: "words", text: " \x01ACTION waves\x01" });
});
