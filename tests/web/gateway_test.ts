import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Harness } from "../server/harness.ts";
import { settle } from "../server/manual_clock.ts";
import { systemClock } from "../../src/clock.ts";
import type { ChatServerOptions } from "../../src/server/server.ts";
import { PAGE_FILES } from "../../src/web/assets.ts";
import { Gateway } from "../../src/web/gateway.ts";
import { frame, RawClient } from "./raw_client.ts";

/** A room and its gateway on a free port, on the real clock. */
class Door implements AsyncDisposable {
  readonly room: Harness;
  readonly port: number;
  readonly gateway: Gateway;

  private constructor(room: Harness, port: number, gateway: Gateway) {
    this.room = room;
    this.port = port;
    this.gateway = gateway;
  }

  static async open(
    options: Partial<ChatServerOptions> = {},
    hosts: string[] = [],
    others: string[] = [],
    path = "",
  ): Promise<Door> {
    const room = new Harness(options);
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const gateway = await Gateway.open({
      listener,
      hosts,
      others,
      path,
      connect: (conn) => room.server.connect(conn),
      roomPort: 5611,
      maxLineChars: 65_536,
      clock: systemClock,
      logger: room.server.logger,
    });
    return new Door(room, listener.addr.port, gateway);
  }

  /** One request as plain text; the whole answer. */
  async ask(text: string): Promise<string> {
    using client = await RawClient.connect(this.port);
    await client.send(text);
    return await client.rest();
  }

  get(path: string, { method = "GET", host = `127.0.0.1:${this.port}`, more = "" } = {}) {
    return this.ask(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.gateway.close();
    await this.room[Symbol.asyncDispose]();
    await this.gateway.finished();
  }
}

const HELLO = { type: "hello", protocol: 1, name: "ada" };

Deno.test("The gateway serves the page with its script and style, and nothing else", async () => {
  await using door = await Door.open();
  for (const [path, { type, text }] of Object.entries(PAGE_FILES)) {
    const answer = await door.get(path);
    assert(answer.startsWith("HTTP/1.1 200 OK\r\n"), path);
    assertStringIncludes(answer, `\r\ncontent-type: ${type}\r\n`);
    // The page says in itself which version it is.
    const build = /<meta name="build" content="(.{16})">/.exec(answer)?.[1] ?? "";
    assertEquals(build !== "", path === "/");
    assert(answer.replace(`content="${build}"`, 'content=""').endsWith(text), path);
  }
  for (const path of ["/index.html", "/page/main.ts", "/../main.ts", "/x", "//", "/%2e%2e/"]) {
    assert((await door.get(path)).startsWith("HTTP/1.1 404 "), path);
  }
  assert((await door.get("/?x=1")).startsWith("HTTP/1.1 200 "));
});

Deno.test("Under a path stands everything, and its page is found without the slash", async () => {
  await using door = await Door.open({}, [], ["https://b.example/c"], "/chat");
  for (const [path, { text }] of Object.entries(PAGE_FILES)) {
    const answer = await door.get(`/chat${path}`);
    assert(answer.startsWith("HTTP/1.1 200 OK\r\n"), path);
    if (path !== "/") assert(answer.endsWith(text), path);
    const away = await door.get(path);
    assert(away.startsWith("HTTP/1.1 404 "), path);
    assertStringIncludes(away, "The page of the chat is at /chat/\n");
  }
  const page = await door.get("/chat/");
  // A policy's path without a slash at its end is that path only.
  assertStringIncludes(page, "connect-src 'self' wss://b.example;");
  assertStringIncludes(page, '<meta name="others" content="wss://b.example/c/ws">');
  assertStringIncludes(await door.get("/chat/ws"), "The page is at /chat/\n");
  for (const path of ["/healthz", "/readyz"]) {
    assert((await door.get(`/chat${path}`)).endsWith("\r\n\r\nok\n"));
  }
  for (const path of ["/chat", "/chat?x"]) {
    const moved = await door.get(path);
    assert(moved.startsWith("HTTP/1.1 301 "), moved);
    assertStringIncludes(moved, "\r\nlocation: /chat/\r\n");
  }
  for (const path of ["/chatter", "/chat//", "/chat/chat/", "/healthz"]) {
    assert((await door.get(path)).startsWith("HTTP/1.1 404 "), path);
  }
  assert((await door.get("/chat", { host: "evil.test" })).startsWith("HTTP/1.1 403 "));
});

Deno.test("The gateway answers HEAD without content, and other methods with 405", async () => {
  await using door = await Door.open();
  const page = await door.get("/");
  const head = await door.get("/", { method: "HEAD" });
  assert(head.startsWith("HTTP/1.1 200 OK\r\n"));
  assert(head.endsWith("\r\n\r\n"));
  const body = page.slice(page.indexOf("\r\n\r\n") + 4);
  assertStringIncludes(head, `content-length: ${new TextEncoder().encode(body).length}\r\n`);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"]) {
    for (const path of ["/", "/ws", "/healthz", "/readyz"]) {
      const answer = await door.get(path, { method });
      assert(answer.startsWith("HTTP/1.1 405 "), `${method} ${path}`);
      assertStringIncludes(answer, "allow: GET, HEAD");
    }
  }
});

Deno.test("Who comes to the page's port with a chat client, or nc, is told the room's at once", async () => {
  await using door = await Door.open();
  for (const line of [JSON.stringify(HELLO), "ada", "\x16\x03\x01", " HTTP/1.1 x"]) {
    const answer = await door.ask(`${line}\n`);
    assert(answer.startsWith("HTTP/1.1 400 "), line);
    assertStringIncludes(
      answer,
      "\r\n\r\nThis is the port of the chat's page, for browsers: join on port 5611.\n",
    );
  }
});

Deno.test("Every answer forbids a browser what the page does not need", async () => {
  await using door = await Door.open();
  for (const path of ["/", "/page.js", "/nothing", "/healthz"]) {
    const answer = await door.get(path);
    const [, policy = ""] = /content-security-policy: (.*)\r\n/.exec(answer) ?? [];
    assertStringIncludes(policy, "default-src 'none'");
    assertStringIncludes(policy, "frame-ancestors 'none'");
    assert(!policy.includes("unsafe"), policy);
    assertStringIncludes(answer, "x-content-type-options: nosniff\r\n");
    assertStringIncludes(answer, "referrer-policy: no-referrer\r\n");
  }
});

Deno.test("Pages of other servers that are named may come in, and this page may go there", async () => {
  const others = ["https://b.example", "http://10.0.0.2:8080"];
  await using door = await Door.open({}, [], others);
  const page = await door.get("/");
  assertStringIncludes(page, "connect-src 'self' wss://b.example ws://10.0.0.2:8080;");
  assertStringIncludes(
    page,
    '<meta name="others" content="wss://b.example/ws ws://10.0.0.2:8080/ws">',
  );
  // A browser that has the page takes the headers of this answer.
  const [, etag] = /etag: (.*)\r\n/.exec(page) ?? [];
  const again = await door.get("/", { more: `If-None-Match: ${etag}\r\n` });
  assert(again.startsWith("HTTP/1.1 304 "));
  assertStringIncludes(again, "connect-src 'self' wss://b.example ws://10.0.0.2:8080;");
  for (const origin of others) {
    const { client, head } = await RawClient.upgrade(door.port, { Origin: origin });
    using _client = client;
    assert(head.startsWith("HTTP/1.1 101 "), origin);
  }
  for (
    const origin of ["https://c.example", "http://b.example", "https://b.example.evil", "null"]
  ) {
    const { client, head } = await RawClient.upgrade(door.port, { Origin: origin });
    using _client = client;
    assert(head.startsWith("HTTP/1.1 403 "), origin);
  }
});

Deno.test("A browser that has the page already is not sent it again", async () => {
  await using door = await Door.open();
  const [, etag] = /etag: (.*)\r\n/.exec(await door.get("/page.js")) ?? [];
  const again = await door.get("/page.js", { more: `If-None-Match: "x", W/${etag}\r\n` });
  assert(again.startsWith("HTTP/1.1 304 "));
  assert(again.endsWith("\r\n\r\n"));
});

// Of these, 10 KB are the QR code.
Deno.test("The page weighs less than 155 KB", () => {
  let bytes = 0;
  for (const { text } of Object.values(PAGE_FILES)) bytes += new TextEncoder().encode(text).length;
  assert(bytes < 155_000, `${bytes} bytes`);
});

Deno.test("/healthz tells that the server lives, whatever name it was called by", async () => {
  await using door = await Door.open();
  const answer = await door.get("/healthz", { host: "inside.test" });
  assert(answer.startsWith("HTTP/1.1 200 "));
  assert(answer.endsWith("\r\n\r\nok\n"));
});

Deno.test("A name that could be anybody's gets neither page nor socket, unless it is listed", async () => {
  await using door = await Door.open({}, ["chat.example.org"]);
  assert((await door.get("/", { host: "evil.test" })).startsWith("HTTP/1.1 403 "));
  assert((await door.get("/", { host: "chat.example.org" })).startsWith("HTTP/1.1 200 "));
  const evil = { Host: "evil.test", Origin: "http://evil.test" };
  const { client, head } = await RawClient.upgrade(door.port, evil);
  using _client = client;
  assert(head.startsWith("HTTP/1.1 403 "), head);
});

Deno.test("A foreign page, or none at all, gets no socket", async () => {
  await using door = await Door.open();
  for (const origin of ["http://evil.test", "null", "", `https://127.0.0.1:${door.port + 1}`]) {
    const { client, head } = await RawClient.upgrade(door.port, { Origin: origin });
    using _client = client;
    assert(head.startsWith("HTTP/1.1 403 "), origin);
  }
  assertEquals(door.room.server.totals.connections, 0);
});

Deno.test("/ws is for WebSockets of version 13", async () => {
  await using door = await Door.open();
  assert((await door.get("/ws")).startsWith("HTTP/1.1 426 "));
  for (
    const headers of [
      { "Sec-WebSocket-Version": "8" },
      { "Sec-WebSocket-Key": "short" },
      { Upgrade: "h2c" },
      { Connection: "close" },
    ] as Record<string, string>[]
  ) {
    const { client, head } = await RawClient.upgrade(door.port, headers);
    using _client = client;
    assert(head.startsWith("HTTP/1.1 426 "), JSON.stringify(headers));
  }
  const { client, head } = await RawClient.upgrade(door.port);
  using _client = client;
  assert(head.startsWith("HTTP/1.1 101 "));
  // The example of RFC 6455, section 1.3.
  assertStringIncludes(head, "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
});

Deno.test("Requests that no browser sends are refused", async () => {
  await using door = await Door.open();
  const host = `Host: 127.0.0.1:${door.port}\r\n`;
  for (
    const text of [
      "hello\r\n\r\n",
      `GET http://127.0.0.1/ HTTP/1.1\r\n${host}\r\n`,
      `GET / HTTP/2.0\r\n${host}\r\n`,
      `GET /\r\n\r\n`,
      `GET / HTTP/1.1\r\n${host}${host}\r\n`,
      `GET / HTTP/1.1\r\n${host} folded\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost : x\r\n\r\n`,
      `GET / HTTP/1.1\r\nX: \x01\r\n\r\n`,
    ]
  ) assert((await door.ask(text)).startsWith("HTTP/1.1 400 "), JSON.stringify(text));
  const long = await door.ask(`GET / HTTP/1.1\r\nX: ${"x".repeat(17_000)}\r\n\r\n`);
  assert(long.startsWith("HTTP/1.1 431 "));
  assert((await door.get("/", { host: "" })).startsWith("HTTP/1.1 403 "));
});

Deno.test("A WebSocket carries the json dialect, without a greeting", async () => {
  await using door = await Door.open();
  const bob = await door.room.plain("bob");
  const { client } = await RawClient.upgrade(door.port);
  using _client = client;
  await client.request(HELLO);
  const first = await client.frame();
  assertEquals(first?.opcode, 2);
  assertEquals(JSON.parse(first?.text ?? "").type, "welcome");
  await client.request({ type: "say", text: "grüße 🎉", id: "1" });
  assertEquals((await client.event("message")).text, "grüße 🎉");
  await settle();
  assert(bob.received().includes("ada: grüße 🎉"));
  await client.request({ type: "quit" });
  assertEquals((await client.event("bye")).reason, "quit");
  assertEquals(await client.closeCode(), 1000);
});

Deno.test("A socket whose first line is not JSON is answered and closed", async () => {
  await using door = await Door.open();
  const { client } = await RawClient.upgrade(door.port);
  using _client = client;
  await client.send(frame(1, "ada"));
  assertEquals((await client.event("error")).code, "bad_json");
  assertEquals(await client.closeCode(), 1000);
});

Deno.test("A frame over the limit is refused by its header and ends the connection", async () => {
  await using door = await Door.open();
  const { client } = await RawClient.upgrade(door.port);
  using _client = client;
  await client.request(HELLO);
  await client.event("welcome");
  await client.send(frame(1, "x".repeat(200_000)).subarray(0, 14));
  assertEquals((await client.event("error")).code, "line_too_long");
  assertEquals(await client.closeCode(), 1009);
});

Deno.test("A frame of too many characters in few bytes is refused, too", async () => {
  await using door = await Door.open();
  const { client } = await RawClient.upgrade(door.port);
  using _client = client;
  await client.request(HELLO);
  await client.event("welcome");
  await client.send(frame(1, "x".repeat(65_537)));
  assertEquals((await client.event("error")).code, "line_too_long");
  assertEquals(await client.closeCode(), 1009);
});

Deno.test("A binary frame ends the connection", async () => {
  await using door = await Door.open();
  const { client } = await RawClient.upgrade(door.port);
  using _client = client;
  await client.send(frame(2, "{}"));
  assertEquals(await client.closeCode(), 1003);
});

Deno.test("A ping is answered with its own payload", async () => {
  await using door = await Door.open();
  const { client } = await RawClient.upgrade(door.port);
  using _client = client;
  await client.send(frame(9, "are you there"));
  const pong = await client.frame();
  assertEquals([pong?.opcode, pong?.text], [10, "are you there"]);
});

Deno.test("Who is banned is told so, and a full room says so, in json alone", async () => {
  await using door = await Door.open({ maxClients: 1 });
  const { client: first } = await RawClient.upgrade(door.port);
  using _first = first;
  await first.request(HELLO);
  await first.event("welcome");
  const { client } = await RawClient.upgrade(door.port);
  using _client = client;
  await client.request({ ...HELLO, name: "bob" });
  assertEquals(JSON.parse((await client.frame())?.text ?? "").code, "full");
  assertEquals((await client.event("bye")).reason, "full");
});

Deno.test("A shutdown says goodbye to browsers", async () => {
  const door = await Door.open();
  const { client } = await RawClient.upgrade(door.port);
  using _client = client;
  await client.request(HELLO);
  await client.event("welcome");
  const closed = door[Symbol.asyncDispose]();
  assertEquals((await client.event("bye")).reason, "shutdown");
  assertEquals(await client.closeCode(), 1000);
  await client.send(frame(8, ""));
  await closed;
});

Deno.test("A socket that reads nothing can be closed", async () => {
  const door = await Door.open({ rate: 0 });
  const { client } = await RawClient.upgrade(door.port);
  using _client = client;
  await client.request(HELLO);
  await client.event("welcome");
  const bob = await door.room.plain("bob");
  // More than the system's buffers hold.
  for (let n = 0; n < 400; n++) await bob.send(`${"x".repeat(3_900)}\n`.repeat(10));
  await door[Symbol.asyncDispose]();
});
