/**
 * What docs/terminal.md says to type is typed on a terminal.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { startServer } from "../helpers/program.ts";
import { CTRL_D, Terminal } from "../helpers/terminal.ts";
import { blocksOf, readDocument } from "./fenced.ts";
import { Workshop } from "./workshop.ts";

const BLOCKS = blocksOf(readDocument("docs/terminal.md"));
const ignore = !await needs("script");

Deno.test("docs/terminal.md: chat join alone takes the variables", { ignore }, async () => {
  const [block, ...others] = BLOCKS.filter(({ language }) => language === "sh");
  assert(block !== undefined && others.length === 0);
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using workshop = await Workshop.open();
  const script = block.text.replace("192.168.1.5:5001", `127.0.0.1:${server.port}`);
  assert(script !== block.text, "the document has another address now");
  await Deno.writeTextFile(`${workshop.directory}/example.sh`, script);
  await using terminal = new Terminal(`sh '${workshop.directory}/example.sh'`, {
    PATH: `${workshop.directory}/bin:${Deno.env.get("PATH") ?? ""}`,
  });
  await bob.expect(/^\* ada joined/);
  await bob.say("hi");
  await terminal.shows(/bob.*hi/);
  await terminal.type(CTRL_D);
  assertEquals((await terminal.outcome()).code, 0);
});

Deno.test("docs/terminal.md: the screen looks as it is drawn", { ignore }, async () => {
  const [drawn] = BLOCKS.filter(({ language }) => language === "text");
  assert(drawn !== undefined);
  const [said, heard, status, typed] = drawn.text.trimEnd().split("\n");
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const args = ["join", `127.0.0.1:${server.port}`, "--name", "ada", "--no-color"];
  await using terminal = Terminal.chat(args);
  await bob.expect(/^\* ada joined/);
  await terminal.type(`${words(said)}\r`);
  await bob.expect(`ada: ${words(said)}`);
  await bob.say(words(heard));
  await terminal.shows(screenLine(said));
  await terminal.shows(screenLine(heard));
  await terminal.shows(screenLine(status?.replace(":5001", `:${server.port}`)));
  await terminal.type(words(typed));
  await terminal.shows(screenLine(typed));
});

/** What was said in a row of the screen. */
function words(row: string | undefined): string {
  return row?.replace(/^(?:> |\d\d:\d\d +\w+ {2})/, "") ?? "?";
}

/** The row as it may be drawn: at any time of the day, and dimmed in parts. */
function screenLine(row: string | undefined): RegExp {
  const parts = (row ?? "?").replace(/^\d\d:\d\d/, "TIME").split(/(TIME)/).map((part) =>
    part === "TIME" ? "\\d\\d:\\d\\d" : RegExp.escape(part)
  );
  return new RegExp(parts.join("(?:\\x1b\\[[\\d;]*m)*"));
}
