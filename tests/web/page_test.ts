/// <reference lib="dom" />
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import {
  deserted,
  enter,
  hasChromium,
  lookAway,
  lookBack,
  say,
  seen,
  Stage,
  startWebServer,
  texts,
} from "./stage.ts";

const ignore = !hasChromium;

Deno.test({
  name: "The door says where the eye is what is wrong with a name, and opens for a good one",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using ada = await PlainClient.join(server.port, "ada");
    const page = await stage.page();
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await page.click("#enter");
    assertStringIncludes(await page.innerText("#door-error"), "Give a name");
    await page.fill("#name", "ada");
    await page.click("#enter");
    await page.waitForFunction(() =>
      document.querySelector("#door-error")?.textContent?.includes("taken")
    );
    assertEquals(await page.getAttribute("#name", "aria-invalid"), "true");
    assertEquals(await page.evaluate(() => document.activeElement?.id), "name");
    await page.fill("#name", "two words");
    await page.click("#enter");
    await page.waitForFunction(() =>
      document.querySelector("#door-error")?.textContent?.includes("cannot hold")
    );
    await enter(page, "bob");
    await ada.expect("* bob joined");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "The door asks for the password at once where the room has one, in words for browsers",
  ignore,
  async fn() {
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, "open sesame\n");
    try {
      await using server = await startWebServer(["--password-file", file]);
      await using stage = await Stage.open();
      const page = await stage.page();
      await page.goto(`http://127.0.0.1:${server.web}/`);
      await page.waitForSelector("#password");
      await page.fill("#name", "bob");
      await page.click("#enter");
      await page.waitForSelector("#password:focus");
      assertEquals(await page.innerText("#door-error"), "Give the password of this server.");
      await page.fill("#password", "wrong");
      await page.click("#enter");
      await page.waitForFunction(() =>
        document.querySelector("#door-error")?.textContent ===
          "That is not the password of this server."
      );
      await page.fill("#password", "open sesame");
      await page.click("#enter");
      await page.waitForSelector("#room:not([hidden])");
      await page.reload();
      await page.waitForSelector("#room:not([hidden])");
      assertEquals(stage.errors, []);
    } finally {
      await Deno.remove(file);
    }
  },
});

Deno.test({
  name: "The door learns of a password that the room did not have when the page was loaded",
  ignore,
  async fn() {
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, "open sesame\n");
    try {
      await using stage = await Stage.open();
      const page = await stage.page();
      let web;
      {
        await using server = await startWebServer();
        web = server.web;
        await page.goto(`http://127.0.0.1:${web}/`);
        await page.waitForSelector("#name");
        assert(await page.isHidden("#password"));
      }
      await using _server = await startWebServer(["--password-file", file], { web });
      await page.fill("#name", "bob");
      await page.click("#enter");
      await page.waitForSelector("#password:focus");
      assertEquals(await page.innerText("#door-error"), "This server has a password.");
    } finally {
      await Deno.remove(file);
    }
  },
});

Deno.test({
  name: "Two browsers, nc and a program talk in one room",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nc = await PlainClient.join(server.port, "nora");
    const ada = await stage.joined(server.web, "ada");
    const bob = await stage.joined(server.web, "bob");
    const { client: bot } = await JsonClient.join(server.port, "bot");
    await using _bot = bot;
    await say(ada, "hello from a page");
    await nc.expect("ada: hello from a page");
    await bot.message("hello from a page");
    await seen(bob, "hello from a page");
    await ada.waitForSelector(".tick");
    await nc.say("hello from nc");
    await seen(ada, "hello from nc");
    await seen(bob, "hello from nc");
    await say(bob, "/me waves");
    await nc.expect("~ bob waves");
    await say(ada, "/msg bob for you");
    await seen(bob, "for you");
    await bob.waitForSelector(".direct");
    await say(bob, "/msg nora and you");
    await nc.expect("[from bob] and you");
    assertEquals(nc.seen.filter((line) => line.includes("for you")), []);
    await say(ada, "/who");
    await ada.waitForFunction(() =>
      document.querySelector("#log")?.textContent?.includes("4 here")
    );
    assertEquals(await bob.locator("#names li").count(), 4);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A page that is reloaded is in its place again, with the draft and what was said",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nc = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await say(page, "before");
    await nc.expect("ada: before");
    await page.fill("#field", "half a thought");
    await page.reload();
    await page.waitForSelector("#room:not([hidden])");
    assertEquals(await page.inputValue("#field"), "half a thought");
    await seen(page, "before");
    await page.press("#field", "Enter");
    await nc.expect("ada: half a thought");
    assertEquals(nc.seen.filter((line) => /ada (left|joined)/.test(line)), ["* ada joined"]);
    await page.click("#leave");
    await nc.expect(/ada left \(quit\)/);
    await page.waitForSelector("#door:not([hidden])");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Nothing is lost or doubled when the server is killed in mid-typing, and the draft stays",
  ignore,
  async fn() {
    const directory = await Deno.makeTempDir();
    try {
      const db = ["--db", `${directory}/room.db`];
      await using stage = await Stage.open();
      const { page, web } = await deserted(stage, "ada", {
        flags: db,
        async during(page, server) {
          await say(page, "one");
          await seen(page, "one");
          await page.fill("#field", "being ty");
          server.signal("SIGKILL");
          await server.outcome();
        },
      });
      await page.waitForFunction(() =>
        document.querySelector("#status")?.textContent?.includes("Not connected")
      );
      await say(page, "two, said while away");
      await say(page, "three, said while away");
      await page.waitForSelector(".pending");
      await page.fill("#field", "being typed");
      await using server = await startWebServer(db, { web });
      const { client, welcome } = await JsonClient.join(server.port, "nora");
      await using _client = client;
      assert(welcome.members.includes("ada"), "her place is kept");
      await client.message("three, said while away");
      await page.waitForFunction(() => document.querySelectorAll(".pending").length === 0);
      assertEquals(await page.inputValue("#field"), "being typed");
      assertEquals(await texts(page), ["one", "two, said while away", "three, said while away"]);
      await page.press("#field", "Enter");
      await client.message("being typed");
      const said = client.seen().filter((event) => event.type === "message");
      assertEquals(said.map((event) => event.type === "message" ? event.text : ""), [
        "one",
        "two, said while away",
        "three, said while away",
        "being typed",
      ]);
      assertEquals(stage.errors, []);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test({
  name: "What was said while the server was away survives a reload of the page",
  ignore,
  async fn() {
    const directory = await Deno.makeTempDir();
    try {
      const db = ["--db", `${directory}/room.db`];
      await using stage = await Stage.open();
      await using first = await startWebServer(db);
      const page = await stage.joined(first.web, "ada");
      first.signal("SIGKILL");
      await first.outcome();
      await page.waitForFunction(() => document.querySelector("#status")?.textContent !== "");
      await say(page, "still here");
      await page.waitForSelector(".pending");
      await using second = await startWebServer(db, { web: first.web });
      await page.reload();
      await seen(page, "still here");
      await page.waitForSelector(".tick");
      assertEquals(await texts(page), ["still here"]);
      assert(second.web === first.web);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test({
  name: "Script in names and texts stays text",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    const { client } = await JsonClient.join(server.port, "eve");
    await using _client = client;
    const evil = [
      "<script>document.title='x'</script>",
      `<img src=x onerror="document.title='x'">`,
      'javascript:alert(1) https://user@evil.test/ https://example.org/"onclick="x',
      "\u202Egnp.exe &amp; </div></body>",
    ];
    for (const text of evil) await client.say(text);
    await seen(page, "\uFFFDgnp.exe &amp; </div></body>");
    assertEquals((await texts(page)).slice(0, 3), evil.slice(0, 3));
    const links = await page.locator("#log a").evaluateAll((all) =>
      all.map((a) => [a.getAttribute("href"), a.getAttribute("rel"), a.getAttribute("target")])
    );
    assertEquals(links, [["https://example.org/", "noopener noreferrer nofollow", "_blank"]]);
    assertEquals(await page.title(), "chat");
    assertEquals(await page.locator("#log img, #log script").count(), 0);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A paste of 5,000 characters is refused with its reason and stays in the field",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    const text = "word ".repeat(1_000);
    await page.focus("#field");
    await page.evaluate((text) => document.execCommand("insertText", false, text), text);
    assertStringIncludes(await page.innerText("#counter"), "5000 of 4000");
    await page.press("#field", "Enter");
    assertStringIncludes(await page.innerText("#counter"), "at most 4000 can be said at once");
    assertEquals(await page.inputValue("#field"), text);
    const height = await page.locator("#field").evaluate((field) => field.clientHeight);
    assert(height <= 330, `the field is ${height} pixels high`);
    await say(page, "x".repeat(4_000));
    await seen(page, "x".repeat(4_000));
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Ten thousand messages hold the page up for no more than 200 ms, and it stays small",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    await using nc = await PlainClient.join(server.port, "nora");
    await page.evaluate(() => {
      const tasks: number[] = [];
      Object.assign(globalThis, { longTasks: tasks });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) tasks.push(entry.duration);
      }).observe({ entryTypes: ["longtask"] });
    });
    const lines = Array.from({ length: 10_000 }, (_, n) => `message ${n} of a flood, ada\n`);
    await nc.send(lines.join(""));
    await seen(page, "message 9999 of a flood, ada");
    const { tasks, rows } = await page.evaluate(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { longTasks } = globalThis as unknown as { longTasks: number[] };
      return { tasks: longTasks, rows: document.querySelectorAll("#log .row").length };
    });
    assert(rows <= 500, `there are ${rows} rows`);
    assert(Math.max(0, ...tasks) <= 200, `tasks of ${tasks} ms`);
    const shown = await texts(page);
    const first = 10_000 - shown.length;
    assertEquals(shown, shown.map((_, i) => `message ${first + i} of a flood, ada`));
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Scrolling up brings the past to its beginning, and down again to the present",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using nc = await PlainClient.join(server.port, "nora");
    await nc.send(Array.from({ length: 1_200 }, (_, n) => `line ${n}\n`).join(""));
    await nc.say("/who");
    await nc.expect(/^\* 1 here/);
    const page = await stage.joined(server.web, "ada");
    await seen(page, "line 1199");
    const scroll = (top: number) =>
      page.evaluate((top) => document.querySelector("#scroller")!.scrollTo({ top }), top);
    for (;;) {
      const [first] = await texts(page);
      if (first === "line 0") break;
      await scroll(0);
      await page.waitForFunction(
        (first) => document.querySelector("#log .message .text")?.textContent !== first,
        first,
      );
      assert(await page.locator("#log .row").count() <= 500);
    }
    await nc.say("meanwhile");
    await page.waitForFunction(() =>
      document.querySelector("#jump")?.textContent?.includes("1 new message")
    );
    for (;;) {
      const last = (await texts(page)).at(-1);
      if (last === "meanwhile") break;
      await scroll(1e9);
      await page.waitForFunction(
        (last) =>
          [...document.querySelectorAll("#log .message .text")].at(-1)?.textContent !== last,
        last,
      );
      assert(await page.locator("#log .row").count() <= 500);
    }
    const all = await texts(page);
    assertEquals(all.at(-2), "line 1199");
    const from = Number(all[0]?.slice(5));
    assertEquals(all.slice(0, -1), all.slice(0, -1).map((_, i) => `line ${from + i}`));
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name:
    "The page shows messages, not who came and went, and loads until there is something to scroll",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0", "--joins", "0"]);
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    await nora.send(Array.from({ length: 300 }, (_, n) => `line ${n}\n`).join(""));
    for (let n = 0; n < 300; n++) {
      await using guest = await PlainClient.join(server.port, `guest${n}`);
      await guest.say("/quit");
      await nora.expect(new RegExp(`guest${n} left`));
    }
    const page = await stage.joined(server.web, "ada", { viewport: { width: 900, height: 3_000 } });
    await page.waitForFunction(() => {
      const { scrollHeight, clientHeight } = document.querySelector("#scroller")!;
      return scrollHeight > clientHeight;
    });
    const shown = await texts(page);
    assertEquals(shown.at(-1), "line 299");
    assert(shown.length > 50, `${shown.length} messages`);
    for (let first = shown[0]; first !== "line 0"; [first] = await texts(page)) {
      await page.evaluate(() => document.querySelector("#scroller")!.scrollTo({ top: 0 }));
      await page.waitForFunction(
        (first) => document.querySelector("#log .message .text")?.textContent !== first,
        first,
      );
    }
    assertEquals(await texts(page), Array.from({ length: 300 }, (_, n) => `line ${n}`));
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Search finds a message and shows it among its neighbours",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using nc = await PlainClient.join(server.port, "nora");
    const lines = Array.from({ length: 700 }, (_, n) => n === 99 ? "a quagga\n" : `line ${n}\n`);
    await nc.send(lines.join(""));
    const page = await stage.joined(server.web, "ada");
    await say(page, "/search quagga");
    await page.click("#results button");
    await page.waitForSelector(".row.found");
    assertStringIncludes(await page.innerText(".row.found"), "a quagga");
    await page.click("#jump");
    await seen(page, "line 699");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Commands and names complete by the keyboard",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await page.focus("#field");
    await page.keyboard.type("/ms");
    await page.waitForSelector("#candidates:not([hidden])");
    await page.keyboard.press("Tab");
    assertEquals(await page.inputValue("#field"), "/msg ");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assertEquals(await page.inputValue("#field"), "/msg nora ");
    await page.keyboard.type("psst");
    await page.keyboard.press("Enter");
    await nora.expect("[from ada] psst");
    await page.keyboard.type("hi @no");
    await page.keyboard.press("Tab");
    assertEquals(await page.inputValue("#field"), "hi @nora ");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("second line");
    await page.keyboard.press("Enter");
    await nora.expect("ada: hi @nora ");
    await nora.expect("ada: second line");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "The title counts what is unread while somebody looks elsewhere",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await lookAway(page);
    await nora.say("one");
    await nora.say("two");
    await page.waitForFunction(() => document.title === "(2) chat");
    await lookBack(page);
    await page.waitForFunction(() => document.title === "chat");
  },
});

Deno.test({
  name: "On a phone nothing is wider than the screen, and people are one touch away",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const viewport = { width: 390, height: 844 };
    const page = await stage.joined(server.web, "ada", {
      viewport,
      hasTouch: true,
      isMobile: true,
    });
    await nora.say(`${"w".repeat(300)} https://example.org/${"long".repeat(40)}`);
    await page.waitForSelector("#log a");
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assertEquals(width, 390);
    assert(await page.isHidden("#people"));
    for (let n = 0; n < 60; n++) await nora.say(`line ${n}`);
    await seen(page, "line 59");
    const before = await page.locator("#composer").boundingBox();
    await page.tap("#show-people");
    const list = (await page.locator("#people").boundingBox())!;
    assert(list.height > 700, `the list of people is ${list.height} pixels high`);
    assertEquals(await page.locator("#composer").boundingBox(), before);
    await page.tap("#names button");
    assertEquals(await page.inputValue("#field"), "/msg nora ");
    assertEquals(stage.errors, []);
  },
});
