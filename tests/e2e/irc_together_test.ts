/// <reference lib="dom" />
/**
 * One room with a terminal client, `nc`, the page, irssi, WeeChat, irc-framework and a json client:
 * each sees what the others say, once and in order.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { FrameworkClient } from "../helpers/irc_framework.ts";
import {
  joinWithIrssi,
  joinWithWeechat,
  saidInIrssi,
  saidInWeechat,
} from "../helpers/irc_terminals.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { shellLine } from "../helpers/program.ts";
import { Tmux } from "../helpers/tmux.ts";
import { until } from "../helpers/wait.ts";
import { hasChromium, say, seen, Stage, startWebServer, texts } from "../web/stage.ts";

const ignore = !await needs("tmux", "irssi", "weechat") || !hasChromium;

Deno.test("Seven kinds of clients in one room see the same, once and in order", {
  ignore,
}, async () => {
  await using server = await startWebServer();
  const { client: bot } = await JsonClient.join(server.port, "bot");
  await using _bot = bot;
  await using nc = await PlainClient.join(server.port, "ned");
  await using stage = await Stage.open();
  const page = await stage.joined(server.web, "pia");
  await using irssi = await joinWithIrssi(server.port, { name: "ian" });
  await using weechat = await joinWithWeechat(server.port, { name: "wes" });
  await using framework = await FrameworkClient.join(server.port, "fay");
  await framework.enter("#lobby");
  const args = ["join", `127.0.0.1:${server.port}`, "--name", "ted", "--no-color"];
  await using terminal = await Tmux.open(shellLine(args));
  await terminal.shows(/7 here/);

  const people: readonly (readonly [name: string, say: (text: string) => void | Promise<void>])[] =
    [
      ["bot", (text) => bot.say(text)],
      ["ned", (text) => nc.say(text)],
      ["pia", (text) => say(page, text)],
      ["ian", (text) => irssi.type(text)],
      ["wes", (text) => weechat.type(text)],
      ["fay", (text) => framework.irc.say("#lobby", text)],
      ["ted", (text) => terminal.type(text)],
    ];
  const said: string[] = [];
  for (const round of ["first", "second"]) {
    for (const [name, sayIt] of people) {
      const text = `the ${round} of ${name}`;
      await sayIt(text);
      assertEquals((await bot.message(text)).from, name);
      // These show their own lines by themselves, perhaps before others that are on their way.
      for (const screen of [irssi, weechat]) await screen.shows(new RegExp(text));
      said.push(`${name}: ${text}`);
    }
  }

  const last = "the second of ted";
  await nc.expect(`ted: ${last}`);
  assertEquals(
    nc.seen.filter((line) => /^\w+: the /.test(line)),
    said.filter((line) => !line.startsWith("ned")),
  );
  await seen(page, last);
  assertEquals(await texts(page), said.map((line) => line.replace(/^\w+: /, "")));
  assertEquals(await saidInIrssi(irssi), said);
  assertEquals(await saidInWeechat(weechat), said);
  await framework.message(last);
  assertEquals(
    framework.seen.filter(([name]) => name === "privmsg")
      .map(([, { nick, message }]) => `${nick}: ${message}`),
    said,
  );
  async function inTerminal(): Promise<string[]> {
    return (await terminal.rows()).flatMap((row) => {
      const [, name, text] = /^\d\d:\d\d +(\w+) {2}(the .*)$/.exec(row) ?? [];
      return name === undefined ? [] : [`${name}: ${text}`];
    });
  }
  await until(async () => (await inTerminal()).at(-1) === `ted: ${last}`, `ted's ${last}`);
  assertEquals(await inTerminal(), said);
  assertEquals(stage.errors, []);
});
