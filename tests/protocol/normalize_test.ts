import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  boundedPieces,
  MAX_RUN_CHARS,
  type NormalizationForm,
  normalized,
} from "../../src/protocol/normalize.ts";

const FORMS: readonly NormalizationForm[] = ["NFC", "NFD", "NFKC", "NFKD"];

/** Each code point but the halves of surrogate pairs. */
function* codePoints(): Generator<string> {
  for (let point = 0; point < 0x110000; point++) {
    if (point < 0xD800 || point > 0xDFFF) yield String.fromCodePoint(point);
  }
}

/** Whether a character that nothing can be taken apart from is moved beside some mark. */
function isReordered(char: string): boolean {
  // U+0345 has the highest combining class, U+0334 the lowest.
  return `\u0345${char}`.normalize("NFD") !== `\u0345${char}` ||
    `${char}\u0334`.normalize("NFD") !== `${char}\u0334`;
}

/** Whether the module counts a character: only then can many of them be cut. */
function isJoining(char: string): boolean {
  return boundedPieces(char.repeat(MAX_RUN_CHARS + 1)).length > 1;
}

Deno.test("Every code point that can act on what stands before it is counted as a mark", () => {
  const all = [...codePoints()];
  // The second part of what is one character in NFC.
  const seconds = new Set<string>();
  for (const char of all) {
    const parts = [...char.normalize("NFD")];
    if (parts.length > 1 && char.normalize("NFC") === char) seconds.add(parts.at(-1)!);
  }
  assert(seconds.has("\u0301") && seconds.has("\u1161") && seconds.has("\u{16D67}"));
  const missing: string[] = [];
  for (const char of all) {
    for (const form of ["NFD", "NFKD"] as const) {
      const first = [...char.normalize(form)][0]!;
      if ((isReordered(first) || seconds.has(first)) && !isJoining(char)) {
        missing.push(char.codePointAt(0)!.toString(16));
      }
    }
  }
  assertEquals(missing, []);
});

Deno.test("Any other code point begins afresh: what stands before it stays as it is", () => {
  const before = ["a\u0316\u0301", "\u1100", "\u1100\u1161", "\u{16D63}"];
  for (const char of codePoints()) {
    if (isJoining(char)) continue;
    for (const form of ["NFC", "NFKC"] as const) {
      const alone = char.normalize(form);
      for (const left of before) {
        const both = `${left}${char}`.normalize(form);
        if (both !== left.normalize(form) + alone) throw new Error(JSON.stringify([left, char]));
      }
    }
  }
});

const ANY = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."aé한각ㅋㅠ\u0301\u0316\u0345\u0F71\u0F72\u0F73\u1161\u11A8\u{1611E}ﾞﾊ゛ßΣﷺ"),
    fc.constantFrom("\u{16D67}", "\u{113C2}", "\u{1D165}", "\uD800", "\uDC00", "\u200D", "\n"),
  ),
  maxLength: 300,
});

Deno.test("Text without long runs is in the form that the engine gives", () => {
  fc.assert(fc.property(fc.oneof(ANY, fc.string({ unit: "binary" })), (text) => {
    for (const form of FORMS) {
      if (boundedPieces(text).length > 1) continue;
      assertEquals(normalized(text, form), text.normalize(form));
    }
  }));
  const thirty = `a${"\u0316\u0301".repeat(15)}`;
  assertEquals(boundedPieces(thirty), [thirty]);
  assertEquals(boundedPieces(`${thirty}\u0316b`), [thirty, "\u0316b"]);
});

Deno.test("No piece that the engine gets has a run that it would need long for", () => {
  const run = fc.tuple(
    fc.constantFrom("\u0301", "\u0316\u0301", "ﾞ\u0316", "\u{1611E}", "\u0F73", "ㅠ", "\u{1D165}"),
    fc.nat(200),
  ).map(([marks, times]) => marks.repeat(times));
  fc.assert(fc.property(fc.array(fc.oneof(run, ANY), { maxLength: 8 }), (parts) => {
    const text = parts.join("");
    const pieces = boundedPieces(text);
    assertEquals(pieces.join(""), text);
    for (const piece of pieces) {
      let inRow = 0;
      for (const char of piece) {
        inRow = isJoiningCached(char) ? inRow + 1 : 0;
        assert(inRow <= MAX_RUN_CHARS);
      }
    }
    // Only what is too long is cut, so there are few pieces.
    assert(pieces.length <= 1 + text.length / MAX_RUN_CHARS);
    for (const form of FORMS) {
      assertEquals(normalized(text, form), pieces.map((piece) => piece.normalize(form)).join(""));
    }
  }));
});

Deno.test("A run beyond the limit keeps its marks", () => {
  const marks = "\u0301".repeat(500);
  assertEquals(normalized(`x${marks}`, "NFKC"), `x${marks}`);
  assertEquals(normalized(`\uFF76${"\uFF9E".repeat(99)}`, "NFKC"), `ガ${"\u3099".repeat(98)}`);
});

Deno.test("Nothing else in the program calls the built-in function", async () => {
  const callers: string[] = [];
  for await (const path of sources(new URL("../../src/", import.meta.url))) {
    const text = await Deno.readTextFile(path);
    if (/\.\s*normalize\b|["'`]normalize["'`]/.test(text)) {
      callers.push(path.pathname.replace(/^.*\/src\//, ""));
    }
  }
  assertEquals(callers, ["protocol/normalize.ts"]);
});

/** Our source files; `web/page.js` is made of them. */
async function* sources(directory: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, directory));
    else if (name.endsWith(".ts")) yield new URL(name, directory);
  }
}

const joining = new Map<string, boolean>();

function isJoiningCached(char: string): boolean {
  let known = joining.get(char);
  if (known === undefined) joining.set(char, known = isJoining(char));
  return known;
}
