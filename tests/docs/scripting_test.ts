/**
 * Every example of docs/scripting.md does what the document says.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { LogEvent } from "../../src/protocol/messages.ts";
import { FakeServer } from "../client/core/fake_server.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import {
  commandLine,
  Program,
  runChat,
  type RunningServer,
  shellLine,
  startServer,
} from "../helpers/program.ts";
import { pause } from "../helpers/wait.ts";
import { blocksOf, readDocument, ROOT, rowsUnder } from "./fenced.ts";
import { Workshop } from "./workshop.ts";

const DOCUMENT = readDocument("docs/scripting.md");
const BLOCKS = blocksOf(DOCUMENT);
const unix = await needs("unix");
const jq = await needs("jq");

/** What an example is tried in: a room with bob in it. */
interface Room {
  readonly server: RunningServer;
  readonly bob: PlainClient;
  readonly workshop: Workshop;
}

/** The shell blocks under a heading, with the room's address. */
function examples(heading: string, server: RunningServer): string[] {
  return BLOCKS.filter((block) => block.heading === heading && block.language === "sh")
    .map(({ text }) => text.replaceAll("HOST:PORT", `127.0.0.1:${server.port}`));
}

/** The only shell block under a heading. */
function example(heading: string, server: RunningServer): string {
  const [script, ...others] = examples(heading, server);
  if (script === undefined || others.length > 0) throw new Error(`Not one block: ${heading}`);
  return script;
}

/** The only block of TypeScript under a heading. */
function code(heading: string): string {
  const [block, ...others] = BLOCKS.filter((one) =>
    one.heading === heading && one.language === "ts"
  );
  if (block === undefined || others.length > 0) throw new Error(`Not one block: ${heading}`);
  return block.text;
}

/** What is done with the examples under each heading. */
const TRIALS: Readonly<Record<string, (room: Room) => Promise<void>>> = {
  async "Send one message"({ server, bob, workshop }) {
    const scripts = examples("Send one message", server);
    assertEquals(scripts.length, 2);
    await using eve = await PlainClient.join(server.port, "eve");
    await eve.say("/join ops");
    await eve.expect(/#ops/);
    for (const script of scripts) {
      const { code, stderr } = await workshop.start(script).outcome();
      assertEquals([code, stderr], [0, ""]);
    }
    await bob.expect("ci: build 42 is green");
    await eve.expect("ci: build 42 is green");
  },

  async "Send a log to the room"({ server, bob, workshop }) {
    const log = `${workshop.directory}/app.log`;
    await Deno.writeTextFile(log, "first line\n");
    workshop.start(example("Send a log to the room", server));
    await bob.expect("ci: first line");
    await Deno.writeTextFile(log, "/quit is only a text\n", { append: true });
    await bob.expect("ci: /quit is only a text");
  },

  async "Read events with jq"({ server, bob, workshop }) {
    const [one = "", two = ""] = examples("Read events with jq", server);
    const program = workshop.start(one);
    await bob.expect(/^\* watcher joined/);
    await bob.say(`a "quoted" text`);
    await program.stdout.expect(`bob: a "quoted" text`);
    await bob.say("/me waves");
    await program.stdout.expect("* bob waves");
    // Its name is free again once it has gone.
    program.signal("SIGTERM");
    await bob.expect(/^\* watcher left/);
    const rooms = workshop.start(two);
    await bob.say("/join dev");
    await bob.expect(/^\* watcher joined|watcher/);
    await bob.say("in dev");
    await rooms.stdout.expect("#dev bob: in dev");
    await bob.say("/me waves");
    await rooms.stdout.expect("#dev * bob waves");
  },

  async "A bot in shell"({ server, bob, workshop }) {
    const script = example("A bot in shell", server);
    assertStringIncludes(script, "--timeout 600");
    const program = workshop.start(script.replace("--timeout 600", "--timeout 2"));
    await asksTheClock(bob, /^clock: It is \d\d:\d\d\.$/);
    // Where the server has gone for longer than --timeout, the bot ends and tidies up.
    server.signal("SIGTERM");
    await server.outcome();
    await program.outcome();
    const left = [...Deno.readDirSync(workshop.directory)].filter(({ isDirectory }) => isDirectory);
    assertEquals(left.map(({ name }) => name), ["bin"]);
  },

  async "A bot in TypeScript"({ server, bob, workshop }) {
    assert(readDocument("examples/bot.ts").endsWith(code("A bot in TypeScript")), "another bot");
    const script = example("A bot in TypeScript", server);
    workshop.start(script, { cwd: new URL(ROOT).pathname });
    await asksTheClock(bob, /^clock: It is \d\d:\d\d:\d\d .*\.$/);
  },

  async "A bot in two rooms"({ server, bob, workshop }) {
    const bot = readDocument("examples/two_rooms.ts");
    assertStringIncludes(bot, code("A bot in two rooms"), "another bot");
    const script = example("A bot in two rooms", server);
    workshop.start(script, { cwd: new URL(ROOT).pathname });
    await bob.expect(/^\* porter joined/);
    await using eve = await PlainClient.join(server.port, "eve");
    await eve.say("/join ops");
    await eve.expect(/Here now: porter|porter/);
    await eve.say("!time");
    await eve.expect(/^porter: It is \d\d:/);
    await eve.say("!lobby the disk is full");
    await bob.expect("porter: eve: the disk is full");
    await bob.say("!time");
    await bob.expect(/^porter: It is \d\d:/);
  },

  async "Export the history"({ server, bob, workshop }) {
    await bob.say("to be kept");
    // Whoever comes now finds it said.
    await PlainClient.join(server.port, "eve").then((eve) => eve[Symbol.asyncDispose]());
    const [all = "", some = "", rooms = ""] = examples("Export the history", server);
    const { code } = await workshop.start(all).outcome();
    assertEquals(code, 0);
    const lines = (await Deno.readTextFile(`${workshop.directory}/room.jsonl`)).trim().split("\n");
    const events = lines.map((line) => JSON.parse(line) as LogEvent);
    assertEquals(events.map(({ seq }) => seq), events.map((_, i) => i + 1));
    assert(events.some((event) => event.type === "message" && event.text === "to be kept"));
    const { stdout } = await workshop.start(some).outcome();
    assertStringIncludes(stdout, "bob: to be kept\n");
    await bob.say("/join dev");
    await bob.say("in another room");
    await bob.expect(/#dev/);
    assertEquals((await workshop.start(rooms).outcome()).code, 0);
    const whole = await Deno.readTextFile(`${workshop.directory}/rooms.jsonl`);
    assertMatch(whole, /"room":"lobby".*to be kept[^]*"room":"dev".*in another room/);
  },
};

/** Asks a bot for the time until it has come in and answers. */
async function asksTheClock(bob: PlainClient, answer: RegExp): Promise<void> {
  await bob.expect(/^\* clock joined/);
  await bob.say(`this is not a question: "text":"!time"`);
  await bob.say("!time");
  const said = await bob.expect(/^clock: /);
  assertMatch(said, answer);
}

for (const [heading, trial] of Object.entries(TRIALS)) {
  Deno.test({
    name: `docs/scripting.md: ${heading}`,
    ignore: !unix || (!jq && heading.includes("jq")),
    async fn() {
      await using server = await startServer();
      await using bob = await PlainClient.join(server.port, "bob");
      await using workshop = await Workshop.open();
      await trial({ server, bob, workshop });
    },
  });
}

Deno.test("docs/scripting.md has no example that is not run", () => {
  const headings = new Set(BLOCKS.map(({ heading }) => heading));
  assertEquals([...headings].sort(), Object.keys(TRIALS).sort());
  const languages = new Set(BLOCKS.map(({ language }) => language));
  assertEquals([...languages].sort(), ["sh", "ts"]);
});

/** The arguments of a client of this server. */
function join(port: number, ...flags: string[]): string[] {
  return ["join", `127.0.0.1:${port}`, ...flags];
}

/** Leads to each way of ending, by the words with which its row of the table begins. */
const ENDINGS: Readonly<
  Record<string, (server: RunningServer) => Promise<number>>
> = {
  async "all input was sent"(server) {
    return (await runChat(join(server.port, "--name", "ci"), { input: "hi\n" })).code;
  },
  async "`--exit`: all requested"(server) {
    return (await runChat(join(server.port, "--exit"))).code;
  },
  async "it was told to stop (Ctrl-C"(server) {
    await using bob = await PlainClient.join(server.port, "bob");
    const program = new Program(commandLine(join(server.port, "--name", "ci")), { stdin: false });
    await using _ = program;
    await bob.expect(/^\* ci joined/);
    program.signal("SIGTERM");
    return (await program.outcome()).code;
  },
  async "the reader of its output"(server) {
    const line = shellLine(join(server.port, "--exit", "--json"));
    const script = `{ ${line} </dev/null; echo $? >&2; } | true`;
    await using program = new Program(["sh", "-c", script], { stdin: false });
    return Number((await program.outcome()).stderr);
  },
  async "a line was refused"(server) {
    const input = `${"x".repeat(4_001)}\n`;
    return (await runChat(join(server.port, "--name", "ci"), { input })).code;
  },
  async "it was told to stop, and"() {
    using silent = new FakeServer();
    const program = new Program(commandLine(join(silent.port, "--name", "ci")));
    await using _ = program;
    await program.write("hi\n");
    const peer = await silent.peer();
    await peer.admit();
    await peer.next("say");
    program.signal("SIGTERM");
    await peer.farewell();
    return (await program.outcome()).code;
  },
  async "nothing listens at"() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    return (await runChat(join(port, "--name", "ci"))).code;
  },
  async "the name is taken"(server) {
    await using _bob = await PlainClient.join(server.port, "bob");
    return (await runChat(join(server.port, "--name", "bob"))).code;
  },
  async "the server removed it"() {
    using server = new FakeServer();
    const args = commandLine(join(server.port, "--name", "ci"));
    await using program = new Program(args, { stdin: false });
    const peer = await server.peer();
    await peer.admit();
    await peer.send({ type: "bye", reason: "kicked", text: "You were removed." });
    return (await program.outcome()).code;
  },
  async "it was not let into its room"(server) {
    const { client } = await JsonClient.join(server.port, "dan", { rooms: { ops: {} } });
    await using _dan = client;
    await client.send({ type: "command", line: "/key sesame" });
    await client.next("notice");
    return (await runChat(["join", `127.0.0.1:${server.port}/ops`, "--name", "ci"])).code;
  },
  async "the server is full when"() {
    await using server = await startServer(["--max-clients", "1"]);
    await using _bob = await PlainClient.join(server.port, "bob");
    return (await runChat(join(server.port, "--name", "ci"))).code;
  },
  async "the connection was lost"() {
    using server = new FakeServer();
    const args = commandLine(join(server.port, "--name", "ci", "--timeout", "0.5"));
    await using program = new Program(args, { stdin: false });
    await (await server.peer()).admit();
    server[Symbol.dispose]();
    return (await program.outcome()).code;
  },
  async "`--exit`: it was told"() {
    using server = new FakeServer();
    const args = commandLine(join(server.port, "--exit", "--history", "all"));
    await using program = new Program(args, { stdin: false });
    const peer = await server.peer();
    await peer.admit({ seq: 10 });
    await peer.next("history");
    program.signal("SIGTERM");
    await peer.farewell();
    return (await program.outcome()).code;
  },
  async "a flag, a value"(server) {
    const codes = [
      (await runChat(join(server.port, "--nmae", "ci"))).code,
      (await runChat(["join", "127.0.0.1:x", "--name", "ci"])).code,
      (await runChat(join(server.port))).code,
    ];
    assertEquals(new Set(codes).size, 1);
    return codes[0] ?? -1;
  },
  async "a second Ctrl-C"() {
    using silent = new FakeServer();
    const program = new Program(commandLine(join(silent.port, "--name", "ci")));
    await using _ = program;
    await program.write("hi\n");
    const peer = await silent.peer();
    await peer.admit();
    await peer.next("say");
    program.signal("SIGINT");
    // Signals within a second are one; for three seconds it waits for the acknowledgement.
    await pause(1_200);
    program.signal("SIGINT");
    return (await program.outcome()).code;
  },
};

for (const [way, code] of rowsUnder(DOCUMENT, "Exit codes")) {
  const ending = Object.entries(ENDINGS).find(([words]) => way?.startsWith(words))?.[1];
  Deno.test({
    name: `The exit code is ${code} when ${way}`,
    ignore: !unix,
    async fn() {
      if (ending === undefined) throw new Error(`No test for: ${way}`);
      await using server = await startServer();
      assertEquals(await ending(server), Number(code));
    },
  });
}
