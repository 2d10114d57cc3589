/// <reference lib="dom" />
/** What the page knows of the rooms that there are, and of one that is no more. */

import { assertEquals } from "@std/assert";
import { come, MANY_ROOMS } from "../helpers/room_clients.ts";
import { join, listed, plainIn, shown } from "./rooms_stage.ts";
import { hasChromium, say, Stage, startWebServer } from "./stage.ts";

const ignore = !hasChromium;

Deno.test({
  name:
    "A room that was closed while the page was reloaded is gone, and not made by another reload",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await plainIn(server.port, "bob", "ops");
    const page = await stage.joined(server.web, "ada");
    await join(page, "ops");
    await page.goto("about:blank");
    await bob.say("/close");
    await bob.expect(/You closed #ops/);
    await page.goto(`http://127.0.0.1:${server.web}/#ops`);
    await shown(page, "ops");
    await listed(page, "#lobby", "#ops gone");
    await page.waitForFunction(() =>
      document.querySelector("#log")?.textContent?.includes("#ops was closed.")
    );
    await bob.say("/rooms");
    assertEquals(await bob.expect(/#lobby: /), "* #lobby: 2 here, you are in it");
    await page.reload();
    await shown(page, "ops");
    await listed(page, "#lobby", "#ops gone");
    await page.waitForSelector("#gone:not([hidden])");
    await bob.say("/rooms");
    await bob.expect(/#lobby: /);
    assertEquals(bob.seen.filter((line) => /#ops: \d+ here/.test(line)), []);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A room that is in no list says so where one is in it",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    await join(page, "ops");
    await say(page, "/unlist");
    await join(page, "dev");
    await listed(page, "#lobby", "#ops unlisted", "#dev");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Behind /join the page completes rooms beyond the first page of their list",
  ignore,
  async fn() {
    await using server = await startWebServer([...MANY_ROOMS, "--rooms", "200"]);
    await using stage = await Stage.open();
    await using clients = new AsyncDisposableStack();
    for (let n = 0; n < 6; n++) {
      const names = Array.from({ length: 20 }, (_, i) => `a${n}x${i}`);
      if (n === 5) names[0] = "zoo";
      const rooms = Object.fromEntries(names.map((name) => [name, {}]));
      clients.use((await come(server.port, `eve${n}`, rooms)).client);
    }
    const page = await stage.joined(server.web, "ada");
    await page.fill("#field", "/join zo");
    await page.waitForFunction(() =>
      document.querySelector("#candidates li")?.textContent === "#zoo"
    );
    await page.press("#field", "Tab");
    assertEquals(await page.inputValue("#field"), "/join #zoo ");
    assertEquals(stage.errors, []);
  },
});
