/**
 * What programs are told that watch over a server: `/healthz` and `/readyz`, on both ports.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SCHEMA_VERSION } from "../../src/store/sqlite/migrations.ts";
import { NatsServer, needsNats } from "../helpers/nats.ts";
import { commandLine, type RunningServer, startServer } from "../helpers/program.ts";
import { until } from "../helpers/wait.ts";

/** Longer than it takes to find NATS away: ms. */
const PATIENCE_MS = 60_000;

/** The command line with the permission for files that `deno task` gives. */
function withFiles(args: readonly string[]): string[] {
  const [deno = "", run = "", ...rest] = commandLine(args);
  return [deno, run, "--allow-read", "--allow-write", ...rest];
}

/** A server with both ports, and where they are. */
async function start(...flags: string[]): Promise<{
  readonly server: RunningServer;
  readonly ports: readonly number[];
}> {
  const server = await startServer(["--metrics", "0", "--web", "0", ...flags], withFiles);
  const metrics = /:(\d+)\/metrics/.exec(await server.log.expect(/metrics url=/))?.[1];
  const page = /:(\d+)\//.exec(await server.stdout.expect(/^ {2}http:/))?.[1];
  return { server, ports: [Number(metrics), Number(page)] };
}

/** What stands at a path. */
async function ask(port: number, path: string): Promise<[status: number, text: string]> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return [answer.status, await answer.text()];
}

const OK: [number, string] = [200, "ok\n"];

/** Waits until both ports say so, and the process answers all the same. */
async function says(ports: readonly number[], status: number, text: string): Promise<void> {
  for (const port of ports) {
    let last = "";
    await until(
      async () => {
        last = (await ask(port, "/readyz")).join(" ");
        return last === `${status} ${text}\n`;
      },
      `"${status} ${text}" at ${port}, not "${last}"`,
      PATIENCE_MS,
    );
    assertEquals(await ask(port, "/healthz"), OK);
  }
}

Deno.test({
  name: "/readyz says whether the database can be written; /healthz, that the server answers",
  // Windows lets nobody take away what is open.
  ignore: Deno.build.os === "windows",
  async fn() {
    const directory = await Deno.makeTempDir({ prefix: "chat-health-" });
    try {
      const { server, ports } = await start("--db", `${directory}/room.db`);
      await using _server = server;
      await says(ports, 200, "ok");
      using other = new DatabaseSync(`${directory}/room.db`);
      other.exec("BEGIN IMMEDIATE");
      await says(ports, 503, "not ready: the database cannot be written");
      other.exec("ROLLBACK");
      await says(ports, 200, "ok");
      assertEquals(other.prepare("PRAGMA user_version").get()?.["user_version"], SCHEMA_VERSION);
      await Deno.remove(`${directory}/room.db`);
      await says(ports, 503, "not ready: the database cannot be written");
      await server.log.expect(/database lost/);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test("A server in memory is ready at once, and both ports answer only GET and HEAD", async () => {
  const { server, ports } = await start();
  await using _server = server;
  for (const port of ports) {
    for (const path of ["/healthz", "/readyz"]) {
      assertEquals(await ask(port, path), OK);
      const post = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST" });
      await post.body?.cancel();
      assertEquals(post.status, 405);
    }
  }
});

Deno.test({
  name: "A server of a cluster is not ready while NATS is away, and is again afterwards",
  ignore: !await needsNats(),
  async fn() {
    await using nats = await NatsServer.start();
    const { server, ports } = await start("--nats", nats.url);
    await using _server = server;
    await says(ports, 200, "ok");
    await nats.end();
    await says(ports, 503, "not ready: the other servers cannot be reached");
    nats.run();
    await nats.ready();
    await says(ports, 200, "ok");
  },
});
