/**
 * WeeChat in tmux: the lines of docs/irc.md connect it, and its screen shows what others say.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { blocksOf, readDocument } from "../docs/fenced.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { run, startServer } from "../helpers/program.ts";
import { Tmux } from "../helpers/tmux.ts";

const ignore = !await needs("tmux", "weechat");

/** The lines to type, by the document. */
const [CONNECT = ""] = blocksOf(readDocument("docs/irc.md"))
  .filter(({ heading }) => heading === "WeeChat").map(({ text }) => text);

/** Opens WeeChat with nothing configured. */
function openWeechat(): Promise<Tmux> {
  return Tmux.open(
    (directory) => `env TERM=screen-256color LC_ALL=C.UTF-8 weechat --dir '${directory}/weechat'`,
    { columns: 120, rows: 60 },
  );
}

/** Types the lines of the document, with this port. */
async function connect(weechat: Tmux, port: number): Promise<void> {
  await weechat.shows(/Plugins loaded: .*\birc\b/);
  const version = (await run(["weechat", "--version"])).stdout;
  for (const line of CONNECT.trimEnd().split("\n")) {
    // As the document says of versions before 4.
    if (line.includes("chat.tls ") && Number.parseInt(version) < 4) continue;
    await weechat.type(line.replace("HOST/5001", `127.0.0.1/${port}`));
  }
}

Deno.test("WeeChat joins with the lines of docs/irc.md, and talks", { ignore }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using weechat = await openWeechat();
  await connect(weechat, server.port);
  await bob.expect("* ada joined");
  await weechat.type("/buffer #lobby");

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
  const rows = await weechat.rows();
  assertEquals(rows.filter((row) => /\| hi from/.test(row)).length, 2);
});

Deno.test("WeeChat is shown the past on joining, and on coming back only what it missed", {
  ignore,
}, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  for (let i = 1; i <= 20; i++) await bob.say(`number ${i} of twenty`);
  await using weechat = await openWeechat();
  await connect(weechat, server.port);
  await bob.expect("* ada joined");
  await weechat.type("/buffer #lobby");
  await weechat.shows(/number 20 of twenty/);
  await weechat.type("/reconnect chat");
  await bob.expect(/^\* ada left/);
  await bob.say("missed");
  await bob.expect("* ada joined");
  await weechat.shows(/\| missed/);
  await bob.say("after that");
  await weechat.shows(/\| after that/);
  const rows = await weechat.rows();
  assertEquals(rows.filter((row) => /number \d+ of twenty/.test(row)).length, 20);
});
