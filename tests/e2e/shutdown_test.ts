/**
 * The end of the server: asked for, doubled, by force, and by the loss of its terminal.
 *
 * @module
 */

import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { hasEnded, needs } from "../helpers/proc.ts";
import { shellLine, startServer } from "../helpers/program.ts";
import { Terminal } from "../helpers/terminal.ts";
import { until } from "../helpers/wait.ts";

const unix = await needs("unix");
const FAREWELL = "* The server is shutting down.";

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test({
    name: `${signal} tells everybody, closes and exits 0`,
    ignore: !unix,
    async fn() {
      await using server = await startServer();
      await using ada = await PlainClient.join(server.port, "ada");
      await using nameless = await PlainClient.connect(server.port);
      const { client: robot } = await JsonClient.join(server.port, "robot");
      await using _robot = robot;
      await nameless.line();
      await robot.next("join", (join) => join.name === "robot");
      server.signal(signal);
      assertEquals((await ada.rest()).at(-1), FAREWELL);
      await nameless.rest();
      const events = await robot.rest();
      const bye = events.at(-1);
      assert(bye?.type === "bye");
      assertEquals(bye.reason, "shutdown");
      assertEquals(events.filter((event) => event.type === "leave"), []);
      const { code, stderr } = await server.outcome();
      assertEquals(code, 0);
      assertNotMatch(stderr, /^ {4}at /m);
    },
  });
}

Deno.test({
  name: "Without a terminal SIGHUP ends nothing, as nohup promises",
  ignore: !unix,
  async fn() {
    await using server = await startServer();
    await using ada = await PlainClient.join(server.port, "ada");
    await using bob = await PlainClient.join(server.port, "bob");
    for (let i = 0; i < 20; i++) {
      server.signal("SIGHUP");
      await ada.say(`still here ${i}`);
      await bob.expect(`ada: still here ${i}`);
    }
    assertEquals(bob.seen.includes(FAREWELL), false);
    server.signal("SIGTERM");
    assertEquals((await bob.rest()).at(-1), FAREWELL);
    assertEquals((await server.outcome()).code, 0);
  },
});

Deno.test({
  name: "Ctrl-C twice at once counts as one: what is pending is still delivered",
  ignore: !unix,
  async fn() {
    await using server = await startServer(["--rate", "0"]);
    await using slow = await PlainClient.connect(server.port, { reading: false });
    await slow.say("slow");
    await using ada = await PlainClient.join(server.port, "ada");
    await using bob = await PlainClient.join(server.port, "bob");
    // 16 MB, more than the system's buffers hold for a peer that does not read.
    const text = "x".repeat(3_900);
    await bob.send(`${text}\n`.repeat(4_000));
    await bob.say("the end");
    await ada.expect("bob: the end");
    server.signal("SIGINT");
    await ada.expect(FAREWELL);
    server.signal("SIGINT");
    slow.startReading();
    assertEquals((await slow.rest()).at(-1), FAREWELL);
    assertEquals((await server.outcome()).code, 0);
  },
});

Deno.test("Ctrl-C with nobody there exits 0", { ignore: !unix }, async () => {
  await using server = await startServer();
  server.signal("SIGINT");
  assertEquals((await server.outcome()).code, 0);
});

Deno.test({
  name: "When the terminal of the server is closed, everybody is told",
  ignore: !await needs("script"),
  async fn() {
    const { terminal, port, pid } = await serverOnTerminal("exec");
    await using _terminal = terminal;
    try {
      await using ada = await PlainClient.join(port, "ada");
      terminal.closeWindow();
      assertEquals((await ada.rest()).at(-1), FAREWELL);
      await until(() => hasEnded(pid), "the end of the server");
    } finally {
      endNow(pid);
    }
  },
});

Deno.test({
  name: "A server whose terminal is gone without a signal goes on (EIO in its log)",
  ignore: !await needs("script", "setsid"),
  async fn() {
    const { terminal, port, pid } = await serverOnTerminal("exec setsid");
    await using _terminal = terminal;
    try {
      await using ada = await PlainClient.join(port, "ada");
      terminal.closeWindow();
      await terminal.outcome();
      // Each of these is logged, or tried to.
      for (const name of ["bob", "eve"]) {
        await using client = await PlainClient.join(port, name);
        await client.say(`I am ${name}`);
        await ada.expect(`${name}: I am ${name}`);
      }
      await ada.say("/quit");
      await ada.rest();
      Deno.kill(pid, "SIGTERM");
      await until(() => hasEnded(pid), "the end of the server");
    } finally {
      endNow(pid);
    }
  },
});

/**
 * A server that draws on a terminal. The shell on the terminal stays its session's leader; what
 * `start` says decides whether the server is in that session and so gets the hang-up.
 */
async function serverOnTerminal(
  start: "exec" | "exec setsid",
): Promise<{ terminal: Terminal; port: number; pid: number }> {
  const line = shellLine(["serve", "--port", "0", "--host", "127.0.0.1"]);
  const inner = `sh -c 'echo pid=$$; exec "$0" "$@"' ${line}`;
  await using stack = new AsyncDisposableStack();
  const terminal = stack.use(
    new Terminal(start === "exec" ? `exec ${inner}` : `setsid -w ${inner}`),
  );
  await terminal.shows(/listening on 127\.0\.0\.1:\d+/);
  stack.move();
  const port = Number(/listening on 127\.0\.0\.1:(\d+)/.exec(terminal.drawn)?.[1]);
  const pid = Number(/pid=(\d+)/.exec(terminal.drawn)?.[1]);
  return { terminal, port, pid };
}

function endNow(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
