/// <reference lib="dom" />
/** Messages that an operator erases, in the page or elsewhere, go from it. */

import { assert, assertEquals } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import {
  becomeOperator,
  hasChromium,
  say,
  seen,
  Stage,
  startWebServer,
  texts,
  withOperators,
} from "./stage.ts";

Deno.test({
  name: "What is erased goes from the page, drawn or not, and from that of who reloads",
  ignore: !hasChromium,
  async fn() {
    await withOperators(async (flags) => {
      await using server = await startWebServer(flags);
      await using stage = await Stage.open();
      await using root = await PlainClient.join(server.port, "root");
      await using bob = await PlainClient.join(server.port, "bob");
      await root.say("/op");
      await root.expect(/nobody sees/i);
      await root.say("boss");
      await root.expect(/You are an operator now/);
      const page = await stage.joined(server.web, "ada");
      await bob.say("the secret");
      await bob.say("and more of it");
      await seen(page, "and more of it");
      await say(page, "I saw it");
      await say(page, "/search secret");
      await page.waitForFunction(() =>
        document.querySelector("#results")?.textContent?.includes("the secret")
      );
      await root.say("/erase bob");
      await seen(page, "erases 2 messages of bob");
      const left = ["(erased)", "(erased)", "I saw it"];
      assertEquals((await texts(page)).slice(0, 3), left);
      assert(!(await page.content()).includes("secret"));
      await page.reload();
      await seen(page, "erases 2 messages of bob");
      assertEquals((await texts(page)).slice(0, 3), left);
      assertEquals(stage.errors, []);
    });
  },
});

Deno.test({
  name: "An operator erases a message where it stands, after a question that shows its number",
  ignore: !hasChromium,
  async fn() {
    await withOperators(async (flags) => {
      await using server = await startWebServer(flags);
      await using stage = await Stage.open();
      await using bob = await PlainClient.join(server.port, "bob");
      const page = await stage.joined(server.web, "ada");
      await bob.say("well said");
      await bob.say("badly said");
      await bob.say("/msg ada for you");
      await seen(page, "badly said");
      await seen(page, "for you");
      assertEquals(await page.locator(".erase").count(), 0, "it is no operator");
      await becomeOperator(page);
      // None at the direct message.
      await page.waitForFunction(() => document.querySelectorAll("#log .erase").length === 2);
      const row = page.locator("#log .message", { hasText: "badly said" });
      await row.hover();
      await row.locator(".erase").click();
      assertEquals(await page.innerText("#erase-text"), "badly said");
      const number = /\d+/.exec(await page.innerText("#erase-number"))?.[0];
      await page.keyboard.press("Escape");
      await page.waitForSelector("#erase:not([open])", { state: "attached" });
      await row.locator(".erase").click();
      // The cursor is on what does nothing.
      await page.keyboard.press("Enter");
      await page.waitForSelector("#erase:not([open])", { state: "attached" });
      await row.locator(".erase").click();
      await page.click("#erase [value=erase]");
      await seen(page, "erases a message of bob");
      await seen(page, "(erased)");
      const left = await texts(page);
      assertEquals([left.includes("well said"), left.includes("badly said")], [true, false]);
      await page.waitForFunction(() => document.querySelectorAll("#log .erase").length === 1);
      await say(page, `/erase ${number}`);
      await page.getByText(`There is no message ${number}`).waitFor();
      await page.reload();
      await page.getByText("You are still an operator").waitFor();
      await page.waitForFunction(() => document.querySelectorAll("#log .erase").length === 1);
      assertEquals(stage.errors, []);
    });
  },
});
