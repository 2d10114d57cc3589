/// <reference lib="dom" />
/** Several rooms on the page. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { WebSocketRoute } from "playwright-core";
import { PlainClient } from "../helpers/plain_client.ts";
import { join, listed, plainIn, show, shown } from "./rooms_stage.ts";
import {
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
  name: "Where there is one room, nothing tells of rooms but a button",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.joined(server.web, "ada");
    assertEquals(await page.innerText("#title"), "chat");
    assertEquals(await page.title(), "chat");
    assertEquals(new URL(page.url()).hash, "");
    assert(await page.isHidden("#rooms"));
    assert(await page.isHidden("#topic"));
    await page.click("#show-rooms");
    await page.waitForSelector("#rooms:not([hidden])");
    await page.fill("#join-room", "Ops");
    await page.press("#join-room", "Enter");
    await shown(page, "ops");
    assertEquals(new URL(page.url()).hash, "#ops");
    assertEquals(await page.title(), "#ops · chat");
    await page.click("[aria-label='Leave #ops']");
    await page.waitForFunction(() => document.querySelector("#title")?.textContent === "chat");
    await page.waitForFunction(() => document.querySelector("#rooms")?.checkVisibility() === false);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "The other rooms count what is new in them, with a dot where somebody is meant",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await PlainClient.join(server.port, "bob");
    const page = await stage.joined(server.web, "ada");
    await bob.say("one");
    await seen(page, "one");
    await join(page, "ops");
    await listed(page, "#lobby", "#ops");
    await bob.say("two");
    await listed(page, "#lobby 1", "#ops");
    assertEquals(await page.title(), "(1) #ops · chat");
    await bob.say("and three, ada");
    await listed(page, "#lobby 2 !", "#ops");
    assertEquals(
      await page.textContent("#room-list button"),
      "#lobby, 2 new, you are mentioned",
    );
    assertEquals(await texts(page), []);
    await show(page, "lobby");
    await seen(page, "and three, ada");
    await listed(page, "#lobby", "#ops");
    assertEquals(await texts(page), ["one", "two", "and three, ada"]);
    assertEquals(await page.locator(".row:has(.unread) .text").allInnerTexts(), ["two"]);
    assertEquals(await page.title(), "#lobby · chat");
    await say(page, "read");
    await page.waitForFunction(() => document.querySelector("#log .unread") === null);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "The title counts all rooms while somebody looks elsewhere",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await join(page, "ops");
    await using bob = await plainIn(server.port, "bob", "ops");
    await lookAway(page);
    await nora.say("one");
    await bob.say("two");
    await bob.say("three");
    await page.waitForFunction(() => document.title === "(3) #ops · chat");
    await lookBack(page);
    await page.waitForFunction(() => document.title === "(1) #ops · chat");
  },
});

Deno.test({
  name: "The address names the room, and going back leads to the one before",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await PlainClient.join(server.port, "bob");
    const page = await stage.page();
    await page.goto(`http://127.0.0.1:${server.web}/#Ops`);
    await enter(page, "ada");
    await shown(page, "ops");
    await bob.say("/who");
    await bob.expect(/1 here/);
    await join(page, "dev");
    await show(page, "ops");
    const hash = () => decodeURIComponent(new URL(page.url()).hash);
    await page.goBack();
    await shown(page, "dev");
    assertEquals(hash(), "#dev");
    await page.goForward();
    await shown(page, "ops");
    assertEquals(hash().toLowerCase(), "#ops");
    // A link to a room leads into it.
    await page.evaluate(() => location.hash = "#b%C3%BCro");
    await shown(page, "büro");
    await listed(page, "#ops", "#dev", "#büro");
    // Going back does not make a room that was left.
    await say(page, "/leave dev");
    await listed(page, "#ops", "#büro");
    await page.goBack();
    await shown(page, "ops");
    await page.goBack();
    await page.waitForFunction(() => location.hash !== "#dev");
    await listed(page, "#ops", "#büro");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "An address that can name no room leads to the lobby, and says so",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    for (const [n, hash] of ["#%", "#two words", "#a/b", "##", `#${"x".repeat(99)}`].entries()) {
      const page = await stage.page();
      await page.goto(`http://127.0.0.1:${server.web}/${hash}`);
      await enter(page, `ada${n}`);
      assertStringIncludes(await page.innerText("#join-error"), "No room can be called");
      await say(page, "hello");
      await seen(page, "hello");
      assertEquals(new URL(page.url()).hash, "#lobby");
      assertEquals(await page.innerText("#title"), "chat");
    }
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Each room has its draft, its people and its place",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using bob = await PlainClient.join(server.port, "bob");
    await bob.send(Array.from({ length: 120 }, (_, n) => `line ${n}\n`).join(""));
    const page = await stage.joined(server.web, "ada");
    await seen(page, "line 119");
    const place = () => page.evaluate(() => document.querySelector("#scroller")!.scrollTop);
    await page.evaluate(() => document.querySelector("#scroller")!.scrollTo({ top: 400 }));
    const before = await place();
    await page.fill("#field", "for the lobby");
    await page.evaluate(() => location.hash = "#ops");
    await shown(page, "ops");
    assertEquals(await page.inputValue("#field"), "");
    assertEquals(await page.locator("#names li").allInnerTexts(), ["ada (you)"]);
    await page.fill("#field", "for ops");
    await bob.say("more");
    await listed(page, "#lobby 1", "#ops");
    await show(page, "lobby");
    assertEquals(await page.inputValue("#field"), "for the lobby");
    assertEquals(await page.locator("#names li").allInnerTexts(), ["ada (you)", "bob"]);
    assertEquals(await place(), before);
    await page.waitForFunction(() =>
      document.querySelector("#jump")?.textContent?.includes("1 new message")
    );
    await page.click("#jump");
    await seen(page, "more");
    await show(page, "ops");
    assertEquals(await page.inputValue("#field"), "for ops");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A private room asks for its key, and a reload resumes all rooms without asking",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await plainIn(server.port, "bob", "vault");
    await bob.say("/key sesame");
    await bob.expect(/private/);
    await using nora = await PlainClient.join(server.port, "nora");
    const page = await stage.joined(server.web, "ada");
    await say(page, "/join vault");
    await page.waitForSelector("#join-key:focus");
    assertStringIncludes(await page.innerText("#join-error"), "private");
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() =>
      document.querySelector("#join-error")?.textContent === "That is not the key of #vault."
    );
    await page.keyboard.type("sesame");
    await page.keyboard.press("Enter");
    await shown(page, "vault");
    await bob.expect(/ada joined/);
    await join(page, "ops");
    await show(page, "vault");
    await page.fill("#field", "half a thought");
    await nora.say("for the lobby");
    await listed(page, "#lobby 1", "#vault private", "#ops");
    await page.reload();
    await shown(page, "vault");
    await listed(page, "#lobby 1", "#vault private", "#ops");
    assertEquals(await page.inputValue("#field"), "half a thought");
    await page.press("#field", "Enter");
    await bob.expect("ada: half a thought");
    assertEquals(bob.seen.filter((line) => /ada (left|joined)/.test(line)).length, 1);
    assert(!(await page.evaluate(() => document.body.innerHTML)).includes("sesame"));
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name:
    "Who is removed from a room sees so, and what was typed for it stays there until it is closed",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await plainIn(server.port, "bob", "ops");
    const page = await stage.joined(server.web, "ada");
    await join(page, "ops");
    await bob.expect(/ada joined/);
    await page.fill("#field", "half a thought");
    assert(await page.isHidden("#gone"));
    await bob.say("/kick ada enough of this");
    await page.waitForFunction(() =>
      document.querySelector("#log")?.textContent?.includes("enough of this")
    );
    await say(page, "too late");
    assertStringIncludes(await page.innerText("#counter"), "not in #ops any more");
    assertEquals(await page.inputValue("#field"), "too late");
    // The room does not look alive.
    await listed(page, "#lobby", "#ops gone");
    assert(await page.isDisabled("#send"));
    assertStringIncludes(await page.innerText("#gone-words"), "#ops");
    await page.waitForFunction(() => document.querySelector("#names")?.children.length === 0);
    await page.click("#join-again");
    await page.waitForFunction(() =>
      document.querySelector("#join-error")?.textContent?.includes("removed")
    );
    // What was typed stays there, and so do the messages.
    await show(page, "lobby");
    assertEquals(await page.inputValue("#field"), "");
    assert(await page.isEnabled("#send"));
    assert(await page.isHidden("#gone"));
    await show(page, "ops");
    assertEquals(await page.inputValue("#field"), "too late");
    assertStringIncludes(await page.innerText("#log"), "enough of this");
    await page.click("#close-gone");
    await shown(page, "lobby", "chat");
    await listed(page, "#lobby");
    assertEquals(await page.inputValue("#field"), "");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A keeper sets the topic and closes the room by commands; who is in it is told",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const ada = await stage.joined(server.web, "ada");
    await join(ada, "ops");
    const bob = await stage.joined(server.web, "bob");
    await join(bob, "ops");
    await ada.fill("#field", "/clo");
    await ada.waitForSelector("#candidates li");
    await bob.fill("#field", "/clo");
    assert(await bob.isHidden("#candidates"));
    await say(ada, "/topic <b>who is on call</b>");
    await bob.waitForFunction(() =>
      document.querySelector("#topic")?.textContent === "<b>who is on call</b>"
    );
    await say(ada, `/topic ${"long ".repeat(60)}`);
    await bob.waitForFunction(() => document.querySelector("#topic")?.textContent?.length === 299);
    const isWhole = await bob.locator("#title").evaluate((title) =>
      title.scrollWidth === title.clientWidth
    );
    assert(isWhole, "a long topic leaves place for the name of the room");
    await show(bob, "lobby");
    assert(await bob.isHidden("#topic"));
    await say(ada, "/close");
    await bob.waitForFunction(() =>
      document.querySelector("#log .alarm")?.textContent?.includes("closed")
    );
    await listed(bob, "#lobby", "#ops gone");
    await show(bob, "ops");
    assertStringIncludes(await bob.innerText("#log .alarm"), "closed");
    await bob.click("#join-again");
    await listed(bob, "#lobby", "#ops");
    assert(await bob.isEnabled("#send"));
    await ada.waitForFunction(() =>
      document.querySelector("#log .alarm")?.textContent?.includes("closed")
    );
    await ada.click("[aria-label='Leave #ops']");
    await shown(ada, "lobby", "chat");
    await listed(ada, "#lobby");
    assertEquals([...stage.errors], []);
  },
});

Deno.test({
  name: "Who leaves the last room is in none, and joins one from there",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await plainIn(server.port, "bob", "ops");
    const page = await stage.joined(server.web, "ada");
    await say(page, "/leave");
    await page.waitForFunction(() =>
      document.querySelector("#top")?.textContent?.includes("in no room")
    );
    assert(await page.isHidden("#composer"));
    await page.locator("#other-rooms button", { hasText: "#ops" }).click();
    await shown(page, "ops");
    await say(page, "here I am");
    await bob.expect("ada: here I am");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A room is left by any spelling of its name; who is not in it is told",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await plainIn(server.port, "bob", "ops");
    const page = await stage.joined(server.web, "ada");
    await join(page, "ops");
    await join(page, "dev");
    await listed(page, "#lobby", "#ops", "#dev");
    await say(page, "/leave #DEV");
    await listed(page, "#lobby", "#ops");
    await say(page, "/leave #nowhere");
    assertEquals(await page.innerText("#counter"), "You are not in #nowhere.");
    assertEquals(await page.inputValue("#field"), "");
    await show(page, "ops");
    await bob.say("/kick ada enough");
    await page.waitForFunction(() =>
      document.querySelector("#log")?.textContent?.includes("enough")
    );
    await say(page, "/leave");
    await listed(page, "#lobby");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A key is one word, as everywhere",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await plainIn(server.port, "bob", "vault");
    await bob.say("/key sesame");
    await bob.expect(/private/);
    const page = await stage.joined(server.web, "ada");
    await say(page, "/join vault sesame please");
    await shown(page, "vault");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A key that is given while the connection is lost is remembered over a reload",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page();
    const [session, room] = ["secret", "ops"];
    const welcome = { type: "welcome", protocol: 1, name: "ada", session, resumed: false };
    const joined = { type: "joined", room, log: "L", seq: 0, names: ["ada"], count: 1 };
    const keys: unknown[] = [];
    let isAway = false;
    let last: WebSocketRoute | undefined;
    await page.routeWebSocket(/\/ws$/, (ws) => {
      last = ws;
      ws.onMessage((line) => {
        const request = JSON.parse(String(line));
        if (request.type !== "hello") return;
        if (isAway) return void ws.close({ code: 1000 });
        keys.push(request.rooms.ops.key);
        for (const event of [welcome, { ...joined, resumed: false }]) {
          ws.send(JSON.stringify(event));
        }
      });
    });
    await page.goto(`http://127.0.0.1:${server.web}/#ops`);
    await enter(page, "ada");
    await shown(page, "ops");
    isAway = true;
    await last?.close({ code: 1000 });
    await page.waitForFunction(() => document.querySelector("#status")?.textContent !== "");
    await say(page, "/join ops sesame");
    isAway = false;
    await page.waitForFunction(() => document.querySelector("#status")?.textContent === "");
    await page.reload();
    await page.waitForFunction(() => document.querySelector("#status")?.textContent === "");
    await shown(page, "ops");
    assertEquals(keys, [undefined, "sesame", "sesame"]);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "Direct messages stay when the room is left where they were shown",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await PlainClient.join(server.port, "bob");
    const page = await stage.joined(server.web, "ada");
    await say(page, "in the lobby");
    await join(page, "ops");
    await say(page, "in ops");
    await bob.say("/msg ada for you");
    await seen(page, "for you");
    assertEquals(await texts(page), ["in ops", "for you"]);
    await page.reload();
    await seen(page, "for you");
    assertEquals(await texts(page), ["in ops", "for you"]);
    await show(page, "lobby");
    assertEquals(await texts(page), ["in the lobby"]);
    await say(page, "/leave ops");
    await seen(page, "for you");
    assertEquals(await texts(page), ["in the lobby", "for you"]);
    await page.reload();
    await seen(page, "for you");
    assertEquals(await texts(page), ["in the lobby", "for you"]);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A search finds messages of all rooms, says where, and leads there",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using bob = await PlainClient.join(server.port, "bob");
    const lines = Array.from({ length: 300 }, (_, n) => n === 20 ? "a quagga\n" : `line ${n}\n`);
    await bob.send(lines.join(""));
    const page = await stage.joined(server.web, "ada");
    await seen(page, "line 299");
    await join(page, "ops");
    await say(page, "another quagga");
    await seen(page, "another quagga");
    await say(page, "/search quagga");
    await page.waitForSelector("#results button");
    assertEquals(await page.locator("#results .where").allInnerTexts(), ["#ops", "#lobby"]);
    await page.locator("#results button", { hasText: "#lobby" }).click();
    await shown(page, "lobby");
    await page.waitForSelector(".row.found");
    assertStringIncludes(await page.innerText(".row.found"), "a quagga");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "All rooms are resumed when the server is killed, and what was typed for one goes there",
  ignore,
  async fn() {
    const directory = await Deno.makeTempDir();
    try {
      const db = ["--db", `${directory}/room.db`];
      await using stage = await Stage.open();
      await using first = await startWebServer(db);
      const page = await stage.joined(first.web, "ada");
      await join(page, "ops");
      await say(page, "one");
      await page.waitForSelector(".tick");
      first.signal("SIGKILL");
      await first.outcome();
      await page.waitForFunction(() => document.querySelector("#status")?.textContent !== "");
      await say(page, "said while away");
      await show(page, "lobby");
      assertEquals(await page.locator(".pending").count(), 0);
      await using _second = await startWebServer(db, { web: first.web });
      await page.waitForFunction(() => document.querySelector("#status")?.textContent === "");
      await listed(page, "#lobby", "#ops");
      await show(page, "ops");
      await seen(page, "said while away");
      await page.waitForSelector(".tick");
      assertEquals(await texts(page), ["one", "said while away"]);
      assertEquals(stage.errors, []);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test({
  name:
    "A room of more people than are named on joining lists them, and nobody sees a list of names",
  ignore,
  async fn() {
    await using server = await startWebServer(["--joins", "0", "--max-per-address", "0"]);
    await using stage = await Stage.open();
    await using people = new AsyncDisposableStack();
    for (let n = 0; n < 120; n++) {
      people.use(await PlainClient.join(server.port, `p${n}x`));
    }
    const page = await stage.joined(server.web, "zoe");
    await page.waitForFunction(() => document.querySelectorAll("#names li").length === 121);
    assertEquals(await page.locator("#log .note").count(), 0);
    await say(page, "/who");
    await page.waitForSelector("#log .note");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A room whose key was changed while the connection was lost asks for the new one",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page();
    const sockets: WebSocketRoute[] = [];
    const keys: unknown[] = [];
    const welcome = {
      type: "welcome",
      protocol: 1,
      name: "ada",
      session: "secret",
      resumed: false,
    };
    const joined = {
      type: "joined",
      room: "ops",
      log: "L",
      seq: 0,
      names: ["ada"],
      count: 1,
      resumed: false,
    };
    const refusal = { type: "error", code: "room_key", room: "ops", text: "#ops is private." };
    await page.routeWebSocket(/\/ws$/, (ws) => {
      const isFirst = sockets.push(ws) === 1;
      const tell = (...events: unknown[]) => {
        for (const event of events) ws.send(JSON.stringify(event));
      };
      ws.onMessage((line) => {
        const request = JSON.parse(String(line));
        if (request.type === "hello") tell(welcome, isFirst ? joined : refusal);
        else if (request.type === "ping") tell({ type: "pong" });
        else if (request.type === "join") {
          keys.push(request.key);
          tell(joined);
        }
      });
    });
    await page.goto(`http://127.0.0.1:${server.web}/#ops`);
    await enter(page, "ada");
    await shown(page, "ops");
    await page.fill("#field", "half a thought");
    await sockets[0]?.close({ code: 1000 });
    await page.waitForSelector("#join-key:focus");
    await page.waitForFunction(() =>
      document.querySelector("#log")?.textContent?.includes("#ops is private.")
    );
    await page.keyboard.type("sesame");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#field:focus");
    assertEquals(keys, ["sesame"]);
    assertEquals(await page.inputValue("#field"), "half a thought");
    await page.press("#field", "Enter");
    await page.waitForSelector(".pending");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A direct message that comes while one is in no room stands in the next room",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using bob = await PlainClient.join(server.port, "bob");
    const page = await stage.joined(server.web, "ada");
    await say(page, "/leave");
    await page.waitForSelector("#composer", { state: "hidden" });
    await bob.say("/msg ada for you");
    await bob.expect("[to ada] for you");
    await page.fill("#join-room", "ops");
    await page.press("#join-room", "Enter");
    await seen(page, "for you");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A server that begins a new log says so in each room, and what was shown is no more",
  ignore,
  async fn() {
    await using stage = await Stage.open();
    await using first = await startWebServer();
    const page = await stage.joined(first.web, "ada");
    await join(page, "ops");
    await say(page, "before");
    await page.waitForSelector(".tick");
    first.signal("SIGKILL");
    await first.outcome();
    await using _second = await startWebServer([], { web: first.web });
    await page.waitForFunction(() =>
      document.querySelector("#log")?.textContent?.includes("no longer has what was said")
    );
    assertEquals(await texts(page), []);
    await show(page, "lobby");
    await page.waitForFunction(() =>
      document.querySelector("#log")?.textContent?.includes("no longer has what was said")
    );
    await say(page, "after");
    await seen(page, "after");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A flood in a room that is not shown costs few rows, and ends with the newest message",
  ignore,
  async fn() {
    await using server = await startWebServer(["--rate", "0"]);
    await using stage = await Stage.open();
    await using bob = await PlainClient.join(server.port, "bob");
    const page = await stage.joined(server.web, "ada");
    await join(page, "ops");
    await bob.send(Array.from({ length: 3_000 }, (_, n) => `line ${n}\n`).join(""));
    await listed(page, "#lobby 99+", "#ops");
    await page.waitForFunction(() => document.title === "(3000) #ops · chat");
    await show(page, "lobby");
    await seen(page, "line 2999");
    const all = await texts(page);
    assert(all.length <= 500, `${all.length} messages`);
    const from = Number(all[0]?.slice(5));
    assertEquals(all, all.map((_, i) => `line ${from + i}`));
    assertEquals(stage.errors, []);
  },
});

for (const colorScheme of ["light", "dark"] as const) {
  Deno.test({
    name: `On a phone the rooms are a drawer, ${colorScheme}`,
    ignore,
    async fn() {
      await using server = await startWebServer();
      await using stage = await Stage.open();
      await using bob = await PlainClient.join(server.port, "bob");
      const viewport = { width: 390, height: 844 };
      const page = await stage.joined(server.web, "ada", {
        viewport,
        colorScheme,
        hasTouch: true,
        isMobile: true,
      });
      await join(page, "a-room-with-a-name-of-32-letters");
      await say(page, `/topic ${"w".repeat(300)}`);
      await page.waitForSelector("#topic:not([hidden])");
      await bob.say("hello");
      await page.waitForFunction(() =>
        document.querySelector("#rooms-news .unread-count")?.textContent === "1"
      );
      assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      assert(await page.isHidden("#rooms"));
      const composer = await page.locator("#composer").boundingBox();
      await page.tap("#show-rooms");
      const drawer = (await page.locator("#rooms").boundingBox())!;
      assert(drawer.x === 0 && drawer.height > 600 && drawer.width < 390, JSON.stringify(drawer));
      assertEquals(await page.locator("#composer").boundingBox(), composer);
      await page.tap("#room-list button");
      await shown(page, "lobby");
      assert(await page.isHidden("#rooms"));
      await page.tap("#show-rooms");
      await page.touchscreen.tap(370, 500);
      assert(await page.isHidden("#rooms"));
      assertEquals(stage.errors, []);
    },
  });
}
