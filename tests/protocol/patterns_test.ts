/** No regular expression of the program can take more than linear time. */

import { assertEquals } from "@std/assert";
import { slowness } from "../helpers/patterns.ts";

Deno.test("Patterns that are known to be slow are found, and linear ones are not", () => {
  const slow = [
    /^([\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/,
    /\S*$/,
    /\s*\n\s*/,
    /^(a+)+$/,
    /^(?:a|aa)+$/,
    /^\s*(.*)\s*$/,
    /https?:\/\/.*!x/,
    /a.*b/,
    /^(?:\w+\s?)*:$/,
    /[^\s]+@[^\s]+/,
    /^a(?=.*b.*c)/,
  ];
  for (const { source, flags } of slow) {
    assertEquals(slowness(source, flags) === undefined, false, source);
  }
  const linear = [
    /^[!-~][ -~]*$/,
    /^(\S+)\s+(.*)$/s,
    /^\/(\S*)\s*(.*)$/s,
    /^[a-z-]+ +\S+ +HTTP\/\d(?:\.\d)?\s*$/i,
    / HTTP\/\d(?:\.\d)?\r?$|^\r?$/,
    /-----BEGIN-----[^-]+-----END-----/,
    /[?#].*/s,
    /^(?:\.[a-z]+)*$/,
    /[[\p{Cc}\p{Cs}]--[\t\n]]/v,
    / +|[^ ]+/g,
  ];
  for (const { source, flags } of linear) assertEquals(slowness(source, flags), undefined, source);
});

/**
 * Reported, and looked at. The key is the pattern, so that one that is changed is looked at again.
 */
const REVIEWED: Readonly<Record<string, string>> = {
  ":? ?(open|write|lstat|stat)\\w* '.*$": "words of the operating system about a file of ours",
  ":? ?(open|read|stat)\\w* '.*$": "words of the operating system about a file of ours",
  ":? ?(open|read|stat)\\w* .*$": "words of the operating system about a file of ours",
  "^\\/\\S+(?: \\S+)* {2,}": "words with one blank between them: there is one way to take them",
  "^\\S+(?: \\S+)* {2,}(?:\\d+ \\S+(?: \\S+)* {2,})?":
    "words with one blank between them: there is one way to take them",
  "\\b[a-z][a-z0-9+-]{1,15}:\\/\\/(?:[!#-;=?-[\\]_a-z{}~]|(?![\\s\\u200B\\u2060\\p{Terminal_Punctuation}\\p{Quotation_Mark}\\p{Ps}\\p{Pe}\\uFF1C\\uFF1E\\uFF40\\uFF5C\\uFF5E])\\P{ASCII})+":
    "nothing follows what it repeats, and its two parts share no character: ASCII, and the rest",
};

/**
 * Where patterns are put together from parts, which are looked at by hand: each is a class with a
 * bounded repetition, a class alone, a row of classes that have nothing in common, or an anchored
 * row; those of `irc/` have characters and counts alone, or a class repeated with nothing behind it;
 * `mentions.ts` has a few fixed spellings of one name, of 256 units at most.
 */
const PUT_TOGETHER = [
  "protocol/ids.ts",
  "protocol/ignored.ts",
  "protocol/irc/formatting.ts",
  "protocol/irc/message.ts",
  "protocol/irc/split.ts",
  "protocol/mentions.ts",
  "protocol/names.ts",
  "protocol/normalize.ts",
  "protocol/text.ts",
  "store/words.ts",
  "web/handshake.ts",
];

Deno.test("No regular expression of the program can take more than linear time", async () => {
  const found: string[] = [];
  const putTogether = new Set<string>();
  let literals = 0;
  const root = new URL("../../src/", import.meta.url);
  for await (const file of sources(root)) {
    const path = file.pathname.slice(root.pathname.length);
    const rule: Deno.lint.Rule = {
      create: () => ({
        Literal(node) {
          if (!("regex" in node) || node.regex === undefined) return;
          const { pattern, flags } = node.regex;
          literals++;
          const why = slowness(pattern, flags);
          if (why !== undefined && !(pattern in REVIEWED)) {
            found.push(`${path}: ${pattern}: ${why}`);
          }
        },
        NewExpression({ callee }) {
          if (callee.type === "Identifier" && callee.name === "RegExp") putTogether.add(path);
        },
      }),
    };
    const plugin: Deno.lint.Plugin = { name: "patterns", rules: { patterns: rule } };
    Deno.lint.runPlugin(plugin, path, await Deno.readTextFile(file));
  }
  assertEquals(found, []);
  assertEquals([...putTogether].sort(), PUT_TOGETHER);
  assertEquals(literals > 50, true);
});

/** Our source files; `web/page.js` is made of them. */
async function* sources(directory: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, directory));
    else if (name.endsWith(".ts")) yield new URL(name, directory);
  }
}
