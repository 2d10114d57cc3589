/// <reference lib="dom" />
import { assertEquals } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { hasChromium, lookAway, say, seen, Stage, startWebServer, texts } from "./stage.ts";

Deno.test({
  name: "/ignore on the page hides what somebody said and says, over a reload; again shows it",
  ignore: !hasChromium,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await PlainClient.join(server.port, "bob");
    await using eve = await PlainClient.join(server.port, "eve");
    const page = await stage.joined(server.web, "ada");
    await eve.say("before");
    await seen(page, "before");
    await say(page, "/ignore eve");
    await page.getByText("What eve says is hidden").waitFor();
    assertEquals(await page.getByText("before").isVisible(), false);
    await lookAway(page);
    await eve.say("ada, look here");
    await eve.say("/msg ada psst");
    await bob.say("after");
    await seen(page, "after");
    assertEquals(await page.title(), "(1) chat");
    assertEquals(await page.getByText("look here").isVisible(), false);
    assertEquals((await texts(page)).includes("psst"), false);
    await page.reload();
    await seen(page, "after");
    assertEquals(await page.getByText("look here").isVisible(), false);
    await say(page, "/search before");
    await page.getByText("Nothing was found.").waitFor();
    await page.click("#close-search");
    await say(page, "/ignore");
    await page.getByText("You ignore eve.").waitFor();
    await say(page, "/ignore eev");
    await page.getByText("Nobody here is called eev; ignored all the same.").waitFor();
    await say(page, "/ignore EVE");
    await page.locator("#log").getByText("look here").waitFor();
    assertEquals(await page.locator("#log").getByText("before").isVisible(), true);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "/ignore on the page is not about who had the name before, also after a reload",
  ignore: !hasChromium,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using carl = await PlainClient.join(server.port, "eve");
    const page = await stage.joined(server.web, "ada");
    await carl.say("/nick carl");
    await page.getByText("eve is now carl").waitFor();
    await using eve = await PlainClient.join(server.port, "eve");
    await eve.say("bad");
    await carl.say("cheerio");
    await seen(page, "cheerio");
    await say(page, "/ignore eve");
    await page.getByText("What eve says is hidden").waitFor();
    await page.reload();
    await seen(page, "cheerio");
    assertEquals(await page.getByText("cheerio").isVisible(), true);
    await eve.say("/nick mallory");
    await eve.say("worse");
    await carl.say("better");
    await seen(page, "better");
    assertEquals(await page.getByText("worse").isVisible(), false);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name:
    "/ignore on the page follows a person over a reload, takes back all names at once, and no regular's",
  ignore: !hasChromium,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using eve = await PlainClient.join(server.port, "eve");
    await using bob = await PlainClient.join(server.port, "bob");
    const page = await stage.joined(server.web, "ada");
    await bob.say("ready");
    await seen(page, "ready");
    await say(page, "/ignore eve");
    await page.getByText("What eve says is hidden").waitFor();
    await eve.say("/nick carl");
    await eve.say("bad");
    await eve.say("/nick mallory");
    await eve.say("worse");
    await bob.say("between");
    await seen(page, "between");
    await page.reload();
    await seen(page, "between");
    // carl is back, whose name it was.
    await using carl = await PlainClient.join(server.port, "carl");
    await eve.say("worst");
    await carl.say("regular");
    await seen(page, "regular");
    for (const text of ["bad", "worse", "worst"]) {
      assertEquals(await page.locator("#log").getByText(text, { exact: true }).isVisible(), false);
    }
    assertEquals(await page.getByText("regular").isVisible(), true);
    await say(page, "/ignore");
    await page.getByText("You ignore eve, mallory.").waitFor();
    await say(page, "/ignore mallory");
    await page.getByText("What mallory says is shown again.").waitFor();
    await page.locator("#log").getByText("worst").waitFor();
    await page.reload();
    await seen(page, "worst");
    for (const text of ["bad", "worse", "worst"]) {
      assertEquals(await page.locator("#log").getByText(text, { exact: true }).isVisible(), true);
    }
    assertEquals(stage.errors, []);
  },
});
