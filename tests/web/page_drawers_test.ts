/// <reference lib="dom" />
/** A narrow page: the rooms and the people come up over the messages, and go away. */

import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { PlainClient } from "../helpers/plain_client.ts";
import { join, plainIn, shown } from "./rooms_stage.ts";
import { hasChromium, say, seen, Stage, startWebServer } from "./stage.ts";

const ignore = !hasChromium;

const NARROW = { width: 390, height: 780 };
const TURNED = { width: 780, height: 390 };

/** Which drawers can be seen. */
async function open(page: Page): Promise<string[]> {
  const drawers = ["rooms", "people"];
  const visible = await Promise.all(drawers.map((id) => page.isVisible(`#${id}`)));
  return drawers.filter((_, i) => visible[i]);
}

/** Where the keyboard is. */
function focus(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.id);
}

Deno.test({
  name: "A click that begins on the number of new messages opens the rooms, as one beside it does",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada", { viewport: NARROW });
    await join(page, "ops");
    await using bob = await plainIn(server.port, "bob", "lobby");
    await bob.say("hello");
    const badge = page.locator("#rooms-news .unread-count");
    await badge.waitFor();
    await page.click("#field");
    const { x, y } = (await badge.boundingBox())!;
    await page.mouse.move(x + 5, y + 5);
    await page.mouse.down();
    // While the button is down, the number becomes another one.
    await bob.say("hello?");
    await page.waitForFunction(() =>
      document.querySelector("#rooms-news .unread-count")?.textContent === "2"
    );
    await page.mouse.up();
    assertEquals(await open(page), ["rooms"]);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A click on somebody holds while others come and go, and so does the focus there",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using _bob = await PlainClient.join(server.port, "bob");
    const page = await stage.joined(server.web, "ada");
    const button = page.locator("#names button", { hasText: "bob" });
    await button.focus();
    const { x, y } = (await button.boundingBox())!;
    await page.mouse.move(x + 5, y + 5);
    await page.mouse.down();
    await using _cy = await PlainClient.join(server.port, "cy");
    await page.locator("#names button", { hasText: "cy" }).waitFor();
    assertEquals(await page.evaluate(() => document.activeElement?.textContent), "bob");
    await page.mouse.up();
    assertEquals(await page.inputValue("#field"), "/msg bob ");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "One drawer is open at a time; Esc, a click elsewhere and going on by Tab close it",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada", { viewport: NARROW });
    for (const [id, at] of [["rooms", 370], ["people", 20]] as const) {
      const button = `#show-${id}`;
      await page.click(button);
      assertEquals(await open(page), [id]);
      await page.keyboard.press("Escape");
      assertEquals([await open(page), await focus(page)], [[], `show-${id}`]);
      await page.click(button);
      await page.focus(button);
      await page.keyboard.press("Escape");
      assertEquals([await open(page), await focus(page)], [[], `show-${id}`], "from its button");
      await page.click(button);
      await page.mouse.click(at, 400);
      assertEquals(await open(page), [], "beside it");
      await page.click(button);
      await page.click(button);
      assertEquals(await open(page), [], "its button");
      assertEquals(await page.getAttribute(button, "aria-expanded"), "false");
    }
    await page.click("#show-rooms");
    await page.click("#show-people");
    assertEquals(await open(page), ["people"]);
    await page.click("#show-rooms");
    assertEquals(await open(page), ["rooms"]);
    await page.click("#show-search");
    assertEquals([await open(page), await focus(page)], [[], "query"]);
    // With the keyboard alone: in it at once, and behind its last part it is in nobody's way.
    await page.focus("#show-people");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assertEquals(await focus(page), "show-invite");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    assertEquals(await open(page), []);
    assert(await page.isVisible("#search"));
    await page.keyboard.press("Escape");
    assert(await page.isHidden("#search"), "Esc from another part");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "In no room, too, one drawer is open at a time, and an invitation is one to the chat",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada", { viewport: NARROW });
    await say(page, "/leave");
    await page.waitForSelector("#rooms.open");
    await page.click("#show-people");
    assertEquals(await open(page), ["people"]);
    await page.click("#show-invite");
    assertEquals(await page.textContent("#invite-title"), "Invite others to this chat");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    assertEquals(await open(page), []);
    assert(await page.getByText("You are in no room.").isVisible());
    await page.click("#show-rooms");
    assertEquals(await open(page), ["rooms"]);
    await page.keyboard.press("Escape");
    assertEquals([await open(page), await focus(page)], [[], "show-rooms"]);
    await page.click("#show-rooms");
    await page.fill("#join-room", "ops");
    await page.press("#join-room", "Enter");
    await shown(page, "ops");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Help and invitation over a drawer close before it, and lead back into it",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada", { viewport: NARROW });
    await page.click("#show-people");
    await page.keyboard.press("?");
    await page.waitForSelector("#help[open]");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#help:not([open])", { state: "attached" });
    assertEquals([await open(page), await focus(page)], [["people"], "people"]);
    await page.click("#show-invite");
    await page.mouse.click(195, 5);
    await page.waitForSelector("#invite:not([open])", { state: "attached" });
    assertEquals([await open(page), await focus(page)], [["people"], "show-invite"]);
    await page.keyboard.press("Escape");
    assertEquals([await open(page), await focus(page)], [[], "show-people"]);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Back, a choice, and a phone that is turned twice close a drawer that nobody uses",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada", { viewport: NARROW });
    await say(page, "in the lobby");
    await seen(page, "in the lobby");
    await join(page, "ops");
    await page.click("#show-rooms");
    await page.goBack();
    await shown(page, "lobby");
    assertEquals(await open(page), []);
    await page.click("#show-rooms");
    await page.locator("#room-list button:not(.leave)", { hasText: "#ops" }).click();
    await shown(page, "ops");
    assertEquals([await open(page), await focus(page)], [[], "show-rooms"]);

    await page.click("#show-people");
    await page.focus("#show-people");
    await page.setViewportSize(TURNED);
    assertEquals(await open(page), ["rooms", "people"], "there, both have their place");
    await page.setViewportSize(NARROW);
    await page.waitForSelector("#people", { state: "hidden" });
    // A name that is being typed stays.
    await page.click("#show-rooms");
    await page.fill("#join-room", "#de");
    await page.setViewportSize(TURNED);
    await page.setViewportSize(NARROW);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assertEquals([await open(page), await page.inputValue("#join-room")], [["rooms"], "#de"]);
    assertEquals(stage.errors, []);
  },
});
