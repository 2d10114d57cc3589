/// <reference lib="dom" />
/** Code between backticks, on the page. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type CodePart, findCode, MAX_CODES } from "../../src/web/page/code.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { hasChromium, Stage, startWebServer } from "./stage.ts";

const ignore = !hasChromium;

/** The parts of a text, short: words as they are, code in brackets, blocks in braces. */
function parts(text: string): string {
  const brackets = { words: ["", ""], code: ["[", "]"], block: ["{", "}"] } as const;
  return findCode(text).map(({ kind, text }) => brackets[kind].join(text)).join("");
}

Deno.test("Text between backticks is code, with three of them it is a block", () => {
  for (
    const [typed, shown] of [
      ["run `ls -l` there", "run [ls -l] there"],
      ["``a ` b`` and `c`", "[a ` b] and [c]"],
      ["`` ` ``", "[`]"],
      ["see ```ls -l``` there", "see {ls -l} there"],
      ["before\n```\n  one\n\n  two\n```\nafter", "before{  one\n\n  two}after"],
      ["````\nfour\n```", "{four}"],
      ["```\na `b` c\n```", "{a `b` c}"],
      ["```js\nx\n```", "{js\nx}"],
      ["```\na\n```\n```\nb\n```", "{a}{b}"],
    ] as const
  ) assertEquals(parts(typed), shown, typed);
});

Deno.test("Backticks that belong to nothing are words", () => {
  for (
    const text of [
      "",
      "`",
      "it`s 5 o\nclock` sharp",
      "` `",
      "``",
      "```",
      "```a``",
      "`a``",
      "`a\nb`",
    ]
  ) assertEquals(findCode(text), text === "" ? [] : [{ kind: "words", text }], text);
});

Deno.test("Of very many pieces of code the first ones are drawn as such", () => {
  const kinds = findCode("`a` ".repeat(1_000)).map(({ kind }) => kind);
  assertEquals(kinds.filter((kind) => kind === "code").length, MAX_CODES);
  assertEquals(kinds.at(-1), "words");
});

/** What the parts are by the rule, looked up from each place on. */
function slowly(text: string): CodePart[] {
  const kinds = [];
  let rest = text;
  let words = "";
  for (let codes = 0; rest !== "";) {
    const [, ticks = ""] = /^(`*)/.exec(rest) ?? [];
    const close = ticks.length >= 3 ? "`{3,}" : `${ticks}(?!\`)`;
    const inside = ticks.length >= 3 ? "[^]*?" : "[^\\n]*?";
    const found = new RegExp(`^${ticks}(${inside}(?<!\`))${close}`).exec(rest);
    if (ticks === "" || codes === MAX_CODES || found === null || found[1]!.trim() === "") {
      const skipped = Math.max(1, ticks.length);
      words += rest.slice(0, skipped);
      rest = rest.slice(skipped);
      continue;
    }
    if (words !== "") kinds.push({ kind: "words", text: words } as const);
    words = "";
    kinds.push({ kind: ticks.length >= 3 ? "block" : "code", text: found[1]! } as const);
    rest = rest.slice(found[0].length);
    codes++;
  }
  if (words !== "") kinds.push({ kind: "words", text: words } as const);
  return kinds;
}

Deno.test("Code is found as by looking for its end from each place", () => {
  const typed = fc.array(fc.constantFrom("`", "``", "```", "`````", "a", " b", "\n"), {
    maxLength: 30,
  }).map((pieces) => pieces.join(""));
  // What stands beside the backticks of a piece is trimmed, which the other one does not do.
  const bare = (parts: CodePart[]) =>
    parts.map(({ kind, text }) => `${kind}:${text.replace(/\s/g, "")}`)
      .filter((part) => part !== "words:");
  fc.assert(fc.property(typed, (text) => assertEquals(bare(findCode(text)), bare(slowly(text)))));
});

Deno.test("A text full of backticks is looked at in no time", () => {
  const lengths = Array.from({ length: 340 }, (_, n) => "`".repeat(n + 4) + "a").join("");
  for (const text of ["` ".repeat(30_000), "``a`".repeat(15_000), "`\n".repeat(30_000), lengths]) {
    assert(findCode(text).length <= 2 * MAX_CODES + 1);
  }
});

Deno.test({
  name: "Code is set in a face of its own, stays text, and is copied with its newlines",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    const { client: bob } = await JsonClient.join(server.port, "bob");
    await using _bob = bob;
    await using nora = await PlainClient.join(server.port, "nora");
    await bob.say("try `https://x.test/ <b>ada</b>`:\n```\nif a\n  <img src=x>\n\nfi\n```\ndone");
    await page.waitForSelector("#log pre");
    const faces = await page.locator("#log .text, #log code, #log pre").evaluateAll((all) =>
      all.map((one) => getComputedStyle(one).fontFamily.includes("monospace"))
    );
    assertEquals(faces, [false, true, true]);
    assertEquals(await page.innerText("#log code"), "https://x.test/ <b>ada</b>");
    assertEquals(await page.locator("#log code mark").count(), 1);
    assertEquals(await page.locator("#log .text a, #log img, #log .text b").count(), 0);
    const copied = await page.evaluate(() => {
      getSelection()!.selectAllChildren(document.querySelector("#log .text")!);
      return String(getSelection());
    });
    assertEquals(
      copied.replace(/\n+(if|done)/g, "\n$1"),
      "try https://x.test/ <b>ada</b>:\nif a\n  <img src=x>\n\nfi\ndone",
    );
    await page.evaluate(() =>
      getSelection()!.selectAllChildren(document.querySelector("#log pre")!)
    );
    assertEquals(
      await page.evaluate(() => String(getSelection())),
      "if a\n  <img src=x>\n\nfi",
    );
    for (const line of ["bob: ```", "bob: if a", "bob: ```"]) await nora.expect(line);
    assertEquals(stage.errors, []);
  },
});
