/**
 * What the client makes of a text takes work in proportion to its length, whatever is in it. Work
 * is counted where it can be; and what became linear does on ordinary text what it did before.
 *
 * A failing property prints its seed; `fc.assert(…, { seed })` repeats it.
 *
 * @module
 */

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { columnsOf, cutTo } from "../../../src/client/view/width.ts";
import { draftOf, EMPTY_DRAFT, insertPaste } from "../../../src/client/terminal/draft.ts";
import { commonBeginning } from "../../../src/client/terminal/tab.ts";
import { complete, runStart } from "../../../src/client/view/completion.ts";
import { paintHints } from "../../../src/client/terminal/mode.ts";
import { layOut, type Mark } from "../../../src/client/view/layout.ts";
import { mentionFinder } from "../../../src/client/view/mentions.ts";
import { Conversation, RECENT_MS } from "../../../src/client/view/comings.ts";
import { PLAIN_STYLE } from "../../../src/client/view/style.ts";
import { wrapLine } from "../../../src/client/view/wrap.ts";
import { findLinks, MAX_ADDRESS_CHARS } from "../../../src/web/page/text.ts";

/** As long as a line of the server may be. */
const LONG = 60_000;

/** Words, spaces, signs and what people put behind an address. */
const ordinary = fc.array(
  fc.constantFrom(..."ab é日 .,;:!?'*_~])(\t\n@/", "http://", "https://a.test/x", "e\u0301", "👋"),
  { maxLength: 40 },
).map((pieces) => pieces.join(""));

Deno.test("The run at the end of a text is found as by a regular expression", () => {
  fc.assert(fc.property(ordinary, (text) => {
    const found = (belongs: (char: string) => boolean) => text.slice(0, runStart(text, belongs));
    assertEquals(
      found((char) => ".,;:!?'*_~])".includes(char)),
      text.replace(/[.,;:!?'*_~\])]+$/, ""),
    );
    assertEquals(found((char) => char === "\n"), text.replace(/\n+$/, ""));
    assertEquals(text.slice(runStart(text, (char) => !/\s/.test(char))), /\S*$/.exec(text)?.[0]);
  }));
});

Deno.test("The run at the end of a text is looked at once, and nothing before it", () => {
  for (
    const [text, run] of [["!".repeat(LONG) + "a", 0], ["a" + "!".repeat(LONG), LONG]] as const
  ) {
    let looks = 0;
    runStart(text, (char) => {
      looks++;
      return char === "!";
    });
    assertEquals(looks, run + 1);
  }
});

Deno.test("An address with a long tail of signs is an address and a word", () => {
  const line = "http://" + "!".repeat(LONG);
  const rows = wrapLine(line, { firstColumns: 80, restColumns: 60 });
  assertEquals(rows.map(({ start, end }) => line.slice(start, end)).join(""), line);
  const both = "http://a" + "!".repeat(LONG) + "a";
  assertEquals(wrapLine(both, { firstColumns: 80, restColumns: 60 }), [
    { start: 0, end: both.length, whole: true },
  ]);
});

Deno.test("A paste loses the newlines at its end, however many are in it", () => {
  const text = "a" + "\n".repeat(LONG) + "b";
  assertEquals(draftOf(text).pieces, [text]);
  assertEquals(insertPaste(EMPTY_DRAFT, text + "\n".repeat(LONG)).pieces, [text]);
});

/** How often a text is folded while something is done. */
function folds(action: () => void): number {
  const { normalize } = String.prototype;
  let count = 0;
  String.prototype.normalize = function (form): string {
    count++;
    return normalize.call(this, form);
  };
  try {
    action();
  } finally {
    String.prototype.normalize = normalize;
  }
  return count;
}

Deno.test("Completing folds each name once, and a paste not at all", () => {
  const names = Array.from({ length: 5_000 }, (_, i) => `name${i}`);
  assertLessOrEqual(folds(() => complete("hello nam", { names })), names.length + 1);
  assertEquals(folds(() => complete("x".repeat(LONG), { names })), 0);
  assertEquals(complete("x".repeat(LONG) + " name1234", { names }).candidates, ["name1234 "]);
  const alike = names.map((name) => "x".repeat(200) + name);
  assertLessOrEqual(folds(() => commonBeginning(alike)), alike.length + 256);
});

Deno.test("What candidates begin with is found as by comparing each with each beginning", () => {
  const folded = (text: string) => text.normalize("NFKC").toLowerCase();
  const before = ([first = "", ...others]: readonly string[]): string => {
    let length = 0;
    for (const char of first) {
      const longer = first.slice(0, length + char.length);
      if (!others.every((other) => folded(other).startsWith(folded(longer)))) break;
      length = longer.length;
    }
    return first.slice(0, length);
  };
  const name = fc.array(fc.constantFrom("a", "A", "ｂ", "b", "e\u0301", "é", "日", "İ", "ﬁ", "f"), {
    maxLength: 6,
  }).map((chars) => chars.join(""));
  fc.assert(fc.property(fc.array(name, { maxLength: 5 }), (names) => {
    assertEquals(commonBeginning(names), before(names));
  }));
});

Deno.test("The candidates around the chosen one are those that were shown before", () => {
  const before = (candidates: readonly string[], at: number, width: number): string => {
    const shown = candidates.map((word, i) => i === at ? `[${word}]` : word);
    let first = 0;
    const widthFrom = (start: number) => columnsOf(shown.slice(start, at + 1).join("  "));
    while (first < at && widthFrom(first) > width - 2) first++;
    return cutTo((first > 0 ? "… " : "") + shown.slice(first, first + width).join("  "), width);
  };
  fc.assert(fc.property(
    fc.array(fc.constantFrom("ada", "bob", "日本語", "x".repeat(30)), {
      minLength: 2,
      maxLength: 30,
    }),
    fc.nat(),
    fc.integer({ min: 20, max: 120 }),
    (candidates, number, columns) => {
      const at = number % (candidates.length + 1) - 1;
      const mode = {
        type: "completing" as const,
        candidates,
        at,
        without: EMPTY_DRAFT,
        before: EMPTY_DRAFT,
      };
      const [line] = paintHints(mode, "", { columns, style: PLAIN_STYLE });
      assertEquals(line, before(candidates, at, columns - 1));
    },
  ));
});

/** Marks that count how often one of them is looked at. */
function counted(marks: readonly Mark[]): { readonly marks: readonly Mark[]; looks: number } {
  const result = { marks, looks: 0 };
  result.marks = new Proxy(marks, {
    get(target, key, receiver) {
      if (typeof key === "string" && /^\d+$/.test(key)) result.looks++;
      return Reflect.get(target, key, receiver);
    },
  });
  return result;
}

/** Puts a text with painted places into rows. */
function laidOut(text: string, marks: readonly Mark[], columns = 80): string[] {
  const entry = { stamp: "14:02", label: "ada", said: true, text, marks };
  const same = (part: string) => part;
  return layOut({ ...entry, paintLabel: same, paintStamp: same }, { columns, nameColumns: 4 });
}

Deno.test("Each painted place of a text is looked at a few times, in however many lines they are", () => {
  for (const text of ["a\n".repeat(LONG / 2), "a ".repeat(LONG / 2)]) {
    const ranges = mentionFinder("a")(text);
    assert(ranges.length >= LONG / 2);
    const places = counted(ranges.map((range) => ({ ...range, paint: (part: string) => part })));
    laidOut(text, places.marks);
    // Once to find where a line's begin, once to take it, once to see that the next is not there.
    assertLessOrEqual(places.looks, 5 * ranges.length);
  }
});

Deno.test("Painted places are painted, and nothing else of a text is", () => {
  fc.assert(fc.property(
    fc.array(fc.constantFrom("ada", "bob", " ", "\n", "日", "x".repeat(30)), { maxLength: 60 }),
    fc.integer({ min: 20, max: 100 }),
    (words, columns) => {
      const text = words.join("");
      const marks = mentionFinder("ada")(text).map((range) => ({
        ...range,
        paint: (part: string) => `<${part}>`,
      }));
      const rows = laidOut(text, marks, columns);
      assertEquals(rows.map((row) => row.replace(/[<>]/g, "")), laidOut(text, [], columns));
      const painted = [...rows.join("").matchAll(/<([^>]*)>/g)].map(([, part]) => part).join("");
      assertEquals(painted, "ada".repeat(marks.length));
    },
  ));
});

Deno.test("No spelling of a name is looked for that no name can have", () => {
  const name = "\u2A76".repeat(200);
  assertEquals(mentionFinder(name)("=".repeat(LONG)), []);
  assertEquals(mentionFinder("ﷺ")("an ﷺ here"), [{ start: 3, end: 4 }]);
});

Deno.test("Who spoke longest ago is forgotten first, one for each who begins to speak", () => {
  const conversation = new Conversation();
  for (let i = 0; i < 3_000; i++) conversation.spoke(`a${i}`, i);
  assertEquals([conversation.has("a1999", 3_000), conversation.has("a2000", 3_000)], [false, true]);
  // Those that are no longer in the conversation go at once, when there are too many.
  conversation.spoke("b", 3_000 + 2 * RECENT_MS);
  assertEquals(conversation.has("a2999", 3_000), true, "one of the last 20");
  assertEquals(conversation.has("a2500", 3_000), false);
});

Deno.test("What is too long for an address is no link, and no browser looks at its host", () => {
  const BuiltIn = URL;
  let longest = 0;
  globalThis.URL = class extends BuiltIn {
    constructor(url: string | URL, base?: string | URL) {
      longest = Math.max(longest, String(url).length);
      super(url, base);
    }
  };
  try {
    const text = "http://" + "日".repeat(LONG) + " http://a.test/";
    assertEquals(findLinks(text).map(({ href }) => href), [undefined, "http://a.test/"]);
  } finally {
    globalThis.URL = BuiltIn;
  }
  assertEquals(longest > 0, true);
  assertLessOrEqual(longest, MAX_ADDRESS_CHARS);
});

const BEGINS = "begins at the beginning only, and its parts share no character";

/**
 * Where regular expressions repeat without a bound, and why that takes no more than a few looks.
 */
const REVIEWED: Readonly<Record<string, string>> = {
  "^[\\x20-\\x7e]*$": "begins at the beginning only",
  "^[\\p{L}\\p{Nd}\\p{M}_.'-]+$": "begins at the beginning only",
  "^\\/(\\S*)$": "begins at the beginning only",
  "^\\/(\\S+)\\s+(\\S*)$": "begins at the beginning only, and its parts share no character",
  "^\\/msg\\s+(\\S+)\\s+(\\S.*)$": "begins at the beginning only, and its parts share no character",
  "^\\/me\\s+(\\S.*)$": "begins at the beginning only, and its parts share no character",
  "^\\/search\\s+(\\S.*)$": "begins at the beginning only, and its parts share no character",
  "^\\/\\S+(?: \\S+)* {2,}": "begins at the beginning only, and its parts share no character",
  "^\\s*\\/\\S*$|(?:^|\\s)[@#]\\S*$": "what follows a space ends at the next one",
  "^\\/(\\S+)\\s+\\S": BEGINS,
  "^\\s*\\/join\\s+(\\S*)$": BEGINS,
  "^\\/(?:(?:op|key)\\b|join\\s+\\S+\\s+\\S)": BEGINS,
  "^\\S+(?: \\S+)* {2,}(?:\\d+ \\S+(?: \\S+)* {2,})?":
    "begins at the beginning only, and its parts share no character",
  " ?\\(os error \\d+\\)": "its text has at most 500 characters",
  "\\s+": "nothing follows: it cannot fail",
  "`+": "nothing follows: it cannot fail",
  " +|[^ ]+": "nothing follows: it cannot fail",
  "\\x1b\\[[\\d;]*m": "what it begins with cannot be in what it repeats",
  "\\b[a-z][a-z0-9+-]{1,15}:\\/\\/(?:[!#-;=?-[\\]_a-z{}~]|(?![\\s\\u200B\\u2060\\p{Terminal_Punctuation}\\p{Quotation_Mark}\\p{Ps}\\p{Pe}\\uFF1C\\uFF1E\\uFF40\\uFF5C\\uFF5E])\\P{ASCII})+":
    "nothing follows what it repeats, and its two parts share no character",
  "^\\x1B{1,2}(?:\\[M[^]{3}|\\[\\[[A-E]|\\[(?!M)[0-?]*[ -/]*[@-~]|O\\d?[A-Za-z]|[^\\x1B[O])":
    BEGINS,
  "^\\x1B{1,2}(?:\\[M[^]{0,2}|\\[\\[|\\[[0-?]*[ -/]*|O\\d?)?$": BEGINS,
  "^\\x1B{1,2}(?:\\[[0-?]*[ -/]*|O\\d?)?": BEGINS,
  "^\\x1B+$": "begins at the beginning only",
  "-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----": "a file of one's own",
  ":? ?(open|read|stat)\\w* '.*$": "an error about a file of one's own",
};

Deno.test("Every regular expression that repeats without a bound was looked at", () => {
  const found = new Set<string>();
  const plugin: Deno.lint.Plugin = {
    name: "repeats",
    rules: {
      all: {
        create: () => ({
          Literal(node): void {
            const { regex } = node as { regex?: { readonly pattern: string } };
            // Signs of repetition inside of brackets are none; those behind a backslash neither.
            const bare = regex?.pattern.replace(/\\./g, "x").replace(/\[[^\]]*\]/g, "x");
            if (regex !== undefined && /[*+]|\{\d+,\}/.test(bare ?? "")) found.add(regex.pattern);
          },
        }),
      },
    },
  };
  for (const directory of ["client", "client/core", "client/view", "client/terminal", "web/page"]) {
    const url = new URL(`../../../src/${directory}/`, import.meta.url);
    for (const { name } of Deno.readDirSync(url)) {
      if (!name.endsWith(".ts")) continue;
      Deno.lint.runPlugin(plugin, name, Deno.readTextFileSync(new URL(name, url)));
    }
  }
  const unknown = [...found].filter((pattern) => REVIEWED[pattern] === undefined);
  assertEquals(
    unknown,
    [],
    "Is each of them linear in what it is given? Then say why in REVIEWED.",
  );
  assert(found.size > 5, "the regular expressions are not found any more");
});
