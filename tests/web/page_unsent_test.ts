/// <reference lib="dom" />
/**
 * What somebody typed on the page and the server never answered, with a server that does what a
 * test says.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Page, WebSocketRoute } from "playwright-core";
import type { Request, ServerEvent } from "../../src/protocol/messages.ts";
import { message } from "../client/core/fake_server.ts";
import { until } from "../helpers/wait.ts";
import { enter, hasChromium, say, Stage, startWebServer } from "./stage.ts";

const ignore = !hasChromium;

/** One connection of the page. */
interface Connection {
  readonly requests: Request[];
  readonly ws: WebSocketRoute;
}

/** Sends events to the page. */
function tell({ ws }: Connection, ...events: ServerEvent[]): void {
  for (const event of events) ws.send(JSON.stringify(event));
}

/** Lets the page in. */
function admit(connection: Connection): void {
  tell(connection, {
    type: "welcome",
    protocol: 1,
    name: "ada",
    session: "secret",
    resumed: false,
  }, {
    type: "joined",
    room: "lobby",
    log: "L",
    seq: 0,
    names: ["ada"],
    count: 1,
    resumed: false,
  });
}

const FULL: readonly ServerEvent[] = [
  { type: "error", code: "full", text: "The server is full." },
  { type: "bye", reason: "full", text: "The server is full." },
];

/** Answers the hellos of a page in turn, the last answer again and again. */
async function serve(
  page: Page,
  answers: ((connection: Connection) => void)[],
): Promise<Connection[]> {
  const connections: Connection[] = [];
  await page.routeWebSocket(/\/ws$/, (ws) => {
    const connection: Connection = { requests: [], ws };
    const answer = answers[Math.min(connections.length, answers.length - 1)];
    connections.push(connection);
    ws.onMessage((line) => {
      const request = JSON.parse(String(line)) as Request;
      connection.requests.push(request);
      if (request.type === "hello") answer?.(connection);
      else if (request.type === "ping") tell(connection, { type: "pong" });
    });
  });
  return connections;
}

/** Waits until the page is in over its connection with this number, from 0. */
async function admitted(connections: readonly Connection[], index: number): Promise<Connection> {
  await until(() => connections[index]?.requests[0] !== undefined, "a hello");
  const connection = connections[index];
  if (connection === undefined) throw new Error("There is no such connection");
  return connection;
}

/** What was said on a connection. */
function saidOn(connection: Connection | undefined): string[] {
  return (connection?.requests ?? []).flatMap((request) =>
    request.type === "say" || request.type === "direct" ? [request.text] : []
  );
}

/** The texts in a list of what was not delivered. */
async function unsent(page: Page, id: string): Promise<string[]> {
  return await page.locator(`#${id} .text`).allInnerTexts();
}

Deno.test({
  name: "A page that was in the room waits while the server is full, also over a reload",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page();
    const full = (connection: Connection) => tell(connection, ...FULL);
    let room = false;
    const connections = await serve(page, [admit, (c) => room ? admit(c) : full(c)]);
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    await say(page, "not lost");
    await until(() => saidOn(connections[0]).length === 1, "the message");
    await connections[0]?.ws.close({ code: 1000 });
    await page.waitForFunction(() =>
      document.querySelector("#status")?.textContent?.includes("full")
    );
    assertEquals(
      (await page.locator("#log .alarm").allInnerTexts()).filter((text) => /is full/.test(text)),
      ["The server is full. Trying again until it has room …"],
    );
    const before = connections.length;
    await page.reload();
    await page.waitForFunction(() =>
      document.querySelector("#status")?.textContent?.includes("full")
    );
    assert(connections.length > before);
    room = true;
    await until(() => saidOn(connections.at(-1)).length === 1, "the message again");
    assertEquals(saidOn(connections.at(-1)), ["not lost"]);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A page that is full at the first try says so at the door",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page();
    await serve(page, [(connection) => tell(connection, ...FULL)]);
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await page.fill("#name", "ada");
    await page.click("#enter");
    await page.waitForFunction(() =>
      document.querySelector("#door-error")?.textContent?.includes("full")
    );
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name:
    "What was not delivered is listed at the door and in the room until it is edited or discarded",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page();
    const connections = await serve(page, [admit]);
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    const long = "long " + "x".repeat(300);
    await say(page, long);
    await say(page, "/msg bob psst");
    await say(page, "/me waves");
    await until(() => saidOn(connections[0]).length === 3, "three messages");
    tell(connections[0]!, { type: "bye", reason: "kicked", text: "You were removed." });
    await page.waitForSelector("#door-unsent:not([hidden])");
    assertEquals(await unsent(page, "door-unsent"), ["/msg bob psst", long, "/me waves"]);
    await page.reload();
    assertEquals(await unsent(page, "door-unsent"), ["/msg bob psst", long, "/me waves"]);
    await enter(page, "ada");
    await page.waitForSelector("#unsent:not([hidden])");
    assertEquals(saidOn(connections[1]), [], "nobody goes on talking without being asked");
    await page.fill("#field", "being typed");
    await page.click("#unsent li:nth-child(1) >> text=Edit");
    assertEquals(await page.inputValue("#field"), "/msg bob psst");
    assertEquals(await unsent(page, "unsent"), ["being typed", long, "/me waves"]);
    await page.click("#unsent li:nth-child(2) >> text=Discard");
    assertEquals(await unsent(page, "unsent"), ["being typed", "/me waves"]);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A message that is refused returns to the field, or is listed when that is in use",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page();
    const connections = await serve(page, [admit]);
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    const refuse = async (count: number) => {
      await until(() => saidOn(connections[0]).length === count, "the message");
      const { id = "" } = connections[0]?.requests.at(-1) as { id?: string };
      tell(connections[0]!, { type: "error", code: "not_allowed", text: "Muted.", id });
    };
    await say(page, "one");
    await refuse(1);
    await page.waitForFunction(() =>
      document.querySelector<HTMLTextAreaElement>("#field")?.value === "one"
    );
    await page.press("#field", "Enter");
    await page.fill("#field", "another");
    await refuse(2);
    await page.waitForSelector("#unsent:not([hidden])");
    assertEquals(await unsent(page, "unsent"), ["one"]);
    assertEquals(await page.inputValue("#field"), "another");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A command that is refused leaves the field to what is typed next, and Up recalls it",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page();
    const connections = await serve(page, [admit]);
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    await say(page, "/join #");
    assertEquals(await page.inputValue("#field"), "");
    assertNotEquals(await page.textContent("#counter"), "");
    await page.press("#field", "ArrowUp");
    assertEquals(await page.inputValue("#field"), "/join #");
    await say(page, "/msg eve2 hi");
    await until(() => saidOn(connections[0]).length === 1, "the message");
    const { id = "" } = connections[0]?.requests.at(-1) as { id?: string };
    tell(connections[0]!, { type: "error", code: "no_such_person", text: "Nobody is eve2.", id });
    await page.waitForSelector("#unsent:not([hidden])");
    assertEquals(await unsent(page, "unsent"), ["/msg eve2 hi"]);
    // The server has said that it was not: no "may".
    assertEquals(await page.innerText("#unsent h2"), "Not delivered, or not confirmed");
    assertEquals(await page.inputValue("#field"), "");
    await page.press("#field", "ArrowUp");
    assertEquals(await page.inputValue("#field"), "/msg eve2 hi");
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A direct message on its way is listed after a reload, and not said twice",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page();
    const connections = await serve(page, [admit]);
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    await say(page, "/msg bob psst");
    await until(() => saidOn(connections[0]).length === 1, "the message");
    await page.reload();
    await page.waitForSelector("#unsent:not([hidden])");
    assertEquals(await unsent(page, "unsent"), ["/msg bob psst"]);
    tell(await admitted(connections, 1), message(1, "bob", "hello"));
    await page.waitForSelector("#log .message");
    assertEquals(saidOn(connections[1]), []);
    assertEquals(stage.errors, []);
  },
});

Deno.test({
  name: "A server that sends more than the page can hold loses the connection, not the page",
  ignore,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    const page = await stage.page();
    const connections = await serve(page, [admit]);
    await page.goto(`http://127.0.0.1:${server.web}/`);
    await enter(page, "ada");
    connections[0]?.ws.send("x".repeat(5 * 1024 * 1024));
    tell(await admitted(connections, 1), message(1, "bob", "hello"));
    await page.waitForSelector("#log .message");
    assertEquals(stage.errors, []);
  },
});
