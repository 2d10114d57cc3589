/// <reference lib="dom" />
/** The field of the page: what its keys do, and what is never said by a slip of the finger. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { hasChromium, say, seen, Stage, startWebServer, withOperators } from "./stage.ts";

const ignore = !hasChromium;

Deno.test({
  name: "Enter completes only what was chosen, and each command has its help",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await page.focus("#field");
    await page.keyboard.type("/");
    await page.waitForSelector("#candidates:not([hidden])");
    const list = await page.innerText("#candidates");
    assertStringIncludes(list, "/msg NAME TEXT");
    assertStringIncludes(list, "sends a message to one person only");
    assert(!list.includes("/announce"), list);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".note.alarm");
    assertStringIncludes(await page.innerText(".note.alarm"), "There is no command");
    await page.keyboard.type("hello @no");
    await page.waitForSelector("#candidates:not([hidden])");
    await page.keyboard.press("Enter");
    await nora.expect("ada: hello @no");
    await page.keyboard.type("/w");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    assertEquals(await page.inputValue("#field"), "/who");
    // Every command that takes a name offers some, also right after it was completed.
    for (const typed of ["/KICK no", " /unmute n", "/ms"]) {
      await page.fill("#field", typed);
      if (typed === "/ms") await page.press("#field", "Tab");
      await page.waitForFunction(() =>
        document.querySelector("#candidates:not([hidden])")?.textContent === "nora"
      );
    }
    await page.press("#field", "Tab");
    assertEquals(await page.inputValue("#field"), "/msg nora ");
    assert(await page.isHidden("#candidates"));
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "The commands of operators are offered to operators, also when they come back",
  ignore,
  async fn() {
    await withOperators(async (flags) => {
      await using server = await startWebServer(flags);
      await using stage = await Stage.open();
      const page = await stage.joined(server.web, "ada");
      await say(page, "/op boss");
      await page.waitForFunction(() =>
        document.querySelector("#log")?.textContent?.includes("You are an operator now")
      );
      await page.focus("#field");
      await page.keyboard.type("/an");
      await page.waitForSelector("#candidates:not([hidden])");
      assertStringIncludes(await page.innerText("#candidates"), "/announce TEXT");
      await page.reload();
      await page.waitForFunction(() =>
        document.querySelector("#log")?.textContent?.includes("You are still an operator")
      );
      await page.fill("#field", "/an");
      await page.waitForSelector("#candidates:not([hidden])");
    });
  },
});

Deno.test({
  name: "The Enter that ends a composed word does not send, in Safari either",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await page.fill("#field", "日本");
    for (const how of [{ isComposing: true }, { keyCode: 229 }]) {
      await page.evaluate((how) => {
        const key = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, ...how });
        document.querySelector("#field")!.dispatchEvent(key);
      }, how);
      assertEquals(await page.inputValue("#field"), "日本");
    }
    await page.fill("#field", "日本語");
    await page.press("#field", "Enter");
    await nora.expect("ada: 日本語");
    await seen(page, "日本語");
    assertEquals(nora.seen.filter((line) => line.includes("日本")), ["ada: 日本語"]);
  },
});

Deno.test({
  name: "What is typed after /op goes nowhere but to the server, and never into the room",
  ignore,
  async fn() {
    await withOperators(async (flags) => {
      await using server = await startWebServer(flags);
      await using stage = await Stage.open();
      await using nora = await PlainClient.join(server.port, "nora");
      const page = await stage.joined(server.web, "ada");
      for (const line of ["/OP ", "/op"]) {
        await page.focus("#field");
        await page.keyboard.type(line);
        await page.keyboard.press("Enter");
        // At once, as somebody types who does not look.
        await page.keyboard.type("boss");
        assertEquals(await page.getAttribute(":focus", "type"), "password");
        await page.keyboard.press(line === "/op" ? "Enter" : "Escape");
        await page.waitForSelector("#field:focus");
      }
      await page.waitForFunction(() =>
        document.querySelector("#log")?.textContent?.includes("You are an operator now")
      );
      await say(page, "done");
      await nora.expect("ada: done");
      assertEquals(nora.seen.filter((line) => line.includes("boss")), []);
      assert(!(await page.innerText("body")).includes("boss"));
      assertEquals(stage.errors, []);
    });
  },
});

Deno.test({
  name: "The words quit and {quit} are said, and /quit leaves",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    for (const text of ["quit", "{quit}"]) {
      await say(page, text);
      await nora.expect(`ada: ${text}`);
    }
    await say(page, "/quit");
    await nora.expect(/ada left/);
    await page.waitForSelector("#door:not([hidden])");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Up recalls what was sent, Down comes back, and a password is not recalled",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    for (const line of ["one", "/who", "/op secret", "two\nlines"]) await say(page, line);
    await page.focus("#field");
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      return await page.inputValue("#field");
    };
    assertEquals(await press("ArrowUp"), "two\nlines");
    // In the text first.
    assertEquals(await press("ArrowUp"), "two\nlines");
    assertEquals(await press("ArrowUp"), "/who");
    assertEquals(await press("ArrowUp", "ArrowUp", "ArrowUp"), "one");
    assertEquals(await press("ArrowDown"), "/who");
    assertEquals(await press("!", "ArrowUp"), "/who!");
    await page.fill("#field", "");
    assertEquals(await press("ArrowUp", "ArrowDown"), "");
    assertEquals(stage.errors, []);
  },
});
