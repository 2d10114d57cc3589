/// <reference lib="dom" />
/** The page in the engines of all browsers: what everybody does with it works in each. */

import { assertEquals } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { until } from "../helpers/wait.ts";
import { type Engine, ENGINES } from "./engines.ts";
import { startWebServer } from "./stage.ts";

/** Waits until something is so in the page. */
async function see(engine: Engine, expression: string): Promise<void> {
  const isSo = `(() => { try { return Boolean(${expression}) } catch { return false } })()`;
  await until(async () => await engine.evaluate(isSo) === true, expression);
}

async function type(engine: Engine, id: string, text: string): Promise<void> {
  await engine.evaluate(`(() => {
    const field = document.getElementById("${id}");
    field.focus();
    field.value = ${JSON.stringify(text)};
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  })()`);
}

async function say(engine: Engine, text: string): Promise<void> {
  await type(engine, "field", text);
  const enter = 'new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })';
  await engine.evaluate(`document.getElementById("field").dispatchEvent(${enter})`);
}

async function click(engine: Engine, selector: string): Promise<void> {
  await engine.evaluate(`(document.querySelector("${selector}").click(), true)`);
}

function shown(text: string): string {
  const texts = '[...document.querySelectorAll("#log .message .text")].map((e) => e.textContent)';
  return `${texts}.some((text) => text.startsWith(${JSON.stringify(text)}))`;
}

function title(text: string): string {
  return `document.getElementById("title").textContent === ${JSON.stringify(text)}`;
}

/** Messages of the first room that were not seen. */
const UNREAD = 'Number(document.querySelector("#room-list .unread-count")?.textContent ?? 0)';

const IN_ROOM = '!document.getElementById("room").hidden';

for (const { name, isHere, open } of ENGINES) {
  Deno.test({
    name: `In ${name}: sign in, say, hear, search, change rooms, reload, lose the connection`,
    ignore: !isHere,
    async fn() {
      const directory = await Deno.makeTempDir();
      const db = ["--db", `${directory}/room.db`];
      try {
        await using engine = await open();
        let web = 0;
        {
          await using server = await startWebServer(db);
          web = server.web;
          await engine.goto(`http://127.0.0.1:${web}/`);
          await see(engine, '!document.getElementById("door").hidden');
          await type(engine, "name", "ada");
          await click(engine, "#enter");
          await see(engine, IN_ROOM);
          const { client } = await JsonClient.join(server.port, "nora");
          await using _client = client;
          await say(engine, "hello quagga");
          await client.message("hello quagga");
          await see(engine, 'document.querySelector(".tick")');
          await client.say("look, ada: https://example.org/ 👩‍👩‍👧 zoë");
          await see(
            engine,
            'document.querySelector(".mention a[href=\\"https://example.org/\\"]")',
          );
          await say(engine, "/search quagga");
          await see(engine, 'document.querySelector("#results button")');
          await click(engine, "#results button");
          await see(engine, 'document.querySelector(".row.found")');
          await say(engine, "/join ops");
          await see(engine, title("#ops"));
          // A browser without focus counts what came before, too, and has a dot for it.
          const before = await engine.evaluate(UNREAD);
          await client.say("come back, ada");
          await see(engine, `${UNREAD} > ${before} && document.querySelector("#room-list .dot")`);
          await engine.evaluate("(history.back(), true)");
          await see(engine, `${title("#lobby")} && ${shown("come back, ada")}`);
          await see(engine, 'document.querySelector("#log .unread")');
          // The same address: a reload that the engine waits for.
          await engine.goto(`http://127.0.0.1:${web}/`);
          await see(engine, `${IN_ROOM} && ${shown("come back, ada")}`);
          await see(engine, 'document.querySelectorAll("#room-list li").length === 2');
          await say(engine, "/leave ops");
          await see(engine, title("chat"));
          server.signal("SIGKILL");
          await server.outcome();
        }
        await see(
          engine,
          'document.getElementById("status").textContent.includes("Not connected")',
        );
        await say(engine, "said while away");
        await see(engine, 'document.querySelector(".pending")');
        await using server = await startWebServer(db, { web });
        const { client } = await JsonClient.join(server.port, "zoe");
        await using _client = client;
        await client.message("said while away");
        await see(engine, `!document.querySelector(".pending") && ${shown("said while away")}`);
        assertEquals(await engine.evaluate('document.getElementById("trouble").hidden'), true);
      } finally {
        await Deno.remove(directory, { recursive: true });
      }
    },
  });
}
