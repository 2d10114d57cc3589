/**
 * WeeChat in tmux: the lines of docs/irc.md connect it, and its screen shows what others say.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { joinWithWeechat, saidInWeechat } from "../helpers/irc_terminals.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { startServer } from "../helpers/program.ts";

const ignore = !await needs("tmux", "weechat");

Deno.test("WeeChat joins with the lines of docs/irc.md, and talks", { ignore }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using weechat = await joinWithWeechat(server.port);
  await bob.expect("* ada joined");

  await bob.say("hi from nc, grüße");
  await weechat.shows(/bob \| hi from nc, grüße/);
  await weechat.type("hi from WeeChat");
  await bob.expect("ada: hi from WeeChat");
  await weechat.shows(/ada \| hi from WeeChat/);
  await weechat.type("/me waves");
  await bob.expect("~ ada waves");
  await bob.say("/me nods");
  await weechat.shows(/bob nods/);
  await bob.say("/nick robert");
  await weechat.shows(/bob is now known as robert/);
  assertEquals(await saidInWeechat(weechat), ["bob: hi from nc, grüße", "ada: hi from WeeChat"]);
});

Deno.test("WeeChat is shown the past on joining, and on coming back only what it missed", {
  ignore,
}, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const past = Array.from({ length: 20 }, (_, i) => `number ${i + 1} of twenty`);
  for (const text of past) await bob.say(text);
  await using weechat = await joinWithWeechat(server.port);
  await weechat.shows(/number 20 of twenty/);
  await weechat.type("/disconnect chat");
  await bob.expect(/^\* ada left/);
  await bob.say("missed");
  await weechat.type("/connect chat");
  await weechat.shows(/\| missed/);
  await bob.say("after that");
  await weechat.shows(/\| after that/);
  const all = [...past, "missed", "after that"];
  assertEquals(await saidInWeechat(weechat), all.map((text) => `bob: ${text}`));
});
