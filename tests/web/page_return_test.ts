/// <reference lib="dom" />
/** Coming back to the page: from sleep, from another tab, from a reload, to a newer server. */

import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { join, plainIn, show, shown } from "./rooms_stage.ts";
import {
  deserted,
  hasChromium,
  lookAway,
  lookBack,
  say,
  seen,
  Stage,
  startWebServer,
  type WebServer,
  withOperators,
} from "./stage.ts";

const ignore = !hasChromium;

/** What stands behind the line that tells what is new; undefined: there is no such line. */
const FIRST_NEW = () =>
  document.querySelector("#log .unread")?.parentElement?.querySelector(".text")?.textContent;

Deno.test({
  name: "The page comes back at once when there is a network again, or when it is looked at",
  ignore,
  async fn() {
    await using stage = await Stage.open();
    const { page, web } = await deserted(stage, "ada", {
      // A page that sleeps: what is to happen later does not.
      during: (page) =>
        page.evaluate(() => {
          const real = globalThis.setTimeout;
          Object.assign(globalThis, {
            setTimeout: (action: TimerHandler, ms = 0) => ms < 100 ? real(action, ms) : 0,
          });
        }),
    });
    for (const event of ["online", "visibilitychange"]) {
      await page.waitForFunction(() =>
        document.querySelector("#status")?.textContent?.includes("Not connected")
      );
      await using server = await startWebServer([], { web });
      await using bob = await PlainClient.join(server.port, "bob");
      await page.evaluate((event) => {
        const target = event === "online" ? globalThis : document;
        target.dispatchEvent(new Event(event, { bubbles: true }));
      }, event);
      await bob.expect("* ada joined");
      await page.waitForFunction(() => document.querySelector("#status")?.textContent === "");
    }
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "What was said while nobody looked is marked, and over a reload; what was seen is not",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await PlainClient.join(server.port, "bob");
    const page = await stage.joined(server.web, "ada");
    await bob.say("seen at once");
    await seen(page, "seen at once");
    assertEquals(await page.evaluate(FIRST_NEW), undefined);
    await lookAway(page);
    await bob.say("one");
    await bob.say("two");
    await seen(page, "two");
    assertEquals(await page.title(), "(2) chat");
    await lookBack(page);
    await page.waitForFunction(() => document.title === "chat");
    assertEquals(await page.evaluate(FIRST_NEW), "one");
    // The next time it is marked what is new then.
    await lookAway(page);
    await bob.say("three");
    await seen(page, "three");
    assertEquals(await page.evaluate(FIRST_NEW), "three");
    await lookBack(page);
    await say(page, "I have read it");
    await seen(page, "I have read it");
    assertEquals(await page.evaluate(FIRST_NEW), undefined);
    await lookAway(page);
    await bob.say("four");
    await seen(page, "four");
    await page.goto("about:blank");
    await bob.say("five");
    await page.goBack();
    await seen(page, "five");
    assertEquals(await page.evaluate(FIRST_NEW), "four");
    assertEquals(await page.locator("#log .unread").count(), 1);
    await page.reload();
    await seen(page, "five");
    assertEquals(await page.evaluate(FIRST_NEW), undefined);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A room that was left by a command that leads elsewhere shows what is said there later",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    await join(page, "ops");
    const { client } = await JsonClient.join(server.port, "bob");
    await using bob = client;
    await say(page, "/join lobby");
    await shown(page, "lobby");
    await say(page, "/join ops");
    await shown(page, "ops");
    await bob.say("anybody here?");
    await page.waitForSelector("#room-list .unread-count");
    await show(page, "lobby");
    await seen(page, "anybody here?");
    assertEquals(await page.evaluate(FIRST_NEW), "anybody here?");
  },
});

Deno.test({
  name: "A server with another page is told of, and the page is loaded when nothing is typed",
  ignore,
  async fn() {
    await using stage = await Stage.open();
    const { page, web } = await deserted(stage, "ada", {
      during: (page) => page.fill("#field", "half a sent"),
    });
    await using server = await startWebServer([], { web });
    await using bob = await PlainClient.join(server.port, "bob");
    // As if this page had come from another version.
    await page.evaluate(() => {
      document.querySelector("meta[name=build]")?.setAttribute("content", "older");
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    });
    await page.waitForSelector("#newer:not([hidden])");
    await bob.say("go on, ada");
    await seen(page, "go on, ada");
    const loaded = page.waitForEvent("load");
    await page.fill("#field", "");
    await loaded;
    await seen(page, "go on, ada");
    assert(await page.isHidden("#newer"));
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name:
    "Up edits the last line that was not sent, and recalls own lines over a reload, no password",
  ignore,
  async fn() {
    await using stage = await Stage.open();
    await withOperators(async (flags) => {
      const during = async (page: Page, server: WebServer) => {
        await say(page, "the first");
        await seen(page, "the first");
        await say(page, "/op open sesame");
        await page.reload();
        await seen(page, "the first");
        await page.press("#field", "ArrowUp");
        assertEquals(await page.inputValue("#field"), "the first");
        await page.press("#field", "ArrowUp");
        assertEquals(await page.inputValue("#field"), "the first");
        await page.press("#field", "ArrowDown");
        server.signal("SIGKILL");
        await server.outcome();
      };
      const { page, web } = await deserted(stage, "ada", { flags, during });
      await page.waitForFunction(() =>
        document.querySelector("#status")?.textContent?.includes("Not connected")
      );
      await say(page, "said to nobody");
      await page.waitForSelector(".pending");
      await page.press("#field", "ArrowUp");
      assertEquals(await page.inputValue("#field"), "said to nobody");
      await page.waitForSelector(".pending", { state: "detached" });
      await page.fill("#field", "said to somebody");
      await using server = await startWebServer([], { web });
      await using bob = await PlainClient.join(server.port, "bob");
      await page.press("#field", "Enter");
      await bob.expect("ada: said to somebody");
      await seen(page, "said to somebody");
      assertEquals(await page.getByText("said to nobody").count(), 0);
      await page.click("#leave");
      await page.waitForSelector("#door:not([hidden])");
      assert(
        !await page.evaluate(() => JSON.stringify({ ...sessionStorage }).includes("the first")),
      );
      assertEquals(stage.errors, []);
    }, "open sesame");
  },
});

Deno.test({
  name: "/quiet hides comings and goings on the page, but not topics, also after a reload",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    await join(page, "ops");
    await using _bob = await plainIn(server.port, "bob", "ops");
    await page.getByText("bob joined").waitFor();
    await say(page, "/topic tea at four");
    await page.locator("#log .moves", { hasText: "tea at four" }).waitFor();
    assertEquals(await page.getByText("bob joined").isVisible(), true);
    await say(page, "/quiet");
    await page.getByText("bob joined").waitFor({ state: "hidden" });
    await page.reload();
    await page.locator("#log .moves", { hasText: "tea at four" }).waitFor();
    assertEquals(await page.getByText("bob joined").isVisible(), false);
    await say(page, "/quiet");
    await page.getByText("bob joined").waitFor();
    assertEquals(stage.errors, []);
  },
});
