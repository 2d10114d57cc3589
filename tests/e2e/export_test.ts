/**
 * `chat join --history all --exit` with the real program: all that is stored, in order, each event
 * once, over a server that is killed meanwhile, in bounded memory.
 *
 * @module
 */

import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import type { LogEvent } from "../../src/protocol/messages.ts";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs, rssBytes } from "../helpers/proc.ts";
import {
  commandLine,
  Program,
  runChat,
  type RunningServer,
  shellLine,
  startServer,
} from "../helpers/program.ts";
import { within } from "../helpers/wait.ts";

const linux = await needs("linux");
const head = await needs("head");

/** The most memory that an export of any length may need: a bare Deno takes half of it. */
const MAX_RSS_BYTES = 150 * 1024 * 1024;

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "chat-export-" });
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** A server on a database and, when given, on the port that the one before it had. */
function serve(directory: string, port = 0, flags: readonly string[] = []): Promise<RunningServer> {
  return startServer(
    ["--db", `${directory}/room.db`, "--rate", "0", ...flags],
    (args) => commandLine(args.map((arg, i) => args[i - 1] === "--port" ? `${port}` : arg)),
  );
}

/** The arguments of an export from this server. */
function exportFrom(port: number, ...flags: string[]): string[] {
  return ["join", `127.0.0.1:${port}`, "--history", "all", "--exit", ...flags];
}

function eventsOf(text: string): LogEvent[] {
  return text.trim().split("\n").map((line) => JSON.parse(line) as LogEvent);
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** Fills a database before any server opens it. */
function prepare(directory: string, count: number, text: (n: number) => string): void {
  const store = openSqliteStore(`${directory}/room.db`, { durability: "process" });
  for (let n = 1; n <= count;) {
    const entries = [];
    for (; n <= count && entries.length < 1_000; n++) {
      entries.push({ room: 0, draft: { type: "message", from: "ada", text: text(n) } as const });
    }
    store.append(entries, "2026-03-01T12:00:00.000Z");
  }
  store.close();
}

/** Standard output of an export, read only as far as the test wants. */
class SlowReader implements AsyncDisposable {
  /** All that was read. */
  text = "";
  /** The lines in it. */
  lines = 0;
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  readonly #errors: Promise<string>;

  constructor(args: readonly string[]) {
    const [tool = "", ...rest] = commandLine(args);
    this.#child = new Deno.Command(tool, {
      args: rest,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#reader = this.#child.stdout.getReader();
    this.#errors = new Response(this.#child.stderr).text();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Reads some more; false at the end. */
  async read(): Promise<boolean> {
    const { value } = await within(this.#reader.read(), "more of the export", 60_000);
    if (value === undefined) return false;
    const text = this.#decoder.decode(value, { stream: true });
    this.text += text;
    this.lines += text.split("\n").length - 1;
    return true;
  }

  /** How it ended. */
  async outcome(): Promise<{ readonly code: number; readonly stderr: string }> {
    const { code } = await within(this.#child.status, "the end of the export");
    return { code, stderr: await this.#errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#reader.cancel();
    await this.#errors;
    await this.#child.status;
  }
}

Deno.test("An export of a room in memory holds what was said, and not the exporter", async () => {
  await using server = await startServer();
  const { client } = await JsonClient.join(server.port, "ada");
  await using ada = client;
  await ada.say("hello", "k.1");
  await ada.say("two\nlines");
  await ada.send({ type: "say", text: "waves", action: true });
  await ada.send({ type: "rename", name: "eve" });
  await ada.next("rename");
  const told = ada.seen().filter(({ type }) => type !== "welcome" && type !== "joined");
  const args = exportFrom(server.port, "--json");
  const { code, stdout, stderr } = await runChat(args);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(eventsOf(stdout) as unknown[], told);
  // It was in the room under a name of its own, and has left it.
  await ada.next("join", (event) => event.name === "export");
  await ada.next("leave", (event) => event.name === "export" && event.reason === "quit");
});

Deno.test("An export of the last N for people is what they would have read", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using eve = await PlainClient.join(server.port, "eve");
  for (const text of ["one", "two", "three"]) await bob.say(text);
  await eve.expect("bob: three");
  const args = ["join", `127.0.0.1:${server.port}`, "--history", "2", "--exit", "--name", "x"];
  const { code, stdout } = await runChat(args, { input: "this is not said\n" });
  assertEquals(code, 0);
  assertMatch(stdout, /^\d\d:\d\d bob: two\n\d\d:\d\d bob: three\n$/);
  await bob.expect("* x left (quit)");
  assert(!bob.seen.some((line) => line.includes("not said")));
});

Deno.test("An export from a database holds 3,000 events of three runs of the server", async () => {
  await inDirectory(async (directory) => {
    const said: string[] = [];
    for (let run = 1; run <= 3; run++) {
      await using server = await serve(directory);
      const lines = upTo(1_000).map((n) => `run ${run} line ${n}`);
      said.push(...lines);
      const input = lines.join("\n");
      const talk = ["join", `127.0.0.1:${server.port}`, "--name", "ci", "--timeout", "20"];
      assertEquals((await runChat(talk, { input })).code, 0);
      if (run < 3) continue;
      const { code, stdout, stderr } = await runChat(exportFrom(server.port, "--json"));
      assertEquals([code, stderr], [0, ""]);
      const events = eventsOf(stdout);
      assertEquals(events.map(({ seq }) => seq), upTo(events.length));
      assertEquals(
        events.flatMap((event) => event.type === "message" ? [event.text] : []),
        said,
      );
      // Each run has a join and a leave beside its lines.
      assertEquals(events.length, 3_006);
    }
  });
});

Deno.test("An export goes on over a server that is killed twice, each event once", async () => {
  await inDirectory(async (directory) => {
    prepare(directory, 3_000, (n) => `text ${n} ${"x".repeat(200)}`);
    let server = await serve(directory);
    const { port } = server;
    try {
      await using reader = new SlowReader(exportFrom(port, "--json", "--timeout", "60"));
      for (const lines of [1, 1_500]) {
        // Its output is far larger than a pipe's buffer, so that it is in the middle now.
        while (reader.lines < lines && await reader.read());
        server.signal("SIGKILL");
        await server.outcome();
        await server[Symbol.asyncDispose]();
        server = await serve(directory, port);
      }
      while (await reader.read());
      const { code, stderr } = await reader.outcome();
      assertEquals(code, 0, stderr);
      assertEquals(eventsOf(reader.text).map(({ seq }) => seq), upTo(3_000));
      assertMatch(stderr, /Connected again/);
    } finally {
      await server[Symbol.asyncDispose]();
    }
  });
});

Deno.test("An export tells what --retain has taken away", async () => {
  await inDirectory(async (directory) => {
    prepare(directory, 3_000, (n) => `text ${n}`);
    await using server = await serve(directory, 0, ["--retain", "100"]);
    await using bob = await PlainClient.join(server.port, "bob");
    // The oldest go a few hundred at a time, beside the normal work, and maybe between two pages.
    let isTold = false;
    for (let tries = 0; tries < 100 && !isTold; tries++) {
      await bob.say(`and ${tries}`);
      const { code, stdout, stderr } = await runChat(exportFrom(server.port, "--json"));
      assertEquals(code, 0);
      const seqs = eventsOf(stdout).map(({ seq }) => seq);
      assert(seqs.every((seq, i) => i === 0 || seq > (seqs[i - 1] ?? 0)), "out of order");
      const first = seqs[0] ?? 0;
      isTold = first > 1 && stderr === `chat: Events 1 to ${first - 1} are no longer stored.\n` &&
        seqs.at(-1) === first + seqs.length - 1;
    }
    assert(isTold);
  });
});

Deno.test({
  name: "An export into | head -1 ends quietly",
  ignore: !head,
  async fn() {
    await inDirectory(async (directory) => {
      prepare(directory, 3_000, (n) => `text ${n} ${"x".repeat(200)}`);
      await using server = await serve(directory);
      const client = shellLine(exportFrom(server.port, "--json"));
      await using pipeline = new Program(
        ["sh", "-c", `{ ${client} < /dev/null; echo "code=$?" >&2; } | head -1`],
        { stdin: false },
      );
      const { stdout, stderr } = await pipeline.outcome();
      assertMatch(stdout, /^\{"type":"message","room":"lobby","seq":1,.*\}\n?$/);
      assertEquals(stderr.trim(), "code=0");
    });
  },
});

Deno.test({
  name: "An export of 100,000 events needs no more memory than a short one",
  ignore: !linux,
  async fn() {
    await inDirectory(async (directory) => {
      prepare(directory, 100_000, (n) => `text ${n} ${"x".repeat(100)}`);
      await using server = await serve(directory);
      await using reader = new SlowReader(exportFrom(server.port, "--json"));
      let most = 0;
      let events = 0;
      for (let next = 0; await reader.read();) {
        // Near the end it may be gone while what it wrote is still being read.
        if (reader.lines >= next && reader.lines < 90_000) {
          next += 5_000;
          most = Math.max(most, await rssBytes(reader.pid));
        }
        const end = reader.text.lastIndexOf("\n") + 1;
        for (const { seq } of end > 0 ? eventsOf(reader.text.slice(0, end)) : []) {
          assertEquals(seq, ++events);
        }
        reader.text = reader.text.slice(end);
      }
      assertEquals((await reader.outcome()).code, 0);
      assertEquals(events, 100_000);
      assertLess(most, MAX_RSS_BYTES);
    });
  },
});

Deno.test("An export as text has what was said, and not that others have exported", async () => {
  await using server = await startServer();
  await runChat(["join", `127.0.0.1:${server.port}`, "--name", "ada"], { input: "hello\n" });
  for (let round = 0; round < 3; round++) {
    const { code, stdout } = await runChat(exportFrom(server.port));
    const lines = stdout.trim().split("\n").map((line) => line.replace(/^\d\d:\d\d /, ""));
    assertEquals([code, ...lines], [0, "* ada joined", "ada: hello", "* ada left"]);
  }
  const { stdout } = await runChat(exportFrom(server.port, "--json"));
  assertEquals(eventsOf(stdout).map(({ seq }) => seq), upTo(9));
});
