/// <reference lib="dom" />
/** What the page offers, and what it says of that. */

import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { join } from "./rooms_stage.ts";
import { becomeOperator, hasChromium, say, Stage, startWebServer, withOperators } from "./stage.ts";

/** The commands that come up behind a slash, with their help, sorted. */
async function offered(page: Page): Promise<string[]> {
  await page.fill("#field", "/");
  await page.waitForSelector("#candidates:not([hidden])");
  const texts = await page.locator("#candidates li").allTextContents();
  await page.fill("#field", "");
  return texts.sort();
}

/** The commands of `/help`, in the same form. */
async function listed(page: Page): Promise<string[]> {
  const lists = page.locator("#log .commands");
  const before = await lists.count();
  await say(page, "/help");
  await lists.nth(before).waitFor();
  const parts = await lists.nth(before).locator("b, span").allTextContents();
  assert(parts.length > 0);
  return parts.flatMap((part, i) => i % 2 === 0 ? [`${part} ${parts[i + 1]}`] : []).sort();
}

Deno.test({
  name: "/help lists what the page completes: for everybody, keepers and operators",
  ignore: !hasChromium,
  async fn() {
    await withOperators(async (flags) => {
      await using server = await startWebServer(flags);
      await using stage = await Stage.open();
      const page = await stage.joined(server.web, "ada");
      const everybody = await listed(page);
      assertEquals(everybody, await offered(page));
      for (const name of ["/help ", "/quiet ", "/ignore ", "/quit "]) {
        assert(everybody.some((row) => row.startsWith(name)), name);
      }
      await join(page, "ops");
      const keeper = await listed(page);
      assertEquals(keeper, await offered(page));
      await becomeOperator(page, "open sesame");
      const operator = await listed(page);
      assertEquals(operator, await offered(page));
      assert(everybody.length < keeper.length && keeper.length < operator.length);
      assertEquals(stage.errors, []);
    }, "open sesame");
  },
});

Deno.test({
  name: "/history on the page says how to see the past",
  ignore: !hasChromium,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    await say(page, "/History 100");
    await page.getByText("Scroll up to see what was said before.").waitFor();
    assertEquals(stage.errors, []);
  },
});
