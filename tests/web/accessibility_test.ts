/// <reference lib="dom" />
import axe from "axe-core";
import type { Page } from "playwright-core";
import { assert, assertEquals } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { enter, hasChromium, say, seen, Stage, startWebServer } from "./stage.ts";

const ignore = !hasChromium;

/** What axe finds that is serious or critical, one line each. */
async function serious(page: Page, rules: readonly string[]): Promise<string[]> {
  return await page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: import("axe-core").RunOptions): Promise<import("axe-core").AxeResults> };
    };
    const more = Object.fromEntries(rules.map((rule) => [rule, { enabled: true }]));
    const { violations, passes } = await axe.run({ rules: more });
    const checked = passes.map(({ id }) => id);
    if (!checked.includes("color-contrast")) throw new Error(`Only checked: ${checked}`);
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }, rules);
}

const LOOKS = [
  { colorScheme: "light", contrast: "no-preference" },
  { colorScheme: "dark", contrast: "no-preference" },
  { colorScheme: "light", contrast: "more" },
  { colorScheme: "dark", contrast: "more" },
] as const;

for (const { colorScheme, contrast } of LOOKS) {
  for (const width of contrast === "more" ? [1280] : [1280, 390]) {
    const look = `${colorScheme}${contrast === "more" ? " with more contrast" : ""}`;
    Deno.test({
      name: `axe finds nothing serious in ${look}, ${width} pixels wide`,
      ignore,
      async fn() {
        await using server = await startWebServer();
        await using stage = await Stage.open();
        const viewport = { width, height: 800 };
        const page = await stage.page({ colorScheme, contrast, viewport });
        const rules = contrast === "more" ? ["color-contrast-enhanced"] : [];
        // The checker itself is let in by the driver, not by the page.
        await page.addInitScript({ content: axe.source });
        await page.goto(`http://127.0.0.1:${server.web}/`);
        await page.waitForSelector("#name");
        await page.click("#enter");
        assertEquals(await serious(page, rules), [], "the door");
        await page.fill("#name", "ada");
        await page.click("#enter");
        await page.waitForSelector("#room:not([hidden])");
        // Ten names show more colours than one.
        const people = [];
        for (let n = 0; n < 10; n++) people.push(await PlainClient.join(server.port, `p${n}x${n}`));
        for (const [n, person] of people.entries()) await person.say(`hi ada ${n} https://x.test/`);
        await people[0]!.say("/msg ada psst");
        await say(page, "/me waves");
        await say(page, "hello");
        await seen(page, "psst");
        await page.fill("#field", "/m");
        await page.waitForSelector("#candidates:not([hidden])");
        assertEquals(await serious(page, rules), [], "the room");
        await page.fill("#field", "x".repeat(4_500));
        await page.click("#show-search");
        await page.fill("#query", "waves");
        await page.press("#query", "Enter");
        await page.waitForSelector("#results button");
        if (width < 700) await page.click("#show-people");
        assertEquals(await serious(page, rules), [], "search, people and a text that is too long");
        if (width < 700) await page.click("#show-people");
        await page.click("#close-search");
        await page.fill("#field", "/join ops");
        await page.press("#field", "Enter");
        await page.waitForFunction(() => document.querySelector("#title")?.textContent === "#ops");
        await say(page, "/topic who is on call, and `what` broke");
        await say(page, "```\nls -l\n```");
        await page.waitForSelector("#log pre");
        await people[0]!.say("/join dev");
        await people[1]!.say("look here, ada");
        await page.waitForSelector("#rooms-news .dot", { state: "attached" });
        if (width < 700) await page.click("#show-rooms");
        await page.focus("#join-room");
        await page.waitForSelector("#other-rooms button");
        assertEquals(await serious(page, rules), [], "the rooms");
        await page.click("#room-list button");
        await page.waitForSelector("#log .unread");
        assertEquals(await serious(page, rules), [], "what is new in a room");
        await page.focus("#scroller");
        await page.keyboard.press("?");
        await page.waitForSelector("#help[open]");
        assertEquals(await serious(page, rules), [], "the help");
        await page.keyboard.press("Escape");
        await page.click("#notify");
        await page.waitForSelector("#notifications[open]");
        assertEquals(await serious(page, rules), [], "the notifications");
        await page.keyboard.press("Escape");
        // On a phone it lies over a panel, and the checker cannot tell what is behind its text.
        if (width > 700) {
          await page.click("#show-invite");
          await page.waitForSelector("#invite[open]");
          assertEquals(await serious(page, rules), [], "the invitation");
        }
        for (const person of people) await person[Symbol.asyncDispose]();
      },
    });
  }
}

Deno.test({
  name: "A screen reader hears what is new, and not what was said before",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    await nora.send(Array.from({ length: 700 }, (_, n) => `line ${n}\n`).join(""));
    const page = await stage.page();
    await page.addInitScript(() => {
      const heard: string[] = [];
      Object.assign(globalThis, { heard });
      addEventListener("DOMContentLoaded", () => {
        const log = document.querySelector("#log")!;
        new MutationObserver((changes) => {
          const isSilent = log.ariaLive === "off" || log.ariaBusy === "true";
          for (const { addedNodes } of isSilent ? [] : changes) {
            for (const node of addedNodes) heard.push(node.textContent ?? "");
          }
        }).observe(log, { childList: true, subtree: true });
      });
    });
    const heard = () =>
      page.evaluate(() => {
        const { heard } = globalThis as unknown as { heard: string[] };
        return heard.splice(0);
      });
    const settled = () => page.waitForSelector("#log[aria-live=polite]");
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    await seen(page, "line 699");
    await settled();
    assertEquals((await heard()).filter((text) => text.includes("line")), []);
    while ((await page.innerText("#log .message .text")) !== "line 500") {
      const first = await page.innerText("#log .message .text");
      await page.evaluate(() => document.querySelector("#scroller")!.scrollTo({ top: 0 }));
      await page.waitForFunction(
        (first) => document.querySelector("#log .message .text")?.textContent !== first,
        first,
      );
      if (Number((await page.innerText("#log .message .text")).slice(5)) < 500) break;
    }
    await settled();
    assertEquals(await heard(), []);
    await page.reload();
    await seen(page, "line 699");
    await settled();
    assertEquals(await heard(), []);
    // More than the page keeps: rows go at the other end.
    for (let n = 0; n < 3; n++) {
      const lines = Array.from({ length: 200 }, (_, i) => `more ${200 * n + i}\n`);
      await nora.send(lines.join(""));
      await seen(page, `more ${200 * n + 199}`);
    }
    assert(await page.isVisible("#day"));
    await heard();
    await nora.say("new");
    await seen(page, "new");
    const news = await heard();
    assertEquals([news.length, news[0]?.includes("new")], [1, true], `${news}`);
  },
});

Deno.test({
  name: "Everything can be done by the keyboard",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page({ viewport: { width: 390, height: 800 } });
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await page.waitForSelector("#name:focus");
    await page.keyboard.type("ada");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#field:focus");
    const stops: string[] = [];
    for (let n = 0; n < 12; n++) {
      await page.keyboard.press("Shift+Tab");
      stops.push(await page.evaluate(() => document.activeElement?.id ?? ""));
    }
    for (const id of ["scroller", "show-rooms", "show-people", "show-search", "leave"]) {
      assertEquals(stops.includes(id), true, `${id} in ${stops}`);
    }
    // In the field it is a character.
    await page.focus("#field");
    await page.keyboard.type("why?");
    assertEquals(await page.inputValue("#field"), "why?");
    await page.focus("#show-people");
    await page.keyboard.press("?");
    await page.waitForSelector("#help[open]");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#help:not([open])", { state: "attached" });
    await page.keyboard.press("Enter");
    assertEquals(await page.getAttribute("#show-people", "aria-expanded"), "true");
    await page.focus("#show-search");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#query:focus");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#show-search:focus");
    await page.focus("#show-rooms");
    await page.keyboard.press("Enter");
    await page.focus("#join-room");
    await page.keyboard.type("ops");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#title")?.textContent === "#ops");
    await page.focus("#show-rooms");
    await page.keyboard.press("Enter");
    await page.focus("#room-list button");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#title")?.textContent === "#lobby");
    await page.focus("#show-rooms");
    await page.keyboard.press("Enter");
    await page.focus("#room-list .leave");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#show-rooms:focus");
  },
});
