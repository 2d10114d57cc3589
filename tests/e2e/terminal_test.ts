/**
 * `chat join` on a terminal: the name prompt, the line being typed, and the ways out.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { startServer } from "../helpers/program.ts";
import { openSilentPort } from "../helpers/silent_port.ts";
import { CTRL_C, CTRL_D, ENTER, Terminal } from "../helpers/terminal.ts";
import { within } from "../helpers/wait.ts";

const ignore = !await needs("script");

/** The arguments of a client without a screen of its own. */
function join(port: number, ...flags: string[]): string[] {
  return ["join", `127.0.0.1:${port}`, ...flags];
}

Deno.test("Ctrl-C at the name prompt leaves, and the room sees nothing", { ignore }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using terminal = Terminal.chat(join(server.port));
  await terminal.shows(/name/i);
  await terminal.type(`ad${CTRL_C}`);
  const { code, stdout } = await terminal.outcome();
  assertEquals(code, 0);
  assertNotMatch(stdout, /^ {4}at |Uncaught/m);
  await using _eve = await PlainClient.join(server.port, "eve");
  await bob.expect(/^\* eve .*join/);
  assertEquals(bob.seen.filter((line) => line.startsWith("* ad")), []);
});

Deno.test("Where no server is, no name is asked for", { ignore }, async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  await using terminal = Terminal.chat(join(port));
  const { code, stdout } = await terminal.outcome();
  assertEquals(code, 1);
  assertMatch(stdout, /Cannot reach 127\.0\.0\.1:.*Is the server running\?/s);
  assertNotMatch(stdout, /Your name/);
});

Deno.test("Ctrl-C while connecting leaves", { ignore }, async () => {
  using silent = await openSilentPort();
  await using terminal = Terminal.chat(join(silent.port, "--name", "ada", "--timeout", "60"));
  await terminal.shows(new RegExp(`${silent.port}`));
  await terminal.type(CTRL_C);
  assertNotMatch((await terminal.outcome()).stdout, /^ {4}at |Uncaught/m);
});

Deno.test("The name is asked for, and again when it is taken", { ignore }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using terminal = Terminal.chat(join(server.port));
  await terminal.shows(/name/i);
  await terminal.type(`bob${ENTER}`);
  await terminal.shows(/taken/i);
  await terminal.type(`ada${ENTER}`);
  await bob.expect(/^\* ada .*join/);
  await terminal.type(`hello${ENTER}`);
  await bob.expect("ada: hello");
});

Deno.test("The line being typed stays whole while messages arrive", { ignore }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using terminal = Terminal.chat(join(server.port, "--name", "ada"));
  await bob.expect(/^\* ada .*join/);
  await bob.say("are you there?");
  await terminal.shows(/bob.*are you there\?/);
  await terminal.type("yes, half a ");
  await terminal.shows(/half a/);
  await bob.say("I am waiting");
  await terminal.shows(/bob.*I am waiting/);
  await terminal.type(`moment${ENTER}`);
  await bob.expect("ada: yes, half a moment");
});

Deno.test(
  "On a dumb terminal there is no escape sequence, and one can talk",
  { ignore },
  async () => {
    await using server = await startServer();
    await using bob = await PlainClient.join(server.port, "bob");
    await using terminal = Terminal.chat(join(server.port, "--name", "ada"), { TERM: "dumb" });
    await bob.expect(/^\* ada .*join/);
    await terminal.type("hello\n");
    await bob.expect("ada: hello");
    await bob.say("hi ada");
    await terminal.shows(/bob: hi ada/);
    await terminal.type("/quit\n");
    const { code, stdout } = await terminal.outcome();
    assertEquals(code, 0, stdout);
    // Deno clears what it has shown while it loaded the program.
    const ours = stdout.replaceAll("\x1b[0G\x1b[2K\x1b[J", "");
    assert(!ours.includes("\x1b"), JSON.stringify(stdout));
  },
);

for (
  const [what, keys] of [
    ["/quit", `/quit${ENTER}`],
    ["{quit}", `{quit}${ENTER}`],
    ["quit", `quit${ENTER}`],
    ["Ctrl-C", CTRL_C],
    ["Ctrl-D", CTRL_D],
  ] as const
) {
  Deno.test(`${what} on a terminal leaves with exit code 0`, { ignore }, async () => {
    await using server = await startServer();
    await using bob = await PlainClient.join(server.port, "bob");
    await using terminal = Terminal.chat(join(server.port, "--name", "ada"));
    await bob.expect(/^\* ada .*join/);
    await bob.say("hello");
    await terminal.shows(/bob.*hello/);
    await terminal.type(keys);
    await bob.expect("* ada left (quit)");
    const { code, stdout } = await terminal.outcome();
    assertEquals(code, 0, stdout);
    assertNotMatch(stdout, /^ {4}at |Uncaught/m);
  });
}

Deno.test(
  "A terminal client trusts no server: no escape sequence gets through",
  { ignore },
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using terminal = Terminal.chat(join(listener.addr.port, "--name", "ada"));
    const conn = await within(listener.accept(), "the client");
    const at = "2026-01-01T10:00:00.000Z";
    const events = [
      { type: "welcome", protocol: 1, name: "ada", session: "0".repeat(32), log: "l", seq: 0 },
      { type: "join", seq: 1, at, name: "ada" },
      { type: "message", seq: 2, at, from: "eve\x1b]0;pwned\x07", text: "<\x1b[2J\u009b2J\u202e>" },
      { type: "notice", text: "\x1b]52;c;cHduZWQ=\x07 the end" },
    ];
    const welcome = { members: ["ada"], count: 1, resumed: false };
    const lines = events.map((event, i) =>
      JSON.stringify(i === 0 ? { ...event, ...welcome } : event)
    );
    await conn.write(new TextEncoder().encode(`Welcome to chat.\n${lines.join("\n")}\n`));
    await terminal.shows(/the end/);
    assert(!terminal.drawn.includes("\x1b]0;pwned"));
    assert(!terminal.drawn.includes("\x1b]52;"));
    assert(!terminal.drawn.includes("<\x1b[2J"));
    assert(!terminal.drawn.includes("\u009b2J"));
    assert(!terminal.drawn.includes("\u202e"));
    conn.close();
  },
);

Deno.test("On a terminal the end of the server is told", { ignore }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using terminal = Terminal.chat(join(server.port, "--name", "ada", "--timeout", "1"));
  await bob.expect(/^\* ada .*join/);
  server.signal("SIGTERM");
  await terminal.shows(/shut/i);
});
