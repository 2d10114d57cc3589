/// <reference lib="dom" />
/** A tab that was closed, and one that is opened after it. */

import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { PlainClient } from "../helpers/plain_client.ts";
import { join, listed } from "./rooms_stage.ts";
import { enter, hasChromium, say, seen, Stage, startWebServer, texts } from "./stage.ts";

const ignore = !hasChromium;

/** Opens another tab of the same browser at the door. */
async function another(page: Page): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  await tab.waitForSelector("#name");
  return tab;
}

/** What this browser keeps of a tab that was closed. */
function kept(page: Page): Promise<string> {
  return page.evaluate(() => localStorage.getItem("chat.closed") ?? "");
}

/** Sends a message to ada until the server has noticed that she is away. */
async function waits(client: PlainClient): Promise<void> {
  for (let n = 1; !client.seen.some((line) => line.includes("your message waits")); n++) {
    await client.say(`/msg ada ${n}`);
    await client.expect(`[to ada] ${n}`);
  }
}

Deno.test({
  name: "Who closes the tab and opens another one has the same place, and what waited for it",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    const home = await another(page);
    await say(page, "/msg nora seen by both");
    await join(page, "vault");
    await say(page, "/key swordfish");
    await page.getByText("only people who know the key").waitFor();
    await page.close();
    assert(!(await kept(home)).includes("swordfish"));
    await waits(nora);
    await nora.say("/msg ada the last one");
    await nora.expect("[to ada] the last one");
    await enter(home, "ada");
    await seen(home, "the last one");
    await listed(home, "#lobby", "#vault private");
    await say(home, "here again");
    await nora.expect("ada: here again");
    assertEquals(nora.seen.filter((line) => /ada (joined|left)/.test(line)), ["* ada joined"]);
    assertEquals((await texts(home)).filter((text) => text === "the last one").length, 1);
    assertEquals(await kept(home), "");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Two tabs of one browser have a place each, also while one of them is reloaded",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    const other = await another(page);
    await page.reload();
    await page.waitForSelector("#room:not([hidden])");
    await enter(other, "eve");
    await say(other, "I am eve");
    await seen(page, "I am eve");
    await page.close();
    const third = await another(other);
    await third.fill("#name", "bob");
    await third.click("#enter");
    await third.waitForSelector("#room:not([hidden])");
    await say(third, "I am bob");
    await seen(other, "I am bob");
    assertEquals(await kept(third), "", "only for the same name, and once");
    await third.click("#leave");
    await third.waitForSelector("#door:not([hidden])");
    await third.close();
    assertEquals(await kept(other), "", "who quits leaves no place");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "The place of a tab that was closed long ago is not taken up",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    const other = await another(page);
    await page.close();
    await other.evaluate(() => {
      const closed = JSON.parse(localStorage.getItem("chat.closed")!);
      localStorage.setItem(
        "chat.closed",
        JSON.stringify({ ...closed, atMs: closed.atMs - 60_000 }),
      );
    });
    await other.fill("#name", "ada");
    await other.click("#enter");
    await other.getByText(/taken/).waitFor();
    assertEquals(await kept(other), "");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A tab that comes back after another one took up its place tells that one so, once",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    const other = await another(page);
    const address = page.url();
    await page.goto("about:blank");
    await enter(other, "ada");
    await say(other, "here");
    await page.goto(address);
    await seen(page, "here");
    await other.waitForSelector("#door:not([hidden])");
    assertEquals(
      await other.innerText("#door-error"),
      "You are signed in from another window or tab.",
    );
    await say(page, "it is me");
    await seen(page, "it is me");
    assertEquals(stage.errors, []);
  },
});
