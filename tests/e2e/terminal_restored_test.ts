/**
 * The terminal is as it was after each way of leaving: lines are edited and shown by the system
 * again, and pastes are no longer marked.
 *
 * @module
 */

import { assert, assertMatch } from "@std/assert";
import { needs } from "../helpers/proc.ts";
import { shellLine, startServer } from "../helpers/program.ts";
import { CTRL_C, CTRL_D, ENTER, Terminal } from "../helpers/terminal.ts";

const ignore = !await needs("script");

/** Runs something on a terminal, then tells how the terminal is. */
function onTerminal(command: string): Terminal {
  return new Terminal(`sh -c 'echo process $$; exec "$@"' sh ${command}; echo; stty -a`);
}

function assertSane(drawn: string): void {
  const settings = drawn.slice(drawn.lastIndexOf("speed "));
  assertMatch(settings, /[ ;]icanon/);
  assertMatch(settings, /[ ;]echo[ ;]/);
  assert(drawn.lastIndexOf("\x1b[?2004l") > drawn.lastIndexOf("\x1b[?2004h"), drawn);
}

for (
  const [how, leave] of [
    ["/quit", (terminal: Terminal) => terminal.type(`/quit${ENTER}`)],
    ["Ctrl-C", (terminal: Terminal) => terminal.type(CTRL_C)],
    ["Ctrl-D", (terminal: Terminal) => terminal.type(CTRL_D)],
    ["SIGTERM", (terminal: Terminal) => {
      Deno.kill(Number(/process (\d+)/.exec(terminal.drawn)?.[1]), "SIGTERM");
    }],
  ] as const
) {
  Deno.test(`After ${how} the terminal is as it was`, { ignore }, async () => {
    await using server = await startServer();
    await using terminal = onTerminal(
      shellLine(["join", `127.0.0.1:${server.port}`, "--name", "ada"]),
    );
    await terminal.shows(/1 here/);
    await leave(terminal);
    assertSane((await terminal.outcome()).stdout);
  });
}

Deno.test("After an error that nobody caught the terminal is as it was", { ignore }, async () => {
  const child = new URL("../client/terminal/children/throwing_terminal.ts", import.meta.url);
  await using terminal = onTerminal(`${Deno.execPath()} run --no-prompt ${child.href}`);
  const { stdout } = await terminal.outcome();
  assertMatch(stdout, /as it was meant to/);
  assertSane(stdout);
});
