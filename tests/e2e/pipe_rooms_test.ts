/**
 * `chat join HOST:PORT/ops/dev` without a terminal, in rooms of the real server.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { RoomEvent } from "../../src/protocol/messages.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { commandLine, Program, runChat, startServer } from "../helpers/program.ts";

/** Events of the log among lines of `--json`. */
function eventsOf(stdout: string): RoomEvent[] {
  return stdout.trim().split("\n").map((line) => JSON.parse(line))
    .filter((event) => "seq" in event && event.type !== "joined");
}

Deno.test("echo done | chat join HOST/ops says it there, and CHAT_SERVER may name the room", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await bob.say("/join ops");
  await bob.expect(/#ops/);
  const address = `127.0.0.1:${server.port}/ops`;
  const first = await runChat(["join", address, "--name", "ci"], { input: "done\n" });
  assertEquals(first.code, 0, first.stderr);
  await bob.expect("ci: done");
  const env = { CHAT_SERVER: address };
  const second = await runChat(["join", "--name", "ci"], { input: "again\n", env });
  assertEquals(second.code, 0, second.stderr);
  await bob.expect("ci: again");
});

Deno.test("With several rooms, lines go to the first, and --json has the events of all", async () => {
  await using server = await startServer();
  const { client: bob } = await JsonClient.join(server.port, "bob", { rooms: { dev: {} } });
  await using _ = bob;
  const args = ["join", `127.0.0.1:${server.port}/ops/dev`, "--name", "ci", "--json"];
  await using program = new Program(commandLine(args));
  await bob.next("join", ({ name }) => name === "ci");
  await bob.send({ type: "say", room: "dev", text: "hi" });
  await program.stdout.expect(/"room":"dev".*"text":"hi"/);
  await program.write("done\n");
  const said = await program.stdout.expect(/"text":"done"/);
  assertEquals(JSON.parse(said).room, "ops");
  program.signal("SIGTERM");
  assertEquals((await program.outcome()).code, 0);
});

Deno.test("A private room takes a pipe with its key, from a file or the environment", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await using server = await startServer();
    const { client: bob } = await JsonClient.join(server.port, "bob", { rooms: { ops: {} } });
    await using _ = bob;
    await bob.send({ type: "command", room: "ops", line: "/key sesame" });
    await bob.next("notice");
    const keyFile = `${directory}/key`;
    await Deno.writeTextFile(keyFile, "sesame\n");
    const args = ["join", `127.0.0.1:${server.port}/ops`, "--name", "ci"];
    const withFile = await runChat([...args, "--key-file", keyFile], { input: "one\n" });
    assertEquals(withFile.code, 0, withFile.stderr);
    await bob.message("one");
    const withEnv = await runChat(args, { input: "two\n", env: { CHAT_KEY: "sesame" } });
    assertEquals(withEnv.code, 0, withEnv.stderr);
    await bob.message("two");
    const noFile = await runChat([...args, "--key-file", `${keyFile}s`], { input: "three\n" });
    assertMatch(noFile.stderr, /^chat: Cannot read the key file ".*keys": /);
    for (const env of [{}, { CHAT_KEY: "mellon" }]) {
      const { code, stderr } = await runChat(args, { input: "three\n", env });
      assertEquals(code, 1);
      assertMatch(stderr, /^! .*key/);
      assertStringIncludes(stderr, "line 1 was not sent");
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("A pipe in a room that is closed ends; one that listens to others goes on", async () => {
  await using server = await startServer();
  const { client: bob } = await JsonClient.join(server.port, "bob", {
    rooms: { ops: {}, dev: {} },
  });
  await using _ = bob;
  const start = async (who: string, rooms: string): Promise<Program> => {
    const args = ["join", `127.0.0.1:${server.port}/${rooms}`, "--name", who];
    const program = new Program(commandLine(args));
    await bob.next("join", ({ room, name }) => room === "ops" && name === who);
    return program;
  };
  await using speaker = await start("ci", "ops");
  await using listener = await start("logger", "dev/ops");
  await bob.send({ type: "command", room: "ops", line: "/close" });
  const { code, stderr } = await speaker.outcome();
  assertEquals(code, 1);
  assertMatch(stderr, /^\* .*closed #ops/);
  await bob.send({ type: "say", room: "dev", text: "still here?" });
  await listener.stdout.expect(/bob: still here\?/);
});

Deno.test("A pipe in two rooms takes both up over a restart, and an export has each event once", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const db = ["--db", `${directory}/chat.db`, "--rate", "0"];
    const first = await startServer(db);
    const { port } = first;
    const args = ["join", `127.0.0.1:${port}/ops/dev`, "--name", "ci", "--json", "--timeout", "60"];
    await using program = new Program(commandLine(args));
    await program.stdout.expect(/"type":"join","room":"dev".*"name":"ci"/);
    await program.write("before\n");
    await program.stdout.expect(/"text":"before"/);
    first.signal("SIGKILL");
    await first.outcome();
    await program.write("between\n");
    await using second = await startServer(
      db,
      (line) => commandLine(line.map((word, i) => line[i - 1] === "--port" ? `${port}` : word)),
    );
    await program.stdout.expect(/"text":"between"/);
    const { client: bob } = await JsonClient.join(port, "bob", { rooms: { dev: {} } });
    await bob.send({ type: "say", room: "dev", text: "after" });
    await program.stdout.expect(/"text":"after"/);
    await bob[Symbol.asyncDispose]();
    program.signal("SIGTERM");
    const { code, stdout } = await program.outcome();
    assertEquals(code, 0);
    const told = eventsOf(stdout);
    for (const room of ["ops", "dev"]) {
      const seqs = told.filter((event) => event.room === room).map(({ seq }) => seq);
      assertEquals(seqs, seqs.map((_, i) => i + 1), `#${room}`);
    }
    const all = await runChat([
      ...["join", `127.0.0.1:${second.port}`],
      ...["--exit", "--all-rooms", "--history", "all", "--json"],
    ]);
    assertEquals(all.code, 0, all.stderr);
    const stored = eventsOf(all.stdout).map(({ room, seq }) => `${room} ${seq}`);
    assertEquals(new Set(stored).size, stored.length);
    for (const { room, seq } of told) assert(stored.includes(`${room} ${seq}`), `${room} ${seq}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
