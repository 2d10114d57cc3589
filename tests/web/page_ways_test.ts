/// <reference lib="dom" />
/** Whoever does not know the way is told one: the address, the list of rooms, the keeper. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { join, listed, plainIn, show, shown } from "./rooms_stage.ts";
import { enter, hasChromium, say, Stage, startWebServer } from "./stage.ts";

const ignore = !hasChromium;

Deno.test({
  name: "Who has no key for the room of the address has a way on",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await plainIn(server.port, "bob", "vault");
    await bob.say("/key sesame");
    await bob.expect(/private/);
    const page = await stage.page();
    await page.goto(`http://127.0.0.1:${server.web}/#vault`);
    await enter(page, "ada");
    await page.waitForSelector("#join-key:focus");
    const [label, field] = await Promise.all(
      ["label[for='join-key']", "#join-key"].map((part) => page.locator(part).boundingBox()),
    );
    assert(label!.y + label!.height + 3 <= field!.y, "the label does not touch its field");
    const error = await page.locator("#join-error").boundingBox();
    assert(field!.y + field!.height + 3 <= error!.y, "nor does the error");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#join-key", { state: "hidden" });
    assert(await page.isVisible("#join-room"));
    await page.waitForSelector("#other-rooms button");
    await page.evaluate(() => location.hash = "#ops");
    await shown(page, "ops");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "An address changed to one that can name no room says so, and the room stays",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    await join(page, "ops");
    await page.evaluate(() => location.hash = "#bad/name");
    await page.waitForFunction(() =>
      document.querySelector("#join-error")?.textContent?.includes("bad/name")
    );
    assertEquals(await page.innerText("#title"), "#ops");
    assertEquals(new URL(page.url()).hash, "#ops");
    await listed(page, "#lobby", "#ops");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Who makes a room is told that it is its keeper; a reload does not tell it again",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    assertEquals(await page.locator("#log .note", { hasText: "keeper" }).count(), 0);
    await join(page, "ops");
    await page.waitForSelector("#log .note");
    assertEquals(
      await page.locator("#log .note").allInnerTexts(),
      ["You are the keeper of #ops: /help lists your commands."],
    );
    await page.reload();
    await page.waitForSelector("#log .moves");
    assertEquals(await page.locator("#log .note").count(), 0);
    const bob = await stage.joined(server.web, "bob");
    await join(bob, "ops");
    await bob.waitForSelector("#log .moves");
    assertEquals(await bob.locator("#log .note").count(), 0);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "/rooms leads to the list of rooms, which is asked for again when somebody comes to look",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await PlainClient.join(server.port, "bob");
    const page = await stage.joined(server.web, "ada");
    await page.clock.install();
    await join(page, "ops");
    await say(page, "/rooms");
    await page.waitForSelector("#join-room:focus");
    await page.waitForFunction(() =>
      document.querySelector("#others")?.textContent?.trim().endsWith("none")
    );
    await bob.say("/join dev");
    await bob.expect(/#dev/);
    await page.mouse.move(600, 400);
    await page.clock.fastForward(10_000);
    await page.mouse.move(50, 400);
    const dev = page.locator("#other-rooms button", { hasText: "#dev" });
    await dev.waitFor();
    assertMatch(await dev.innerText(), /1/);
    // A private room is told apart.
    await say(page, "/key sesame");
    await page.waitForFunction(() =>
      document.querySelector("#log")?.textContent?.includes("private")
    );
    await show(page, "lobby");
    await page.mouse.move(600, 400);
    await page.clock.fastForward(10_000);
    await page.mouse.move(50, 400);
    await listed(page, "#lobby", "#ops private");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Rooms with the longest names fit into the list, and Quit is no word for leaving a room",
  ignore,
  async fn() {
    await using server = await startWebServer(["--new-rooms", "0"]);
    await using stage = await Stage.open();
    await using _bob = await plainIn(server.port, "bob", `other-${"w".repeat(26)}`);
    const page = await stage.joined(server.web, "ada");
    assertStringIncludes(await page.innerText("#leave"), "Quit");
    await join(page, `mine-${"w".repeat(27)}`);
    await page.waitForSelector("#other-rooms button");
    const [whole, seen] = await page.locator("#rooms").evaluate((
      panel,
    ) => [panel.scrollWidth, panel.clientWidth]);
    assertEquals(whole, seen);
    assertEquals(stage.errors, []);
  },
});
