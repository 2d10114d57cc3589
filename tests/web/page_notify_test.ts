/// <reference lib="dom" />
/** Notifications of the browser: which ones somebody wants, and of what they tell. */

import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { PlainClient } from "../helpers/plain_client.ts";
import { enter, hasChromium, lookAway, lookBack, seen, Stage, startWebServer } from "./stage.ts";

const ignore = !hasChromium;

/** What the page has shown, and what the browser answers. */
interface Faked {
  shown: string[];
  asked: number;
  answer: NotificationPermission;
  Notification: { permission: NotificationPermission };
}

/** Replaces the notifications of the browser; each load begins with this permission. */
async function fake(page: Page, permission: NotificationPermission): Promise<void> {
  await page.addInitScript((permission) => {
    class FakeNotification {
      static permission = permission;
      static requestPermission(): Promise<NotificationPermission> {
        faked.asked++;
        FakeNotification.permission = faked.answer;
        return Promise.resolve(faked.answer);
      }
      constructor(title: string, { body }: { body: string }) {
        faked.shown.push(`${title}: ${body}`);
      }
      close(): void {}
    }
    const faked = Object.assign(globalThis as unknown as Faked, {
      Notification: FakeNotification,
      shown: [],
      asked: 0,
      answer: "granted",
    });
  }, permission);
}

/** Somebody opens the settings and chooses. */
async function choose(page: Page, choice: string): Promise<void> {
  await page.click("#notify");
  // Not `check`: the browser may forbid what was chosen.
  await page.click(`#notifications [value=${choice}]`);
  await page.keyboard.press("Escape");
}

/** What is chosen, as the settings and the button show it. */
async function chosen(page: Page): Promise<(string | null)[]> {
  await page.click("#notify");
  const value = await page.locator("#notifications :checked").getAttribute("value");
  await page.keyboard.press("Escape");
  return [value, await page.getAttribute("#notify", "title")];
}

/**
 * Five messages, two of them for ada, while she looks away.
 *
 * @returns What she is notified of, sorted.
 */
async function talk(page: Page, nora: PlainClient): Promise<string[]> {
  const round = ++rounds;
  await page.evaluate(() => (globalThis as unknown as Faked).shown.length = 0);
  await lookAway(page);
  for (const text of ["no matter", "come here, ADA", "nor this", "/msg ada psst", "no more"]) {
    await nora.say(`${text} ${round}`);
  }
  await seen(page, `psst ${round}`);
  await seen(page, `no more ${round}`);
  await lookBack(page);
  const shown = await page.evaluate(() => (globalThis as unknown as Faked).shown);
  return shown.map((line) => line.replace(/ \d+$/, "")).sort();
}

let rounds = 0;

const URGENT = ["nora: come here, ADA", "nora: psst"];
const ALL = [...URGENT, "nora: no matter", "nora: no more", "nora: nor this"].sort();

Deno.test({
  name: "Notifications are off, of mentions or of all, and the browser remembers which",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.page();
    await fake(page, "granted");
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    await nora.say("while somebody looks");
    await seen(page, "while somebody looks");
    // Who allowed them before there was a choice has all.
    assertEquals(await chosen(page), ["all", "Notifications: of all messages"]);
    assertEquals(await talk(page, nora), ALL);
    for (const [choice, expected] of [["mentions", URGENT], ["off", []], ["all", ALL]] as const) {
      await choose(page, choice);
      await page.reload();
      await seen(page, `no more ${rounds}`);
      assertEquals((await chosen(page))[0], choice);
      assertEquals(await talk(page, nora), expected);
    }
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "The browser is asked when somebody wants notifications; what it forbids is not on",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.page();
    await fake(page, "default");
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    assertEquals(await chosen(page), ["off", "Notifications: none"]);
    assertEquals(await page.evaluate(() => (globalThis as unknown as Faked).asked), 0);
    await choose(page, "mentions");
    assertEquals(await chosen(page), ["mentions", "Notifications: of what is for you"]);
    assertEquals(await talk(page, nora), URGENT);
    await page.evaluate(() => {
      const faked = globalThis as unknown as Faked;
      faked.Notification.permission = "default";
      faked.answer = "denied";
    });
    await choose(page, "all");
    assertEquals((await chosen(page))[0], "off");
    assertEquals(
      await page.textContent("#notify-state"),
      "This browser forbids them: allow them in its settings for this page.",
    );
    assertEquals(stage.errors, []);
  },
});
