/**
 * irssi in tmux: the lines of docs/irc.md connect it, and its screen shows what others say.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { blocksOf, readDocument } from "../docs/fenced.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { startServer } from "../helpers/program.ts";
import { TcpProxy } from "../helpers/tcp_proxy.ts";
import { Tmux } from "../helpers/tmux.ts";

const ignore = !await needs("tmux", "irssi");

/** The lines to type, by the document; the first block connects, the second is for SASL. */
const [CONNECT = "", SASL = ""] = blocksOf(readDocument("docs/irc.md"))
  .filter(({ heading }) => heading === "irssi").map(({ text }) => text);

/** Opens irssi with nothing configured. */
function openIrssi(): Promise<Tmux> {
  return Tmux.open(
    (directory) => `env TERM=screen-256color LC_ALL=C.UTF-8 irssi --home='${directory}/irssi'`,
    { columns: 100, rows: 90 },
  );
}

/** Types the lines of the document, with this port; other lines stand before the last one. */
async function connect(irssi: Tmux, port: number, before: readonly string[] = []): Promise<void> {
  await irssi.shows(/\[\(status\)\]/);
  const lines = CONNECT.replace("HOST 5001", `127.0.0.1 ${port}`).trimEnd().split("\n");
  for (const line of [...lines.slice(0, -1), ...before, ...lines.slice(-1)]) await irssi.type(line);
}

/** Goes to the window of the lobby, once it is there. */
async function goToLobby(irssi: Tmux): Promise<void> {
  await irssi.shows(/\[Act: .*2/);
  await irssi.press("M-2");
  await irssi.shows(/\[2:chat\/#lobby/);
}

/** How many rows match. */
async function count(irssi: Tmux, wanted: RegExp): Promise<number> {
  return (await irssi.rows()).filter((row) => wanted.test(row)).length;
}

Deno.test("irssi joins with the lines of docs/irc.md, and talks", { ignore }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using irssi = await openIrssi();
  await connect(irssi, server.port);
  await bob.expect("* ada joined");
  await goToLobby(irssi);
  await irssi.shows(/Irssi: #lobby: Total of 2 nicks/);

  await bob.say("hi from nc, grüße");
  await irssi.shows(/< ?bob> hi from nc, grüße/);
  await irssi.type("hi from irssi");
  await bob.expect("ada: hi from irssi");
  await irssi.shows(/< ?ada> hi from irssi/);
  await irssi.type("/me waves");
  await bob.expect("~ ada waves");
  await bob.say("/me nods");
  await irssi.shows(/\* bob nods/);
  await bob.say("/nick robert");
  await irssi.shows(/bob is now known as robert/);
  await bob.say("/quit");
  await irssi.shows(/robert .* has quit/);
  assertEquals(await count(irssi, /hi from/), 2);
});

Deno.test("irssi makes a channel, sets its topic, and removes people from it", {
  ignore,
}, async () => {
  await using server = await startServer();
  await using irssi = await openIrssi();
  await connect(irssi, server.port);
  await goToLobby(irssi);
  await irssi.shows(/Irssi: #lobby: Total of 1 nicks/);
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

Deno.test(
  "irssi is shown the past on joining, and on coming back only what it missed",
  { ignore },
  async () => {
    await using server = await startServer();
    await using bob = await PlainClient.join(server.port, "bob");
    for (let i = 1; i <= 50; i++) await bob.say(`number ${i} of fifty`);
    await using irssi = await openIrssi();
    await connect(irssi, server.port);
    await bob.expect("* ada joined");
    await goToLobby(irssi);
    await irssi.shows(/number 50 of fifty/);
    await irssi.type("/disconnect");
    await bob.expect(/^\* ada left/);
    await bob.say("missed");
    await irssi.type("/connect chat");
    await bob.expect("* ada joined");
    await irssi.shows(/< ?bob> missed/);
    await bob.say("after that");
    await irssi.shows(/< ?bob> after that/);
    assertEquals(await count(irssi, /number \d+ of fifty/), 50);
    assertEquals(await count(irssi, /missed|after that/), 2);
  },
);

Deno.test("irssi with a word of its own loses its connection, and nobody sees it go", {
  ignore,
}, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using proxy = new TcpProxy(server.port, new Uint8Array());
  await using irssi = await openIrssi();
  const before = ["/set server_reconnect_time 2s", ...SASL.trimEnd().split("\n")];
  await connect(irssi, proxy.port, before);
  await bob.expect("* ada joined");
  await goToLobby(irssi);
  await bob.say("before");
  await irssi.shows(/< ?bob> before/);
  proxy.cut();
  await bob.say("missed");
  await irssi.shows(/< ?bob> missed/);
  await irssi.type("back again");
  await bob.expect("ada: back again");
  assertEquals(await count(irssi, /< ?bob> (?:before|missed)/), 2);
  assertEquals(bob.seen.filter((line) => /^\* ada /.test(line)), ["* ada joined"]);
});
