/**
 * Who is at the door and speaks neither language: telnet, TLS, HTTP, port scanners, and nobody.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { startServer } from "../helpers/program.ts";
import { connectAndReset } from "../helpers/reset.ts";
import { CTRL_C, Terminal } from "../helpers/terminal.ts";
import { within } from "../helpers/wait.ts";

/** Telnet's bytes, RFC 854 and RFC 860. */
const IAC = 255, DO = 253, DONT = 254, WONT = 252, WILL = 251, SB = 250, SE = 240, IP = 244;
const TIMING_MARK = 6, NAWS = 31, ECHO = 1;

Deno.test("Telnet's negotiation is not part of a line", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using ada = await PlainClient.connect(server.port);
  await ada.send(Uint8Array.of(IAC, WILL, NAWS, IAC, DO, ECHO, IAC, DONT, ECHO));
  await ada.send(Uint8Array.of(IAC, SB, NAWS, 0, 80, 0, 24, IAC, SE));
  await ada.send("a");
  await ada.send(Uint8Array.of(IAC));
  await ada.send(Uint8Array.of(WONT));
  await ada.send(Uint8Array.of(ECHO));
  await ada.send("da\r\nhello\r\n");
  await ada.expectWelcome("ada");
  await bob.expect("ada: hello");
});

Deno.test("Telnet's Ctrl-C is answered, and the next line is heard", async () => {
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using ada = await PlainClient.join(server.port, "ada");
  await ada.send(Uint8Array.of(IAC, IP, IAC, DO, TIMING_MARK));
  await ada.say("still here");
  await bob.expect("ada: still here");
  await bob.say("good");
  await ada.expect(/bob: good/);
  const answer = String.fromCharCode(IAC, WONT, TIMING_MARK);
  assert(ada.bytes.includes(answer), "DO TM must be answered with WONT TM");
});

Deno.test({
  name: "The real telnet, with Ctrl-C in the middle",
  ignore: !await needs("script", "telnet"),
  async fn() {
    await using server = await startServer();
    await using bob = await PlainClient.join(server.port, "bob");
    await using telnet = new Terminal(`telnet 127.0.0.1 ${server.port}`);
    await telnet.shows(/Type your name and press Enter/);
    await telnet.type("ada\r");
    await telnet.shows(/Welcome, ada!/);
    await telnet.type("from telnet\r");
    await bob.expect("ada: from telnet");
    await telnet.type(CTRL_C);
    await telnet.type("after Ctrl-C\r");
    await bob.expect("ada: after Ctrl-C");
    await bob.say("do you hear me?");
    await telnet.shows(/bob: do you hear me\?/);
    await telnet.type("/quit\r");
    await bob.expect("* ada left (quit)");
    await telnet.outcome();
  },
});

Deno.test("A TLS client at the plain port fails at once, and nobody notices", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await assertRejects(async () => {
    using conn = await Deno.connectTls({ hostname: "127.0.0.1", port: server.port });
    await within(conn.handshake(), "the failure of the handshake");
  });
  await using _bob = await PlainClient.join(server.port, "bob");
  await ada.expect(/^\* bob .*join/);
  assertEquals(ada.seen.filter((line) => line.startsWith("* ")).length, 1);
});

Deno.test("Binary noise ends the connection with its first line", async () => {
  await using server = await startServer();
  for (
    const noise of [
      Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, 0x0a),
      Uint8Array.of(...Array(9).fill(0xfe), 0x0a),
      new TextEncoder().encode("SSH-2.0-\x00x\n"),
      new TextEncoder().encode("SSH-2.0-OpenSSH_9.6\r\n"),
    ]
  ) {
    await using stranger = await PlainClient.connect(server.port);
    await stranger.send(noise);
    await stranger.rest();
  }
  await using ada = await PlainClient.join(server.port, "ada");
  await ada.say("/who");
  await ada.expect("* 1 here: ada");
});

Deno.test("A name in Latin-1, or with an arrow key in it, is asked for again", async () => {
  await using server = await startServer();
  await using rene = await PlainClient.connect(server.port);
  await rene.send(Uint8Array.of(0x52, 0x65, 0x6e, 0xe9, 0x0a));
  await rene.expect(/UTF-8/);
  await rene.say("\x1b[D\x1b[DRen");
  await rene.expect(/such as Ren\./);
  await rene.say("René");
  await rene.expectWelcome("René");
});

for (
  const [what, request] of [
    ["A GET", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: x\r\n\r\n"],
    ["A POST", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\neve\nhello\n/me\n"],
    ["A preflight", "OPTIONS /x HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.example\r\n\r\n"],
    ["An old GET", "GET /index.html HTTP/1.0\n\n"],
  ] as const
) {
  Deno.test(`${what} over HTTP gets one line, is closed, and says nothing in the room`, async () => {
    await using server = await startServer();
    await using ada = await PlainClient.join(server.port, "ada");
    await using browser = await PlainClient.connect(server.port);
    await browser.send(request);
    const lines = await browser.rest();
    assertEquals(lines.filter((line) => !line.startsWith("Welcome to chat.")).length, 1);
    await using bob = await PlainClient.join(server.port, "bob");
    await bob.say("only me");
    await ada.expect("bob: only me");
    assertEquals(ada.seen.filter((line) => /eve|hello|Host/.test(line)), []);
  });
}

Deno.test("fetch gets no answer from the room, and the room no line from fetch", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await assertRejects(async () => {
    const answer = await within(
      fetch(`http://127.0.0.1:${server.port}/`, { method: "POST", body: "eve\nhello\n" }),
      "the end of fetch",
    );
    await answer.body?.cancel();
  });
  await using bob = await PlainClient.join(server.port, "bob");
  await bob.say("only me");
  await ada.expect("bob: only me");
  assertEquals(ada.seen.filter((line) => /eve|hello/.test(line)), []);
});

Deno.test("2,000 peers reset at once while two chat, and nothing is lost", async () => {
  await using server = await startServer(["--rate", "0"]);
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  let resetting = true;
  const resets = (async () => {
    for (let i = 0; i < 2_000; i += 20) {
      await Promise.all(Array.from({ length: 20 }, () => connectAndReset(server.port)));
    }
    resetting = false;
  })();
  let said = 0;
  while (resetting || said < 100) {
    await ada.say(`to bob ${said}`);
    assertEquals(await bob.expect(/^ada: /), `ada: to bob ${said}`);
    await bob.say(`to ada ${said}`);
    assertEquals(await ada.expect(/^bob: /), `bob: to ada ${said}`);
    said++;
  }
  await resets;
  await using _eve = await PlainClient.join(server.port, "eve");
});

Deno.test("A peer that says nothing is not in the room and disturbs nobody", async () => {
  await using server = await startServer();
  await using silent = await PlainClient.connect(server.port);
  await silent.line();
  const { client: robot, welcome } = await JsonClient.join(server.port, "robot");
  await using _robot = robot;
  assertEquals(welcome.members, ["robot"]);
  await using ada = await PlainClient.join(server.port, "ada");
  await robot.say("hi");
  await ada.expect("robot: hi");
  assertEquals(silent.seen.length, 1);
});

Deno.test("A peer that connects and leaves is not in the room", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  {
    await using scanner = await PlainClient.connect(server.port);
    await scanner.finishInput();
    await scanner.rest();
  }
  await using _bob = await PlainClient.join(server.port, "bob");
  await ada.expect(/^\* bob .*join/);
  assertEquals(ada.seen.filter((line) => line.startsWith("* ")).length, 1);
});
