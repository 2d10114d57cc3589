/// <reference lib="dom" />
/** Direct messages on the page, which no server keeps. */

import { assertEquals } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { enter, hasChromium, say, seen, Stage, startWebServer, texts } from "./stage.ts";

const ignore = !hasChromium;

Deno.test({
  name: "Direct messages, sent and received, stand where they stood after a reload",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await say(page, "one");
    await nora.expect("ada: one");
    await nora.say("/msg ada for you");
    await seen(page, "for you");
    await nora.say("two");
    await seen(page, "two");
    await say(page, "/msg nora and back");
    await nora.expect("[from ada] and back");
    await seen(page, "and back");
    const all = ["one", "for you", "two", "and back"];
    assertEquals(await texts(page), all);
    for (let n = 0; n < 2; n++) {
      await page.reload();
      await seen(page, "and back");
      assertEquals(await texts(page), all);
      assertEquals(await page.locator("#log .direct").count(), 2);
    }
    await nora.say("three");
    await seen(page, "three");
    assertEquals(await texts(page), [...all, "three"]);
    await page.click("#leave");
    await page.waitForSelector("#door:not([hidden])");
    await enter(page, "eve");
    await seen(page, "three");
    assertEquals(await texts(page), ["one", "two", "three"]);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A direct message comes again with its neighbours when somebody scrolls back, each once",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await nora.say("/msg ada first of all");
    await seen(page, "first of all");
    for (const part of [0, 1, 2]) {
      const lines = Array.from({ length: 300 }, (_, n) => `line ${300 * part + n}\n`);
      await nora.send(lines.join(""));
      await seen(page, `line ${300 * part + 299}`);
      await nora.say(`/msg ada after ${300 * part + 299}`);
      await seen(page, `after ${300 * part + 299}`);
    }
    for (const isReloaded of [false, true]) {
      if (isReloaded) await page.reload();
      await seen(page, "after 899");
      const found = new Set<string>();
      for (;;) {
        const shown = await texts(page);
        for (const text of shown.filter((text) => !text.startsWith("line"))) found.add(text);
        assertEquals(new Set(shown).size, shown.length, "each once");
        for (const [n, text] of shown.entries()) {
          const next = shown[n + 1] ?? "";
          if (text.startsWith("after") || !next.startsWith("after")) continue;
          assertEquals(next, text.replace("line", "after"));
        }
        if (shown[0] === "first of all") break;
        await page.evaluate(() => document.querySelector("#scroller")!.scrollTo({ top: 0 }));
        await page.waitForFunction(
          (first) => document.querySelector("#log .message .text")?.textContent !== first,
          shown[0],
        );
      }
      assertEquals([...found].sort(), ["after 299", "after 599", "after 899", "first of all"]);
    }
    assertEquals(stage.errors, []);
  },
});
