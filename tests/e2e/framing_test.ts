/**
 * Lines as TCP brings them: in pieces, in heaps, with any ending.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { MAX_LINE_CHARS } from "../../src/protocol/limits.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { run, startServer } from "../helpers/program.ts";

const encoder = new TextEncoder();

Deno.test("A line in pieces of one byte is one line", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using ada = await PlainClient.connect(server.port);
  for (const byte of encoder.encode("ada\nGrüße, 東京 and 👋\n")) {
    await ada.send(Uint8Array.of(byte));
  }
  await bob.expect("ada: Grüße, 東京 and 👋");
});

Deno.test("A line in two pieces is one line, whatever others say between them", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  await ada.send("hel");
  await bob.say("in between");
  await ada.expect("bob: in between");
  await ada.send("lo\n");
  await bob.expect("ada: hello");
});

Deno.test("Bytes that telnet would mean something by are no telnet in IRC and JSON", async () => {
  await using server = await startServer();
  await using irc = await PlainClient.connect(server.port);
  await irc.send("NICK eve\r\nUSER e 0 * :Eve\r\nJOIN #lobby\r\n");
  await irc.expect(/ 366 /);
  await irc.send(Uint8Array.of(...encoder.encode("PRIVMSG #lobby :a"), 0xFF, 0xFE, 13, 10));
  await irc.expect(/^FAIL \* INVALID_UTF8 :|^:\S+ FAIL \* INVALID_UTF8 :/);

  await using bob = await PlainClient.join(server.port, "bob");
  await using json = await PlainClient.connect(server.port);
  await json.send('{"type":"hello","protocol":1,"name":"ada"}\n');
  await json.expect(/"welcome"/);
  await json.send(
    Uint8Array.of(...encoder.encode('{"type":"say","text":"a'), 0xFF, 0xFE, 0x22, 0x7D, 10),
  );
  await bob.expect("ada: a\uFFFD\uFFFD");

  // In the packet of the first line, too, which says what is spoken.
  await using atOnce = await PlainClient.connect(server.port);
  const first = "NICK mia\r\nUSER e 0 * :Mia\r\nJOIN #lobby\r\nPRIVMSG #lobby :b";
  await atOnce.send(Uint8Array.of(...encoder.encode(first), 0xFF, 0xFE, 13, 10));
  await atOnce.expect(/^FAIL \* INVALID_UTF8 :|^:\S+ FAIL \* INVALID_UTF8 :/);
  await using program = await PlainClient.connect(server.port);
  const hello = '{"type":"hello","protocol":1,"name":"pam"}\n{"type":"say","text":"c';
  await program.send(Uint8Array.of(...encoder.encode(hello), 0xFF, 0xFE, 0x22, 0x7D, 10));
  await bob.expect("pam: c\uFFFD\uFFFD");
});

Deno.test("Many lines in one packet are many lines, in order", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using ada = await PlainClient.connect(server.port);
  const texts = Array.from({ length: 80 }, (_, i) => `line ${i}`);
  await ada.send(["ada", ...texts].map((line) => `${line}\n`).join(""));
  for (const text of texts) await bob.expect(`ada: ${text}`);
  assertEquals(
    bob.seen.filter((line) => line.startsWith("ada: ")),
    texts.map((text) => `ada: ${text}`),
  );
});

Deno.test("\\r\\n ends a line like \\n", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using ada = await PlainClient.connect(server.port);
  await ada.send("ada\r\nfrom a PC\r\n");
  await ada.expectWelcome("ada");
  await bob.expect("ada: from a PC");
  const { client: robot } = await JsonClient.join(server.port, "robot", { history: 10 });
  await using _robot = robot;
  await robot.message("from a PC");
});

Deno.test("The last line counts without a newline", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using ada = await PlainClient.connect(server.port);
  await ada.send("ada\nhi\nand good-bye");
  await ada.finishInput();
  await bob.expect("ada: hi");
  await bob.expect("ada: and good-bye");
  await bob.expect("* ada left (quit)");
  await ada.rest();
  assertEquals(ada.broken, false);
});

Deno.test("The last line of a json client counts without a newline", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  const { client: robot } = await JsonClient.join(server.port, "robot");
  await using _robot = robot;
  await robot.wire.send(`{"type":"say","text":"last words"}`);
  await robot.wire.finishInput();
  await bob.expect("robot: last words");
});

const nc = await needs("nc -N");

Deno.test("printf 'ada\\nhi\\n' | nc -N: everybody gets hi", { ignore: !nc }, async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using eve = await PlainClient.join(server.port, "eve");
  const { code } = await run(["sh", "-c", `printf 'ada\\nhi\\n' | nc -N 127.0.0.1 ${server.port}`]);
  assertEquals(code, 0);
  await bob.expect("ada: hi");
  await eve.expect("ada: hi");
  await eve.expect("* ada left (quit)");
});

Deno.test("nc -N still gets the answers to what it sent", { ignore: !nc }, async () => {
  await using server = await startServer();
  await using _bob = await PlainClient.join(server.port, "bob");
  const { stdout } = await run(
    ["sh", "-c", `printf 'ada\\n/who\\n' | nc -N 127.0.0.1 ${server.port}`],
  );
  assertMatch(stdout, /^Welcome, ada!/);
  assertStringIncludes(stdout.slice(stdout.indexOf("/quit leaves.")), "bob");
});

Deno.test("A json line at, under and over the limit of its length", async () => {
  await using server = await startServer(["--rate", "0"]);
  const { client: robot } = await JsonClient.join(server.port, "robot");
  await using _robot = robot;
  for (const chars of [MAX_LINE_CHARS - 1, MAX_LINE_CHARS]) {
    await robot.wire.say(sayOfLength(chars));
    await robot.message(`of ${chars}`);
  }
  for (const chars of [MAX_LINE_CHARS + 1, 3 * MAX_LINE_CHARS]) {
    await robot.wire.say(sayOfLength(chars));
    const event = await robot.event();
    assertEquals(event?.type === "error" ? event.code : event, "line_too_long");
  }
  await robot.wire.say(sayOfLength(100));
  await robot.message("of 100");
});

Deno.test("A plain line over the limit is refused whole, and the next one is heard", async () => {
  await using server = await startServer(["--rate", "0"]);
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  await ada.say("x".repeat(MAX_LINE_CHARS + 1));
  await ada.expect(/^\*.*(long|65.?536)/);
  await ada.say("short");
  await bob.expect("ada: short");
  assertEquals(bob.seen.filter((line) => line.includes("xxx")), []);
});

/** A `say` whose line has exactly this many characters: an unknown field fills it up. */
function sayOfLength(chars: number): string {
  const line = JSON.stringify({ type: "say", text: `of ${chars}`, fill: "" });
  return line.replace(`"fill":""`, `"fill":"${"x".repeat(chars - line.length)}"`);
}
