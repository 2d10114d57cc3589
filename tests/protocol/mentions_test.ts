import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { mentionFinder, type Range, SearchedText } from "../../src/protocol/mentions.ts";
import { Harness } from "../server/harness.ts";

const WORD = String.raw`[\p{L}\p{M}\p{N}_]`;

/** One pattern for a name, as short as the rule can be written. */
function byPattern(name: string, text: string): Range[] {
  const spellings = [name, name.normalize("NFD"), name.normalize("NFKC"), name.toUpperCase()];
  const choice = [...new Set(spellings)].map((one) => one.replace(/[.]/g, "\\.")).join("|");
  const isUnspaced = (char: string) => /[山太]/u.test(char);
  const chars = [...name];
  const noEnd = `(?!${WORD}|[-.]${WORD})`;
  const before = chars.length > 1 && isUnspaced(chars[0]!) ? "" : `(?<!${WORD}|${WORD}[-.])`;
  const after = isUnspaced(chars.at(-1)!) ? "" : noEnd;
  const bare = `${before}(?:${choice})${chars.length > 1 ? after : noEnd}`;
  const pattern = new RegExp(`(?<!${WORD})@(?:${choice})${after}|${bare}`, "giu");
  return [...text.matchAll(pattern)].map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
}

Deno.test("A name is found where a pattern for it would find it", () => {
  const part = fc.constantFrom(
    ..."a d A 1 - . ' _ ß ſ é e\u0301 σ Σ ς İ ı i I ﬁ 𝐚 山 太".split(" "),
  );
  const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(""));
  const words = fc.array(fc.oneof(part, fc.constantFrom("@", " ", "N", "U", "D")), {
    maxLength: 9,
  });
  fc.assert(
    fc.property(name, words, (name, words) => {
      const forms: Record<string, string> = {
        N: name,
        U: name.toUpperCase(),
        D: name.normalize("NFD"),
      };
      const text = words.map((word) => forms[word] ?? word).join("");
      assertEquals(mentionFinder(name)(text), byPattern(name, text));
      assertEquals(mentionFinder(name)(new SearchedText(text)), byPattern(name, text));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("A message to a room that many do not read compiles no pattern for their names", async () => {
  await using room = new Harness();
  const bob = await room.plain("bob");
  const others = [];
  for (let i = 0; i < 20; i++) {
    const other = await room.plain(`other${i}`);
    await other.send("/join ops\n");
    others.push(other);
  }
  for (const other of others) other.received();
  let patterns = 0;
  const { RegExp } = globalThis;
  globalThis.RegExp = new Proxy(RegExp, {
    construct(target, args) {
      patterns++;
      return Reflect.construct(target, args);
    },
  });
  try {
    await bob.send("hi other7, and all the others\n");
  } finally {
    globalThis.RegExp = RegExp;
  }
  assertEquals(patterns, 0);
  assertEquals(
    others.map((other) => other.received()),
    others.map((_, i) => i === 7 ? ["* #lobby: bob mentions you"] : []),
  );
});
