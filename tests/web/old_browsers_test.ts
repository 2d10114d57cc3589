/// <reference lib="dom" />
/** The page in the oldest browsers that it promises: Chrome 110, Firefox 115 and Safari 16.4. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { enter, hasChromium, say, seen, Stage, startWebServer } from "./stage.ts";

const ignore = !hasChromium;
const ROOT = new URL("../../", import.meta.url);

/** What the oldest of them lack, as `OBJECT.NAME`; types do not tell what browsers have. */
const LACKING = [
  "AbortSignal.any",
  "Array.fromAsync",
  "Element.prototype.ariaBusy",
  "Element.prototype.ariaExpanded",
  "Element.prototype.ariaInvalid",
  "Element.prototype.ariaLabel",
  "Element.prototype.ariaSelected",
  "Element.prototype.checkVisibility",
  "Element.prototype.role",
  "Error.isError",
  "Intl.DurationFormat",
  "Intl.Segmenter",
  "Iterator",
  "Map.groupBy",
  "Object.groupBy",
  "Promise.try",
  "Promise.withResolvers",
  "RegExp.escape",
  "Set.prototype.difference",
  "Set.prototype.intersection",
  "Set.prototype.isSubsetOf",
  "Set.prototype.union",
  "String.prototype.isWellFormed",
  "String.prototype.toWellFormed",
  "URL.canParse",
  "URL.parse",
  "Uint8Array.fromBase64",
  "Uint8Array.prototype.toBase64",
  "cookieStore",
  "documentPictureInPicture",
  "navigation",
  "requestIdleCallback",
  "scheduler",
] as const;

Deno.test("The page uses nothing of the language that came after 2023", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
    const lib = ["es2023", "dom", "dom.iterable", "dom.asynciterable"];
    await Deno.writeTextFile(
      `${directory}/deno.json`,
      JSON.stringify({
        imports: { uqr: imports.uqr },
        compilerOptions: { lib, strict: true, noUncheckedIndexedAccess: true },
      }),
    );
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--config", `${directory}/deno.json`, "src/web/page/main.ts"],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals({ code, stderr: new TextDecoder().decode(stderr) }, { code: 0, stderr: "" });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("No regular expression of the page needs a flag or a group that came after 2022", async () => {
  const found: string[] = [];
  const plugin: Deno.lint.Plugin = {
    name: "old",
    rules: {
      patterns: {
        create: () => ({
          Literal(node) {
            if (!("regex" in node) || node.regex === undefined) return;
            const { pattern, flags } = node.regex;
            if (flags.includes("v") || /\(\?[ims]*-?[ims]+:/.test(pattern)) found.push(pattern);
          },
        }),
      },
    },
  };
  const script = await Deno.readTextFile(new URL("src/web/page.js", ROOT));
  Deno.lint.runPlugin(plugin, "page.js", script);
  assertEquals(found, []);
});

Deno.test({
  name: "The page works without what the oldest browsers lack",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page();
    await page.addInitScript((lacking) => {
      const PlainRegExp = RegExp;
      Object.assign(globalThis, {
        RegExp: new Proxy(PlainRegExp, {
          construct(target, [source, flags]) {
            if (String(flags).includes("v")) throw new SyntaxError("Invalid flags");
            return new target(source, flags);
          },
        }),
      });
      for (const path of lacking) {
        const names = path.split(".");
        const name = names.pop()!;
        let owner: unknown = globalThis;
        for (const part of names) owner = (owner as Record<string, unknown> | undefined)?.[part];
        if (owner !== undefined) delete (owner as Record<string, unknown>)[name];
      }
    }, LACKING);
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    const { client } = await JsonClient.join(server.port, "zoë");
    await using _client = client;
    await client.say("look at https://example.org/ and https://[bad/, ada 👩‍👩‍👧");
    await page.waitForSelector(".mention a");
    await say(page, "hello");
    await client.message("hello");
    await page.waitForSelector(".tick[aria-label=delivered]");
    await page.fill("#field", "/w");
    await page.waitForSelector("#candidates [role=option][aria-selected]");
    await say(page, "/search hello");
    await page.waitForSelector("#results button");
    await page.waitForSelector("#show-search[aria-expanded=true]");
    await say(page, "/join ops");
    await page.waitForFunction(() => document.querySelector("#title")?.textContent === "#ops");
    await say(page, "```\nhello, ops\n```");
    await page.waitForSelector("#log pre");
    await client.say("ada, come back");
    await page.waitForSelector("#room-list .dot");
    await page.goBack();
    await seen(page, "ada, come back");
    await page.reload();
    await seen(page, "ada, come back");
    await page.waitForSelector("#room-list li:nth-child(2)");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A row that cannot be drawn does not stop the others",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page();
    await page.addInitScript(() => {
      const { append } = Element.prototype;
      Element.prototype.append = function (...children: (Node | string)[]) {
        if (children.some((child) => String(child).includes("poison"))) throw new Error("no");
        append.apply(this, children);
      };
    });
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    const { client } = await JsonClient.join(server.port, "bob");
    await using _client = client;
    for (const text of ["before", "poison", "after"]) await client.say(text);
    await seen(page, "after");
    await seen(page, "before");
    assertEquals(await page.innerText(".row .note"), "bob: poison");
    await say(page, "still here");
    await client.message("still here");
  },
});

for (
  const [what, script] of [
    ["read", "let ("],
    ["run", "null.nothing"],
  ] as const
) {
  Deno.test({
    name: `A browser that cannot ${what} the page's script is told so in plain words`,
    ignore,
    async fn() {
      await using server = await startWebServer();
      await using stage = await Stage.open();
      const page = await stage.page();
      await page.route(
        "**/page.js",
        (route) => route.fulfill({ contentType: "text/javascript", body: script }),
      );
      await page.goto(`http://127.0.0.1:${server.web}/`);
      await page.waitForFunction(() =>
        getComputedStyle(document.querySelector("#trouble")!).visibility === "visible"
      );
      assertStringIncludes(await page.innerText("#trouble"), "Firefox 115");
    },
  });
}
