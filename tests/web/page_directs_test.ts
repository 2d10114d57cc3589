/// <reference lib="dom" />
/** Direct messages on the page, which no server keeps. */

import { assertEquals } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { deserted, enter, hasChromium, say, seen, Stage, startWebServer, texts } from "./stage.ts";

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
    await say(page, "/nick lovelace");
    await nora.expect("* ada is now lovelace");
    const all = ["one", "for you", "two", "and back"];
    assertEquals(await texts(page), all);
    for (let n = 0; n < 2; n++) {
      await page.reload();
      await seen(page, "and back");
      assertEquals(await texts(page), all);
      assertEquals(await page.locator("#log .direct").count(), 2);
      assertEquals(await page.locator("#log .direct.own").count(), 1);
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

Deno.test({
  name: "Direct messages stay when the server comes back with another log",
  ignore,
  async fn() {
    await using stage = await Stage.open();
    const { page, web } = await deserted(stage, "ada", {
      async during(page, server) {
        await using nora = await PlainClient.join(server.port, "nora");
        await nora.say("one");
        await nora.say("/msg ada for you");
        await seen(page, "for you");
      },
    });
    await using server = await startWebServer([], { web });
    await page.waitForFunction(() => document.querySelector("#status")?.textContent === "");
    await using nora = await PlainClient.join(server.port, "nora");
    await nora.say("two");
    await seen(page, "two");
    assertEquals(await texts(page), ["for you", "two"]);
    await page.reload();
    await seen(page, "two");
    assertEquals(await texts(page), ["for you", "two"]);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "What is said to a page that is away waits, and is shown once when it is back",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await say(page, "one");
    await nora.expect("ada: one");
    await page.goto("about:blank");
    // The server may not have noticed yet that it is away.
    for (let n = 1; !nora.seen.some((line) => line.includes("your message waits")); n++) {
      await nora.say(`/msg ada ${n}`);
      await nora.expect(`[to ada] ${n}`);
    }
    await nora.say("/msg ada the last one");
    await nora.expect("[to ada] the last one");
    for (let n = 0; n < 2; n++) {
      if (n === 0) await page.goto(`http://127.0.0.1:${server.web}/`);
      else await page.reload();
      await seen(page, "the last one");
      const shown = (await texts(page)).filter((text) => text === "the last one");
      assertEquals(shown.length, 1);
    }

    const other = await stage.joined(server.web, "eve");
    await page.goto("about:blank");
    await other.waitForFunction(
      () => {
        const field = document.querySelector("#field") as HTMLTextAreaElement;
        field.value = "/msg ada from eve";
        field.dispatchEvent(new Event("input"));
        field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        const notes = document.querySelector("#log")!.textContent ?? "";
        return notes.includes("ada is away: your message waits");
      },
      undefined,
      { polling: 200 },
    );
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Of the direct messages that come while no room is shown, the newest 500 are kept",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await say(page, "/leave");
    await page.getByText("You are in no room").waitFor();
    for (let n = 1; n <= 520; n++) await nora.say(`/msg ada ${n}`);
    /** What each message says that a reload would show. */
    const kept = () =>
      page.evaluate(() => {
        const [{ kept }] = JSON.parse(sessionStorage.getItem("chat.directs") ?? '[{"kept":[]}]');
        return kept.map(({ event }: { readonly event: { readonly text: string } }) => event.text);
      });
    await page.waitForFunction(() => sessionStorage.getItem("chat.directs")?.includes('"520"'));
    const texts = await kept();
    assertEquals([texts.length, texts[0], texts.at(-1)], [500, "21", "520"]);
    assertEquals(stage.errors, []);
  },
});
