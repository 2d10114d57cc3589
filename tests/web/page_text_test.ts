/// <reference lib="dom" />
/** How the page's list reads: copied, on another day, and as a table. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { runChat } from "../helpers/program.ts";
import { enter, hasChromium, say, seen, Stage, startWebServer } from "./stage.ts";

const ignore = !hasChromium;

Deno.test({
  name: "What is copied from the list does not run together",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await nora.say("hello");
    await nora.say("/me waves");
    await nora.say("/msg ada psst");
    for (const text of ["hello", "waves", "psst"]) await seen(page, text);
    const copied = await page.evaluate(() => {
      getSelection()!.selectAllChildren(document.querySelector("#log")!);
      return String(getSelection());
    });
    assertMatch(copied, /\d\d:\d\d nora joined · (?:\d\d:\d\d )?ada joined/);
    assertMatch(copied, /nora \d\d:\d\d\s+hello/);
    assertMatch(copied, /nora waves \d\d:\d\d/);
    assertMatch(copied, /nora to you only \d\d:\d\d\s+psst/);
  },
});

Deno.test({
  name: "The days are those of the server, also where the visitor's clock is wrong",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.page();
    await page.clock.setSystemTime(Date.now() + 3 * 24 * 60 * 60 * 1000);
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    for (const text of ["one", "two", "three"]) {
      await nora.say(text);
      await seen(page, text);
      await say(page, "/nothing");
      const notes = ["one", "two", "three"].indexOf(text) + 1;
      await page.waitForFunction(
        (notes) => document.querySelectorAll(".note").length === notes,
        notes,
      );
    }
    assertEquals(await page.locator("#log .day").count(), 1);
  },
});

Deno.test({
  name: "An export, which comes and goes at once, leaves no trace in the list",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    const { code } = await runChat(["join", `127.0.0.1:${server.port}`, "--exit"]);
    assertEquals(code, 0);
    await nora.expect(/export left/);
    await nora.say("/quit");
    await page.waitForFunction(() =>
      document.querySelector("#log")?.textContent?.includes("nora left")
    );
    const moves = await page.innerText("#log");
    assert(!moves.includes("export"), moves);
    assertMatch(moves, /nora joined · (?:\d\d:\d\d )?ada joined · (?:\d\d:\d\d )?nora left$/);
  },
});

for (const width of [1280, 390]) {
  Deno.test({
    name: `/help is a list that can be read, ${width} pixels wide`,
    ignore,
    async fn() {
      await using server = await startWebServer();
      await using stage = await Stage.open();
      const page = await stage.joined(server.web, "ada", { viewport: { width, height: 844 } });
      await say(page, "/help");
      await page.waitForSelector(".commands");
      const lefts = await page.locator(".commands span").evaluateAll((all) =>
        all.map((one) => Math.round(one.getBoundingClientRect().left))
      );
      assertEquals(new Set(lefts).size, 1, `${lefts}`);
      assert(lefts.length > 5);
      const { scrollWidth, clientWidth } = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.querySelector(".commands")!;
        return { scrollWidth, clientWidth };
      });
      assertEquals(scrollWidth, clientWidth);
      const text = await page.innerText(".commands");
      assert(!text.includes("end of your input"));
    },
  });
}

Deno.test({
  name: "Comings and goings in one line each have their time, and a topic has a line of its own",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page({ timezoneId: "UTC" });
    await page.routeWebSocket(/\/ws$/, (ws) => {
      const at = (time: string) => `2026-01-02T${time}Z`;
      const room = "lobby";
      const events = [
        { type: "welcome", protocol: 1, name: "ada", session: "secret", resumed: false },
        { type: "joined", room, log: "L", seq: 6, names: ["ada"], count: 1, resumed: false },
        { type: "join", room, seq: 1, at: at("21:46:01"), name: "ada" },
        { type: "join", room, seq: 2, at: at("21:46:59"), name: "bob" },
        { type: "join", room, seq: 3, at: at("21:49:00"), name: "eve" },
        { type: "topic", room, seq: 4, at: at("21:50:00"), name: "eve", text: "who is on call" },
        { type: "join", room, seq: 5, at: at("21:50:30"), name: "zoe" },
        { type: "leave", room, seq: 6, at: at("21:51:00"), name: "bob", reason: "quit" },
      ];
      ws.onMessage((line) => {
        if (JSON.parse(String(line)).type !== "hello") return;
        for (const event of events) ws.send(JSON.stringify(event));
      });
    });
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    await page.locator("#log .moves", { hasText: "bob left" }).waitFor();
    const lines = await page.locator("#log .moves").allInnerTexts();
    assertEquals(lines[0], "21:46 ada joined · bob joined · 21:49 eve joined");
    assertMatch(lines[1] ?? "", /^21:50 .*who is on call/);
    assertEquals(lines[2], "21:50 zoe joined · 21:51 bob left");
    assertEquals(stage.errors, []);
  },
});
