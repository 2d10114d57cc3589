/**
 * Scripts that say something and close at once, without reading a word: what the server writes to
 * them meets a reset.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { drainInto, LineInbox } from "../helpers/line_inbox.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";
import { connectAndReset } from "../helpers/reset.ts";
import { identity } from "../helpers/tls.ts";
import { frame } from "../web/raw_client.ts";

/** How often each is tried: whether the reset or the next line comes first is chance. */
const TRIES = 20;

const WORDS = ["one", "two", "three"];

const encoder = new TextEncoder();

function plain(name: string): string {
  // A last line needs no newline.
  return [name, ...WORDS].join("\n");
}

function irc(name: string): string {
  const coming = [`NICK ${name}`, `USER ${name} 0 * :${name}`, "JOIN #lobby"];
  return [...coming, ...WORDS.map((word) => `PRIVMSG #lobby :${word}`), ""].join("\r\n");
}

function requests(name: string): string[] {
  const says = WORDS.map((text, n) => ({ type: "say", text, id: `x.${n}` }));
  return [{ type: "hello", protocol: 1, name }, ...says].map((one) => JSON.stringify(one));
}

function json(name: string): string {
  return `${requests(name).join("\n")}\n`;
}

/** All that a browser would send, in one piece. */
function webSocket(name: string, port: number): Uint8Array {
  const head = [
    "GET /ws HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "\r\n",
  ];
  const frames = requests(name).flatMap((request) => [...frame(1, request)]);
  return new Uint8Array([...encoder.encode(head.join("\r\n")), ...frames]);
}

async function sendAndClose(opened: Promise<Deno.Conn>, data: string | Uint8Array): Promise<void> {
  using conn = await opened;
  const bytes = typeof data === "string" ? encoder.encode(data) : data;
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

/** Has many scripts come one after the other; each is heard to its end, in its order. */
async function allAreHeard(
  listener: Pick<LineInbox, "expect">,
  script: (name: string) => Promise<void>,
): Promise<void> {
  for (let i = 0; i < TRIES; i++) await script(`ada${i}`);
  const heard: string[] = [];
  while (heard.length < TRIES * WORDS.length) {
    heard.push(await listener.expect(/^ada\d+: /, 10_000));
  }
  for (let i = 0; i < TRIES; i++) {
    const own = heard.filter((line) => line.startsWith(`ada${i}: `));
    assertEquals(own, WORDS.map((word) => `ada${i}: ${word}`));
  }
}

for (const [what, script] of Object.entries({ plain, json, irc })) {
  Deno.test(`A script that closes at once has said all its lines: ${what}`, async () => {
    await using server = await startServer();
    await using bob = await PlainClient.join(server.port, "bob");
    const address = { hostname: "127.0.0.1", port: server.port };
    await allAreHeard(bob, (name) => sendAndClose(Deno.connect(address), script(name)));
  });

  Deno.test(`A script that is reset behind its last line has said them: ${what}`, async () => {
    await using server = await startServer();
    await using bob = await PlainClient.join(server.port, "bob");
    await allAreHeard(bob, (name) => {
      const lines = script(name);
      const start = lines.lastIndexOf("\n", lines.indexOf(WORDS[0]!)) + 1;
      const [send, last] = [lines.slice(0, start), `${lines.slice(start)}\n`];
      return connectAndReset(server.port, { send, waitFor: "elcome", last });
    });
  });
}

Deno.test("A script that closes at once has said all its lines: TLS", async () => {
  const dir = await Deno.makeTempDir({ prefix: "chat-closing-" });
  try {
    const { cert, key } = await identity();
    await Deno.writeTextFile(`${dir}/cert.pem`, cert);
    await Deno.writeTextFile(`${dir}/key.pem`, key);
    await using server = await startServer([
      ...["--tls-cert", `${dir}/cert.pem`, "--tls-key", `${dir}/key.pem`],
    ]);
    const address = { hostname: "127.0.0.1", port: server.port, caCerts: [cert] };
    const bob = await Deno.connectTls(address);
    const inbox = new LineInbox("bob");
    const reading = drainInto(inbox, bob.readable);
    await bob.write(encoder.encode("bob\n"));
    await inbox.expect(/^Welcome, bob!/);
    await allAreHeard(inbox, (name) => sendAndClose(Deno.connectTls(address), plain(name)));
    bob.close();
    await reading;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("A browser that closes at once has said all its lines", async () => {
  await using server = await startServer(["--web", "0"]);
  const web = Number(/:(\d+)\//.exec(await server.stdout.expect(/^ {2}http:/))?.[1]);
  await using bob = await PlainClient.join(server.port, "bob");
  const address = { hostname: "127.0.0.1", port: web };
  await allAreHeard(
    bob,
    (name) => sendAndClose(Deno.connect(address), webSocket(name, web)),
  );
});
