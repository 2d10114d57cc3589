import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isMask, maskOfName, matchesMask, nameInMask } from "../../../src/protocol/irc/masks.ts";
import { validName } from "../../fuzz/arbitraries.ts";
import { CASES, SEED } from "../../fuzz/fuzz.ts";

const runs = { numRuns: CASES, seed: SEED };

for (const mask of ["ada!*@*", "ada", "ada!*", "ada@*"]) {
  Deno.test(`The mask ${mask} means ada`, () => assertEquals(nameInMask(mask), "ada"));
}

for (const mask of ["", "*!*@*", "a*!*@*", "ad?", "ada!u@*", "ada!*@chat", "!*@*", "ada!", "@*"]) {
  Deno.test(`The mask ${JSON.stringify(mask)} means nobody`, () => {
    assertEquals(nameInMask(mask), null);
  });
}

Deno.test("The mask of any name means that name, and is like it", () => {
  fc.assert(
    fc.property(validName, (name) => {
      assertEquals(nameInMask(maskOfName(name)), name);
      assert(matchesMask(maskOfName(name), `${name}!u@chat`));
      assert(!isMask(name) && isMask(maskOfName(name)));
    }),
    runs,
  );
});

const MATCHES: readonly [mask: string, text: string, isLike: boolean][] = [
  ["", "", true],
  ["", "a", false],
  ["*", "", true],
  ["*", "anything", true],
  ["?", "👋", true],
  ["?", "", false],
  ["coolni*", "coolNick", true],
  ["COOLNICK", "coolnick", true],
  ["*an1", "#chan1", true],
  ["*an1", "#chan12", false],
  ["a*b*c", "aXbXbXc", true],
  ["a*b*c", "aXcXb", false],
  ["*a?", "aaab", true],
  ["[ab].", "a.", false],
];

for (const [mask, text, isLike] of MATCHES) {
  Deno.test(`${JSON.stringify(text)} is ${isLike ? "" : "not "}like ${JSON.stringify(mask)}`, () => {
    assertEquals(matchesMask(mask, text), isLike);
  });
}

Deno.test("A mask is compared as the regular expression that it stands for", () => {
  const mask = fc.string({ unit: fc.constantFrom(..."abÄ*?👋"), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom(..."abä👋"), maxLength: 10 });
  fc.assert(
    fc.property(mask, text, (mask, text) => {
      const source = mask.toLowerCase().replaceAll("*", ".*").replaceAll("?", ".");
      assertEquals(matchesMask(mask, text), new RegExp(`^${source}$`, "u").test(text));
    }),
    runs,
  );
});

Deno.test("A mask that is made to take long is answered, and one that is too long is like nothing", () => {
  assert(!matchesMask("a*".repeat(127) + "b", "a".repeat(10_000)));
  assert(!matchesMask("*".repeat(257), "a"));
});
