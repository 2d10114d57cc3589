/**
 * irssi in tmux: the lines of docs/irc.md connect it, and its screen shows what others say.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { joinWithIrssi, saidInIrssi } from "../helpers/irc_terminals.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { startServer } from "../helpers/program.ts";
import { TcpProxy } from "../helpers/tcp_proxy.ts";
import { identity } from "../helpers/tls.ts";

const ignore = !await needs("tmux", "irssi");

Deno.test("irssi joins with the lines of docs/irc.md, and talks", { ignore }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using irssi = await joinWithIrssi(server.port);
  await bob.expect("* ada joined");
  await irssi.shows(/Irssi: #lobby: Total of 2 nicks/);

  await bob.say("hi from nc, grüße");
  await irssi.shows(/hi from nc, grüße/);
  await irssi.type("hi from irssi");
  await bob.expect("ada: hi from irssi");
  await irssi.shows(/< ?ada> hi from irssi/);
  await irssi.type("/me waves");
  await bob.expect("~ ada waves");
  await bob.say("/me nods");
  await irssi.shows(/\* bob nods/);
  await bob.say("/nick robert");
  await irssi.shows(/bob is now known as robert/);
  await irssi.type("/msg robert psst");
  await bob.expect("[from ada] psst");
  await bob.say("/quit");
  await irssi.shows(/robert .* has quit/);
  assertEquals(await saidInIrssi(irssi), ["bob: hi from nc, grüße", "ada: hi from irssi"]);
});

Deno.test("irssi comes by TLS, and trusts the server's own certificate", { ignore }, async () => {
  const directory = await Deno.makeTempDir();
  try {
    const [certificate, key] = [`${directory}/cert.pem`, `${directory}/key.pem`];
    const made = await identity({ names: ["localhost"] });
    await Deno.writeTextFile(certificate, made.cert);
    await Deno.writeTextFile(key, made.key);
    await using server = await startServer(["--tls-cert", certificate, "--tls-key", key]);
    await using irssi = await joinWithIrssi(server.port, { certificate });
    await irssi.shows(/Irssi: #lobby: Total of 1 nicks/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("irssi makes a channel, sets its topic, and removes people", { ignore }, async () => {
  await using server = await startServer();
  await using irssi = await joinWithIrssi(server.port);
  await irssi.type("/join #den");
  await irssi.shows(/Irssi: #den: Total of 1 nicks \[1 ops/);
  const { client: eve } = await JsonClient.join(server.port, "eve", { rooms: { den: {} } });
  await using _eve = eve;
  await irssi.shows(/eve .* has joined #den/);
  await irssi.type("/topic secret plans");
  const topic = await eve.next("topic");
  assertEquals([topic.room, topic.name, topic.text], ["den", "ada", "secret plans"]);
  await irssi.shows(/ada changed the topic of #den to: secret plans/);
  await irssi.type("/kick eve off you go");
  const parted = await eve.next("parted");
  assertEquals([parted.room, parted.reason], ["den", "kicked"]);
  await irssi.shows(/eve was kicked from #den by ada/);
});

Deno.test("irssi is shown the past on joining, and on coming back only what it missed", {
  ignore,
}, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const past = Array.from({ length: 50 }, (_, i) => `number ${i + 1} of fifty`);
  for (const text of past) await bob.say(text);
  await using irssi = await joinWithIrssi(server.port);
  await irssi.shows(/number 50 of fifty/);
  await irssi.type("/disconnect");
  await bob.expect(/^\* ada left/);
  await bob.say("missed");
  await irssi.type("/connect chat");
  await irssi.shows(/> missed/);
  await bob.say("after that");
  await irssi.shows(/> after that/);
  const all = [...past, "missed", "after that"];
  assertEquals(await saidInIrssi(irssi), all.map((text) => `bob: ${text}`));
});

Deno.test("irssi with a word of its own loses its connection, and nobody sees it go", {
  ignore,
}, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using proxy = new TcpProxy(server.port, new Uint8Array());
  const before = ["/set server_reconnect_time 2s"];
  await using irssi = await joinWithIrssi(proxy.port, { sasl: true, before });
  await bob.say("before");
  await irssi.shows(/> before/);
  proxy.cut();
  // What it is sent before the server notices the loss counts as received: IRC confirms nothing.
  await server.log.expect(/ lost .*name=ada/);
  await bob.say("missed");
  await irssi.shows(/> missed/);
  await irssi.type("back again");
  await bob.expect("ada: back again");
  assertEquals(await saidInIrssi(irssi), ["bob: before", "bob: missed", "ada: back again"]);
  assertEquals(bob.seen.filter((line) => /^\* ada /.test(line)), ["* ada joined"]);
});
