/**
 * `chat join` with several addresses, of real servers on one real nats-server.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { NatsServer, needsNats } from "../helpers/nats.ts";
import { commandLine, Program, startServer } from "../helpers/program.ts";
import { until } from "../helpers/wait.ts";

const ignore = !await needsNats();

Deno.test({
  name: "chat join A,B goes on at B when A is killed: nothing is lost or said twice, nobody leaves",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const a = await startServer(["--nats", nats.url]);
    await using _a = a;
    await using b = await startServer(["--nats", nats.url]);
    const { client: watcher } = await JsonClient.join(b.port, "watcher");
    await using _watcher = watcher;
    const address = `127.0.0.1:${a.port},127.0.0.1:${b.port}`;
    await using ada = new Program(commandLine(["join", address, "--name", "ada"]));
    for (let n = 1; n <= 20; n++) await ada.write(`line ${n}\n`);
    await watcher.message("line 10");
    a.signal("SIGKILL");
    for (let n = 21; n <= 40; n++) await ada.write(`line ${n}\n`);
    await watcher.message("line 40");
    await watcher.say("bye ada", "1");
    await ada.stdout.expect(/bye ada/);
    await ada.closeInput();
    assertEquals((await ada.outcome()).code, 0);
    const seen = watcher.seen();
    const said = seen.flatMap((event) =>
      event.type === "message" && event.from === "ada" ? [event.text] : []
    );
    assertEquals(said, Array.from({ length: 40 }, (_, n) => `line ${n + 1}`));
    await until(
      () => watcher.seen().some((event) => event.type === "leave" && event.name === "ada"),
      "ada's leave",
    );
    const leaves = watcher.seen().filter((event) => event.type === "leave");
    assertEquals(leaves.length, 1);
  },
});

Deno.test({
  name: "chat join tries the next address when nobody listens at the first, and names all",
  ignore,
  async fn() {
    await using server = await startServer([]);
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const address = `127.0.0.1:${port},127.0.0.1:${server.port}`;
    await using ada = new Program(commandLine(["join", address, "--name", "ada"]));
    await ada.write("hello\n");
    await ada.closeInput();
    assertEquals((await ada.outcome()).code, 0);
    await using none = new Program(
      commandLine(["join", `127.0.0.1:${port},[::1]:${port}`, "--name", "ada"]),
    );
    await none.closeInput();
    const { code, stderr } = await none.outcome();
    assertEquals(code, 1);
    assertEquals(
      stderr.startsWith(`chat: Cannot reach 127.0.0.1:${port} or [::1]:${port}: `),
      true,
      stderr,
    );
  },
});
