/**
 * A real IRC client, `irc-framework`, through every step: it registers, joins, talks, is kicked,
 * reads the past, and comes back after a lost connection.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { FrameworkClient } from "../helpers/irc_framework.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";
import { TcpProxy } from "../helpers/tcp_proxy.ts";
import { until } from "../helpers/wait.ts";

Deno.test("An IRC client talks with nc and a json client: each message once, in order, with its time", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const { client: eve } = await JsonClient.join(server.port, "eve");
  await using _eve = eve;
  await using ada = await FrameworkClient.join(server.port, "ada");
  await ada.enter("#lobby");
  await bob.expect("* ada joined");

  ada.irc.say("#lobby", "hi from IRC");
  await bob.expect("ada: hi from IRC");
  const said = await eve.message("hi from IRC");
  const echo = await ada.message("hi from IRC");
  assertEquals([echo.nick, echo.target, echo.time], ["ada", "#lobby", Date.parse(said.at)]);
  assertEquals(echo.tags?.msgid?.split("-").at(-1), String(said.seq));

  await bob.say("hi from nc");
  await ada.message("hi from nc");
  await eve.say("two\nlines");
  await ada.message("two");
  await ada.message("lines");
  ada.irc.action("#lobby", "waves");
  await bob.expect("~ ada waves");
  await ada.next("action", ({ message }) => message === "waves");
  await bob.say("/me nods");
  await ada.next("action", ({ message, nick }) => message === "nods" && nick === "bob");
  assertEquals(ada.textsIn("#lobby"), ["hi from IRC", "hi from nc", "two", "lines"]);
});

Deno.test("An IRC client sends and gets direct messages, and is told when nobody is there", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using ada = await FrameworkClient.join(server.port, "ada");
  ada.irc.say("bob", "psst");
  await bob.expect("[from ada] psst");
  await bob.say("/msg ada yes?");
  const answer = await ada.message("yes?");
  assertEquals([answer.nick, answer.target], ["bob", "ada"]);
  ada.irc.say("nobody", "psst");
  await ada.next("irc error");
});

Deno.test("A name that is taken is refused, and another one is let in; people are renamed", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using ada = await FrameworkClient.join(server.port, "ada");
  await ada.enter("#lobby");
  ada.irc.changeNick("bob");
  await ada.next("nick in use");
  ada.irc.changeNick("lovelace");
  await bob.expect("* ada is now lovelace");
  await ada.next("nick", ({ new_nick }) => new_nick === "lovelace");
  assertEquals(ada.nick, "lovelace");
  await bob.say("/nick robert");
  await ada.next("nick", ({ nick, new_nick }) => nick === "bob" && new_nick === "robert");
});

Deno.test("Who makes a channel is its keeper: sets its topic and removes people", async () => {
  await using server = await startServer();
  await using ada = await FrameworkClient.join(server.port, "ada");
  await using eve = await FrameworkClient.join(server.port, "eve");
  await ada.enter("#den");
  await eve.enter("#den");
  eve.irc.setTopic("#den", "mine");
  await eve.next("irc error");
  ada.irc.setTopic("#den", "secret plans");
  const topic = await eve.next("topic", ({ channel }) => channel === "#den");
  assertEquals(topic.topic, "secret plans");
  ada.irc.raw("KICK #den eve :off you go");
  const kick = await eve.next("kick");
  assertEquals([kick.nick, kick.kicked, kick.channel], ["ada", "eve", "#den"]);
  assertMatch(kick.message ?? "", /off you go/);
  eve.irc.say("#den", "still here?");
  await eve.next("irc error");
});

Deno.test("A labelled message comes back once, with its label; others see no label", async () => {
  await using server = await startServer();
  await using ada = await FrameworkClient.join(server.port, "ada", {
    capabilities: ["labeled-response"],
  });
  await using eve = await FrameworkClient.join(server.port, "eve");
  await ada.enter("#lobby");
  await eve.enter("#lobby");
  for (const cap of ["labeled-response", "echo-message", "batch", "server-time", "message-tags"]) {
    assert(ada.capabilities.includes(cap), cap);
  }
  ada.irc.raw("@label=a1 PRIVMSG #lobby :with a label");
  const echo = await ada.message("with a label");
  assertEquals(echo.tags?.label, "a1");
  const seen = await eve.message("with a label");
  assertEquals([seen.tags?.label, seen.tags?.msgid], [undefined, echo.tags?.msgid]);
  ada.irc.say("#lobby", "the end");
  await ada.message("the end");
  assertEquals(ada.textsIn("#lobby"), ["with a label", "the end"]);
});

Deno.test("An IRC client reads the past page by page, and gets none on joining when it asks itself", async () => {
  await using server = await startServer();
  const { client: bob } = await JsonClient.join(server.port, "bob");
  await using _bob = bob;
  for (let i = 1; i <= 30; i++) await bob.say(`number ${i}`);
  await bob.message("number 30");
  await using ada = await FrameworkClient.join(server.port, "ada", {
    capabilities: ["draft/chathistory"],
  });
  await ada.enter("#lobby");

  async function page(selector: string): Promise<{ texts: string[]; first: string }> {
    ada.irc.raw(`CHATHISTORY ${selector}`);
    const { commands = [] } = await ada.next("batch end chathistory");
    const texts = commands.map(({ params }) => params.at(-1) ?? "");
    return { texts, first: commands[0]?.tags.msgid ?? "" };
  }
  const newest = await page("LATEST #lobby * 10");
  assertEquals(newest.texts, Array.from({ length: 10 }, (_, i) => `number ${i + 21}`));
  const older = await page(`BEFORE #lobby msgid=${newest.first} 20`);
  assertEquals(older.texts, Array.from({ length: 20 }, (_, i) => `number ${i + 1}`));
});

Deno.test("An IRC client sees the last messages on joining, and after a loss only what it missed", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await bob.say("before");
  await using proxy = new TcpProxy(server.port, new Uint8Array());
  await using ada = await FrameworkClient.join(proxy.port, "ada", {
    sasl: "a word of my own",
    reconnects: true,
  });
  await ada.enter("#lobby");
  await ada.message("before");
  await bob.expect("* ada joined");
  await bob.say("live");
  await ada.message("live");

  proxy.cut();
  // What it is sent before the server notices the loss counts as received: IRC confirms nothing.
  await server.log.expect(/ lost .*name=ada/);
  await bob.say("missed");
  await ada.next("registered");
  ada.irc.join("#lobby");
  await ada.message("missed");
  await bob.say("again");
  await ada.message("again");
  assertEquals(ada.textsIn("#lobby"), ["before", "live", "missed", "again"]);
  assertEquals(bob.seen.filter((line) => /^\* ada (?:joined|left)/.test(line)), ["* ada joined"]);
});

Deno.test("An IRC client says the password with PASS, and a wrong one does not let it in", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "open sesame\n");
    await using server = await startServer(["--password-file", file]);
    await using ada = await FrameworkClient.join(server.port, "ada", { password: "open sesame" });
    await ada.enter("#lobby");
    await using eve = await PlainClient.connect(server.port, { label: "eve" });
    await eve.send("PASS wrong\r\nNICK eve\r\nUSER eve 0 * :eve\r\n");
    await eve.expect(/ 464 /);
    await until(() => eve.seen.some((line) => line.startsWith("ERROR ")), "the end of eve");
  } finally {
    await Deno.remove(file);
  }
});
