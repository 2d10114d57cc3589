import { assertEquals, assertLess, assertMatch, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { complete } from "../../src/client/view/completion.ts";
import { interpret, typedText } from "../../src/client/view/typed_line.ts";
import { plain } from "../../src/protocol/plain.ts";
import {
  cleanLine,
  cleanText,
  countCodePoints,
  isEveryday,
  slashAt,
  type TextProblem,
  textProblem,
} from "../../src/protocol/text.ts";

function codeOf(problem: TextProblem | null): string | undefined {
  return problem?.code;
}

Deno.test("cleanText leaves what people write as it is", () => {
  for (const text of ["hello", "two\nlines", "a\tb", "Grüße 東京 👩‍👩‍👧 שלום", "zero\u200Bwidth", ""]) {
    assertStrictEquals(cleanText(text), text);
  }
});

Deno.test("cleanText makes a newline of CRLF", () => {
  assertEquals(cleanText("a\r\nb\r\n"), "a\nb\n");
});

Deno.test("cleanText replaces each character that could act on a screen", () => {
  const harmful = [
    ..."\x00\x07\x08\x0B\x0C\r\x0E\x1B\x1F\x7F\x80\x85\x9B\x9F",
    ..."\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069",
    "\uD83D",
    "\uDE00",
  ];
  for (const char of harmful) assertEquals(cleanText(`a${char}b`), "a\uFFFDb");
  assertEquals(cleanText("\x1B[31mred\x1B[0m"), "\uFFFD[31mred\uFFFD[0m");
});

Deno.test("cleanText gives text that has nothing left to clean", () => {
  const anything = fc.string({ unit: "binary" });
  fc.assert(fc.property(anything, (text) => {
    const cleaned = cleanText(text);
    assertEquals(cleanText(cleaned), cleaned);
    assertEquals(cleaned.isWellFormed(), true);
  }));
});

Deno.test("cleanLine replaces newlines too", () => {
  assertEquals(cleanLine("a\nb\x1B"), "a\uFFFDb\uFFFD");
  assertStrictEquals(cleanLine("plain"), "plain");
});

Deno.test("textProblem refuses a text with nothing to see", () => {
  const unseen = [
    ..."\u00A0\u00AD\u034F\u061C\u115F\u1160\u17B4\u180E\u200B\u200D\u2028\u2060\u2800\u3164",
  ];
  const more = [
    ..."\uFE0F\uFEFF\uFFA0\uFFF9\uFFFB\u{13430}\u{13441}\u{16FE4}\u{1D159}\u{1D173}\u{E0041}",
  ];
  const all = [...unseen, ...more];
  for (const text of ["", " ", "\n\n", "\t \u3000", ...all, all.slice(0, 15).join("\n")]) {
    assertEquals(codeOf(textProblem(text)), "bad_request", JSON.stringify(text));
    assertEquals(textProblem(`${text.slice(0, 2)}.`), null);
  }
});

Deno.test("textProblem counts code points up to the limit", () => {
  for (const char of ["x", "é", "👋"]) {
    assertEquals(textProblem(char.repeat(3_999)), null);
    assertEquals(textProblem(char.repeat(4_000)), null);
    const problem = textProblem(char.repeat(4_001));
    assertEquals(codeOf(problem), "text_too_long");
    assertMatch(problem?.text ?? "", /^[^\n]*4001 characters[^\n]*4000[^\n]*$/);
  }
});

Deno.test("textProblem counts lines up to the limit", () => {
  assertEquals(textProblem("x\n".repeat(38) + "x"), null);
  assertEquals(textProblem("x\n".repeat(39) + "x"), null);
  const problem = textProblem("x\n".repeat(40) + "x");
  assertEquals(codeOf(problem), "text_too_long");
  assertMatch(problem?.text ?? "", /41 lines.*40/);
  assertEquals(codeOf(textProblem("x" + "\n".repeat(3_999))), "text_too_long");
});

Deno.test("textProblem counts marks in a row up to the limit", () => {
  for (const mark of ["\u0301", "\u093E", "\uFE0F", "\u{1D165}", "\uFF9E"]) {
    assertEquals(textProblem(`a${mark.repeat(30)}b${mark.repeat(30)}`), null);
    const problem = textProblem(`a${mark.repeat(31)}b${mark.repeat(77)}`);
    assertEquals(codeOf(problem), "bad_request");
    assertMatch(problem?.text ?? "", /^The text has 77 marks in a row, at most 30 [^\n]*$/);
  }
  // Letters in Unicode, and in life: people weep like this.
  for (const text of ["ㅠ".repeat(200), "ㅋ".repeat(200), "ー".repeat(99), "👩‍👩‍👧".repeat(99)]) {
    assertEquals(textProblem(text), null);
  }
});

Deno.test("textProblem answers quickly about a huge text", () => {
  const huge = "👋\n".repeat(5_000_000);
  const startMs = performance.now();
  assertEquals(codeOf(textProblem(huge)), "text_too_long");
  assertLess(performance.now() - startMs, 2_000);
});

Deno.test("countCodePoints counts as iterating does", () => {
  const anything = fc.array(fc.constantFrom("a", "é", "👋", "\uD83D", "\uDE00"));
  fc.assert(fc.property(anything, (parts) => {
    const text = parts.join("");
    assertEquals(countCodePoints(text), [...text].length);
  }));
});

Deno.test("isEveryday is true only of texts that need no cleaning and can be said", () => {
  assertEquals(["hello", "a b", "~!", "x".repeat(4000)].map(isEveryday), [true, true, true, true]);
  const others = ["", " ", " a", "a\n", "a\tb", "a\x07", "a\x7f", "\u00e9", "a\u202e", "\ud800"];
  assertEquals(others.filter(isEveryday), []);
  fc.assert(fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
    if (!isEveryday(text)) return;
    assertEquals(cleanText(text), text);
    assertEquals(textProblem(text), null);
  }));
});

/** What draws nothing, each beside the others that Unicode files elsewhere. */
const NOTHING = [
  " ",
  "\t",
  "\n",
  "\r",
  "\0",
  "\x08",
  "\x1B",
  "\x7F",
  "\u0085",
  "\u00A0",
  "\u00AD",
  "\u034F",
  "\u115F",
  "\u180E",
  "\u200B",
  "\u200D",
  "\u200E",
  "\u2028",
  "\u202E",
  "\u2060",
  "\u2800",
  "\u3000",
  "\u3164",
  "\uFE0F",
  "\uFEFF",
  "\uFFA0",
  "\uFFF9",
  "\u{E0020}",
  "\x1B[A",
  "\x1B[200~",
  "\x1BOH",
];

for (const nothing of [...NOTHING, NOTHING.join(""), " ".repeat(60_000)]) {
  const shown = JSON.stringify(nothing.slice(0, 20));

  Deno.test(`${shown} before a slash publishes no command`, () => {
    const line = "/msg bob secret";
    assertEquals(plain.parse(nothing + line, { joined: true }), { type: "command", line });
    assertEquals(interpret(nothing + line), { type: "command", line });
    assertEquals(interpret(`${nothing}/quit`), { type: "quit" });
    assertEquals(interpret(`${nothing}/me waves`), { type: "say", text: "waves", action: true });
    assertEquals(plain.parse(`${nothing}/op`, { joined: true }), { type: "command", line: "/op" });
    assertEquals(plain.parse(`${nothing}/quit`, { joined: false }), { type: "quit" });
  });

  Deno.test(`${shown} before two slashes stays, and one slash goes`, () => {
    const text = `${nothing}/etc`;
    assertEquals(plain.parse(`${nothing}//etc`, { joined: true }), { type: "say", text });
    const typed = typedText({ type: "say", room: "lobby", id: "1", text });
    assertEquals(interpret(typed), { type: "say", text, action: false });
  });
}

for (const line of ["hi /who", "./who", "\u0301/who", "\uFFFD/who", "-/who", "", "   ", "\x1B[/"]) {
  Deno.test(`${JSON.stringify(line)} begins with no slash`, () => assertEquals(slashAt(line), -1));
}

Deno.test("Tab completes a command behind a space", () => {
  assertEquals(complete(" /ms", { names: [] }), { word: "/ms", candidates: ["/msg "] });
  assertEquals(complete(" /msg a", { names: ["ada"] }).candidates, ["ada "]);
});
