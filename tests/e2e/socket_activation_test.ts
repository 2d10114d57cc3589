/**
 * A server whose ports another program has opened: `systemd-socket-activate` does what systemd does
 * for a socket unit.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { freePort } from "../helpers/nats.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { descriptorsOf, needs } from "../helpers/proc.ts";
import { commandLine, Program, runChat } from "../helpers/program.ts";
import { until } from "../helpers/wait.ts";
import { RawClient } from "../web/raw_client.ts";

const ignore = !await needs("systemd-socket-activate");

/** Starts nothing yet: the server comes with the first connection. */
function activated(
  ports: readonly number[],
  before: readonly string[],
  ...flags: string[]
): Program {
  const sockets = ports.flatMap((port) => ["-l", `127.0.0.1:${port}`]);
  const serve = commandLine(["serve", "--log-level", "debug", ...flags]);
  const command = ["systemd-socket-activate", ...sockets, ...serve];
  return new Program(command, { stdin: false, before });
}

Deno.test({
  name: "A server takes over the sockets of a socket unit, and serves both ports on them",
  ignore,
  async fn() {
    const [port, web] = [freePort(), freePort()];
    await using server = activated([port, web], [], "--port-fd", "3", "--web", "--web-fd", "4");
    await server.stderr.expect(/Listening on/);
    // Who has woken it up waits in the system's queue until it listens.
    await using ada = await PlainClient.join(port, "ada");
    await server.stdout.expect(new RegExp(`chat join 127\\.0\\.0\\.1:${port} `));
    await server.stderr.expect(/permissions left=none/);
    await server.stderr.expect(/joined .*address=127\.0\.0\.1:/);
    const { client } = await RawClient.upgrade(web);
    using _client = client;
    await client.request({ type: "hello", protocol: 1, name: "bob" });
    await client.event("welcome");
    await ada.expect("* bob joined");
    await client.request({ type: "say", text: "from the page", id: "1" });
    await ada.expect("bob: from the page");
    // A crowd comes at once, and talks without waiting.
    const crowd = await Promise.all(
      Array.from({ length: 40 }, () => PlainClient.connect(port)),
    );
    for (const [i, eve] of crowd.entries()) await eve.send(`eve${i}\nhi from ${i}\n/quit\n`);
    for (const [i, eve] of crowd.entries()) {
      assertMatch((await eve.rest()).join("\n"), new RegExp(`Welcome, eve${i}!`));
      await eve[Symbol.asyncDispose]();
    }
    for (const i of crowd.keys()) {
      assert(
        ada.seen.includes(`eve${i}: hi from ${i}`) || await ada.expect(`eve${i}: hi from ${i}`),
      );
    }
    server.signal("SIGTERM");
    assertEquals((await client.event("bye")).reason, "shutdown");
    assertMatch((await ada.rest()).join("\n"), /shutting down/);
    assertEquals((await server.outcome()).code, 0);
  },
});

Deno.test({
  name: "A server that has run out of descriptors takes connections again when it has some",
  ignore,
  async fn() {
    const port = freePort();
    const limit = ["sh", "-c", 'ulimit -n 120 && exec "$@"', "sh"];
    await using server = activated([port], limit, "--port-fd", "3", "--max-clients", "500");
    await server.stderr.expect(/Listening on/);
    await using ada = await PlainClient.join(port, "ada");
    const crowd: Deno.TcpConn[] = [];
    // They have a place in the system's queue, whether or not the server can take them.
    for (let i = 0; i < 200; i++) crowd.push(await Deno.connect({ hostname: "127.0.0.1", port }));
    await until(async () => await descriptorsOf(server.pid) === 120, "no descriptor to be left");
    for (const conn of crowd) conn.close();
    await using bob = await PlainClient.join(port, "bob");
    await ada.expect("* bob joined");
    await bob.say("still in");
    await ada.expect("bob: still in");
  },
});

Deno.test("A descriptor that is no socket, or not there, is told in one line", async () => {
  for (const flags of [["--port-fd", "999"], ["--port", "0", "--web", "--web-fd", "998"]]) {
    const { code, stderr } = await runChat(["serve", "--host", "127.0.0.1", ...flags]);
    assertEquals([code, stderr.trimEnd().split("\n").length], [1, 1], stderr);
    assertMatch(
      stderr,
      /^chat: Cannot use --(port|web)-fd 99\d: that is no TCP socket that listens/,
    );
  }
});
