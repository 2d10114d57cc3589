/**
 * `chat join` without a terminal: pipes and scripts.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { FakeServer, message } from "../client/core/fake_server.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { commandLine, Program, runChat, shellLine, startServer } from "../helpers/program.ts";
import { pause } from "../helpers/wait.ts";

const unix = await needs("unix");

/** The arguments of a client of this server. */
function join(port: number, ...flags: string[]): string[] {
  return ["join", `127.0.0.1:${port}`, ...flags];
}

Deno.test("echo hi | chat join delivers, and exits 0", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const { code, stderr } = await runChat(join(server.port, "--name", "ci"), { input: "hi\n" });
  assertEquals(code, 0, stderr);
  await bob.expect("ci: hi");
  await bob.expect("* ci left (quit)");
});

Deno.test("The last line of a pipe needs no newline, and \\r\\n is a newline", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const args = join(server.port, "--name", "ci");
  assertEquals((await runChat(args, { input: "one\r\nGrüße 👋" })).code, 0);
  await bob.expect("ci: one");
  await bob.expect("ci: Grüße 👋");
});

Deno.test("Every line of a pipe is said literally", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const texts = ["/quit", "{quit}", "quit", "//x", "/me x", `{"type":"quit"}`, "* x", "the end"];
  const input = texts.map((text) => `${text}\n`).join("");
  const { code } = await runChat(join(server.port, "--name", "ci"), { input });
  assertEquals(code, 0);
  await bob.expect("* ci left (quit)");
  assertEquals(
    bob.seen.filter((line) => /^(ci:|~ ci |\* x)/.test(line)),
    texts.map((text) => `ci: ${text}`),
  );
});

Deno.test("A long pipe is delivered whole and in order", async () => {
  await using server = await startServer(["--rate", "0"]);
  await using bob = await PlainClient.join(server.port, "bob");
  const texts = Array.from({ length: 3_000 }, (_, i) => `line ${i}`);
  const input = texts.map((text) => `${text}\n`).join("");
  assertEquals((await runChat(join(server.port, "--name", "ci"), { input })).code, 0);
  await bob.expect("* ci left (quit)");
  const heard = bob.seen.filter((line) => line.startsWith("ci: "));
  assertEquals(heard, texts.map((text) => `ci: ${text}`));
});

Deno.test("A pipe faster than the rate is delivered whole", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const input = Array.from({ length: 120 }, (_, i) => `line ${i}\n`).join("");
  assertEquals((await runChat(join(server.port, "--name", "ci"), { input })).code, 0);
  await bob.expect("* ci left (quit)");
  assertEquals(bob.seen.filter((line) => line.startsWith("ci: ")).length, 120);
});

Deno.test("A line that is too long for the room is told of, and the others are said", async () => {
  await using server = await startServer(["--rate", "0"]);
  await using bob = await PlainClient.join(server.port, "bob");
  const { code, stderr } = await runChat(join(server.port, "--name", "ci"), {
    input: `before\n${"x".repeat(5_000)}\nafter\n`,
  });
  await bob.expect("ci: before");
  await bob.expect("ci: after");
  assertEquals(code, 1);
  assertMatch(stderr, /4.?000/);
  assertNotMatch(stderr, /^ {4}at /m);
});

Deno.test("CHAT_NAME gives the name, and --name goes before it", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const env = { CHAT_NAME: "from_env" };
  await runChat(join(server.port), { input: "one\n", env });
  await bob.expect("from_env: one");
  await runChat(join(server.port, "--name", "from_flag"), { input: "two\n", env });
  await bob.expect("from_flag: two");
});

Deno.test("A pipe without a name is told to give one", async () => {
  await using server = await startServer();
  const { code, stderr } = await runChat(join(server.port), { input: "hi\n" });
  assert(code === 1 || code === 2);
  assertStringIncludes(stderr, "--name");
  assertNotMatch(stderr, /^ {4}at /m);
});

for (const [what, name] of [["taken", "bob"], ["not allowed", "/bob"]] as const) {
  Deno.test(`A name that is ${what} ends a pipe with one line and exit code 1`, async () => {
    await using server = await startServer();
    await using _bob = await PlainClient.join(server.port, "bob");
    const args = join(server.port, "--name", name);
    const { code, stderr } = await runChat(args, { input: "hi\n" });
    assert(code === 1 || name === "/bob" && code === 2, `${code}: ${stderr}`);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
    assertStringIncludes(stderr, name);
  });
}

Deno.test("A full server ends a pipe with one line and exit code 1", async () => {
  await using server = await startServer(["--max-clients", "1"]);
  await using _bob = await PlainClient.join(server.port, "bob");
  const { code, stderr } = await runChat(join(server.port, "--name", "ci"), { input: "hi\n" });
  assertEquals(code, 1);
  assertEquals(stderr.trim().split("\n").length, 1, stderr);
});

Deno.test("What is piped while the server has no room is said when it has", async () => {
  using server = new FakeServer();
  await using program = new Program(commandLine(join(server.port, "--name", "ci")));
  const first = await server.peer();
  await first.admit();
  await program.write("one\n");
  const one = await first.next("say");
  first.close();
  for (let i = 0; i < 2; i++) {
    const peer = await server.peer();
    await peer.next("hello");
    await peer.send({ type: "error", code: "full", text: "Full." });
    await peer.send({ type: "bye", reason: "full", text: "Full." });
    if (i === 0) await program.write("two\n");
  }
  const last = await server.peer();
  await last.admit();
  assertEquals(await last.next("say"), one);
  const two = await last.next("say");
  await last.send(message(1, "ci", "one", one.id), message(2, "ci", two.text, two.id));
  await program.closeInput();
  await last.farewell();
  const { code, stdout, stderr } = await program.outcome();
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /ci: one\n.*ci: two\n/);
  assertEquals(stderr.match(/The server is full\. Trying again/g)?.length, 1, stderr);
});

Deno.test("< /dev/null keeps listening until it is stopped", { ignore: !unix }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using listener = new Program(commandLine(join(server.port, "--name", "ear")), {
    stdin: false,
  });
  await bob.expect(/^\* ear .*join/);
  for (const text of ["one", "two"]) {
    await bob.say(text);
    await listener.stdout.expect(new RegExp(`bob.*${text}`));
  }
  listener.signal("SIGINT");
  assertEquals((await listener.outcome()).code, 0);
  await bob.expect("* ear left (quit)");
});

Deno.test("--json prints one event a line, without the session secret", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await bob.say("before you came");
  const args = join(server.port, "--json", "--name", "robot");
  const { code, stdout } = await runChat(args, { input: "hi\n/quit\n" });
  assertEquals(code, 0);
  const events = stdout.trim().split("\n").map((line) => JSON.parse(line) as { type: string });
  assertEquals(events[0]?.type, "welcome");
  assert(!stdout.includes(`"session"`));
  const texts = events.filter((event) => event.type === "message")
    .map((event) => (event as unknown as { text: string }).text);
  assertEquals(texts, ["before you came", "hi", "/quit"]);
});

Deno.test({
  name: "chat join --json | head -1 ends quietly",
  ignore: !unix || !await needs("head"),
  async fn() {
    await using server = await startServer();
    await using bob = await PlainClient.join(server.port, "bob");
    const client = shellLine(join(server.port, "--json", "--name", "robot"));
    await using pipeline = new Program(
      ["sh", "-c", `{ ${client} < /dev/null; echo "code=$?" >&2; } | head -1`],
      { stdin: false },
    );
    await pipeline.stdout.expect(/^\{"type":"welcome"/);
    // The next events find the pipe broken.
    let over = false;
    void pipeline.ended.then(() => over = true);
    for (let i = 0; i < 100 && !over; i++) {
      await bob.say(`anybody? ${i}`);
      await pause(50);
    }
    const { stderr } = await pipeline.outcome();
    assertEquals(stderr.trim(), "code=0");
  },
});

Deno.test("A client whose server is killed says so", { ignore: !unix }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const args = join(server.port, "--name", "ear", "--timeout", "1");
  await using client = new Program(commandLine(args), { stdin: false });
  await bob.expect(/^\* ear .*join/);
  server.signal("SIGKILL");
  await server.outcome();
  await bob.rest();
  const { code, stderr } = await client.outcome();
  assertEquals(code, 1);
  assertMatch(stderr, /lost|gone|closed/i);
  assertNotMatch(stderr, /^ {4}at /m);
});

Deno.test("A client whose server shuts down says so", { ignore: !unix }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const args = join(server.port, "--name", "ear", "--timeout", "1");
  await using client = new Program(commandLine(args), { stdin: false });
  await bob.expect(/^\* ear .*join/);
  server.signal("SIGTERM");
  const { stdout, stderr } = await client.outcome();
  assertMatch(stdout + stderr, /shut/i);
  assertNotMatch(stderr, /^ {4}at /m);
  assertEquals((await server.outcome()).code, 0);
});
