/**
 * Behind a proxy: what counts by address counts the client's, and only whom the operator trusts can
 * say who that is.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { commandLine, Program, type RunningServer, startServer } from "../helpers/program.ts";
import { headerV1, headerV2, join, rawV2 } from "../helpers/proxy_headers.ts";
import { TcpProxy } from "../helpers/tcp_proxy.ts";
import { identity } from "../helpers/tls.ts";
import { RawClient } from "../web/raw_client.ts";

const TRUST = ["--trusted-proxy", "127.0.0.1"];

/** Connects as a proxy does for a client, and says something in its name. */
async function behind(port: number, header: Uint8Array, text = ""): Promise<PlainClient> {
  const client = await PlainClient.connect(port);
  await client.send(join(header, text));
  return client;
}

/** A server with operators, whose password is `boss`. */
class Place implements AsyncDisposable {
  readonly server: RunningServer;
  readonly #dir: string;

  private constructor(server: RunningServer, dir: string) {
    this.server = server;
    this.#dir = dir;
  }

  static async open(...flags: string[]): Promise<Place> {
    const dir = Deno.makeTempDirSync({ prefix: "chat-proxy-" });
    Deno.writeTextFileSync(`${dir}/operators`, "boss\n");
    const operators = ["--operator-password-file", `${dir}/operators`];
    return new Place(await startServer([...operators, ...flags]), dir);
  }

  /** An operator who comes from this address. */
  async operator(address: string): Promise<PlainClient> {
    const root = await behind(this.server.port, headerV2(address), "root\n/op\nboss\n");
    await root.expect(/You are an operator now/);
    return root;
  }

  /** The port of its page. */
  async web(): Promise<number> {
    const line = await this.server.stdout.expect(/^ {2}https?:\/\/127\.0\.0\.1:\d+\//);
    return Number(/:(\d+)\//.exec(line)?.[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    Deno.removeSync(this.#dir, { recursive: true });
  }
}

Deno.test("A ban is of the address that the proxy names, at once and afterwards", async () => {
  await using place = await Place.open(...TRUST);
  const { port, log } = place.server;
  await using root = await place.operator("192.0.2.9");
  await using eve = await behind(port, headerV1("198.51.100.7", 4711), "eve\n");
  await using ada = await behind(port, headerV2("2001:db8::7"), "ada\n");
  await eve.expectWelcome("eve");
  await ada.expectWelcome("ada");
  await log.expect(/connected .*198\.51\.100\.7:4711/);
  await root.say("/top");
  await root.expect(/eve +198\.51\.100\.7:4711 /);
  await root.say("/ban 127.0.0.0/8");
  await root.expect(/127\.0\.0\.0\/8 is banned for good; nobody online matches/);
  await root.say("/ban 198.51.100.0/24");
  await root.expect(/198\.51\.100\.0\/24 is banned for good; 1 removed now/);
  assertMatch((await eve.rest()).at(-1) ?? "", /banned from this server/);
  await using again = await behind(port, headerV2("198.51.100.200"), "mallory\n");
  assertMatch((await again.rest())[0] ?? "", /^\* You are banned/);
  await using gus = await behind(port, headerV2("198.51.101.1"), "gus\n");
  await gus.expectWelcome("gus");
  await root.say("/ban 192.0.2.0/24");
  await root.expect(/Cannot ban 192\.0\.2\.0\/24: your own address, 192\.0\.2\.9, is in it/);
});

Deno.test("--max-per-address counts the clients of a proxy, not the proxy", async () => {
  await using place = await Place.open(...TRUST, "--max-per-address", "2");
  const { port } = place.server;
  const clients: PlainClient[] = [];
  try {
    for (const [i, host] of ["7", "7", "8", "9", "8"].entries()) {
      const header = i % 2 === 0 ? headerV1(`198.51.100.${host}`) : headerV2(`198.51.100.${host}`);
      const client = await behind(port, header, `c${i}\n`);
      clients.push(client);
      await client.expectWelcome(`c${i}`);
    }
    await using more = await behind(port, headerV1("198.51.100.7"), "more\n");
    assertMatch((await more.rest())[0] ?? "", /full for 198\.51\.100\.7: 2 of 2/);
  } finally {
    for (const client of clients) await client[Symbol.asyncDispose]();
  }
});

/** What somebody tells behind a proxy: a password among it. */
const SECRETS = [
  "mallory\nopen sesame\n",
  '{"type":"hello","protocol":1,"name":"mallory","password":"open sesame"}\n',
  "PASS sesame\r\nNICK mallory\r\nUSER m 0 * :sesame\r\n",
];

Deno.test("A header from an address that is not trusted ends in one line, and nothing is said", async () => {
  const flags = ["--trusted-proxy", "127.0.0.9", "--trusted-proxy=::1"];
  for (const trust of [flags, []]) {
    await using server = await startServer(trust);
    await using ada = await PlainClient.join(server.port, "ada");
    for (const header of [headerV1("198.51.100.7"), headerV2("198.51.100.7")]) {
      for (const text of SECRETS) {
        await using eve = await behind(server.port, header, text);
        const lines = await eve.rest();
        assertEquals(lines.length, 1);
        assertMatch(lines[0] ?? "", /^\* .*PROXY header.* --trusted-proxy/);
      }
    }
    await server.log.expect(/refused address=127\.0\.0\.1:\d+ .*why="a PROXY header from an addr/);
    await ada.say("all well");
    assertEquals(ada.seen.filter((line) => /sesame|mallory|QUIT|PROXY/.test(line)), []);
    assert(!/198\.51|sesame/.test(server.log.text), server.log.text);
  }
});

Deno.test("A trusted proxy without a header is told so, and what it sends is never a line", async () => {
  await using place = await Place.open(...TRUST);
  const { port, log } = place.server;
  await using ada = await behind(port, headerV1("198.51.100.7"), "ada\n");
  await ada.expectWelcome("ada");
  const wrong: [Uint8Array | string, RegExp][] = [
    ["mallory\nhello\n", /no PROXY header/],
    ['{"type":"hello","protocol":1,"name":"mallory"}\n', /no PROXY header/],
    ["PROXY TCP4 198.51.100.7 1.2.3.4 1\r\nmallory\n", /wrong fields/],
    [`PROXY TCP4 ${"1".repeat(70_000)}\r\nmallory\n`, /without an end/],
    [join(rawV2({ rest: new Uint8Array(65_535) }), "mallory\n"), /more than 4112/],
    [join(rawV2({ command: 0x2f }), "mallory\n"), /unknown command/],
    [join(rawV2({ family: 0x21, rest: new Uint8Array(12) }), "mallory\n"), /too short/],
  ];
  for (const [bytes, why] of wrong) {
    await using mallory = await PlainClient.connect(port);
    try {
      await mallory.send(bytes);
    } catch {
      // Refused before it had sent everything.
    }
    const lines = await mallory.rest();
    assert(lines.length <= 1 && why.test(lines[0] ?? why.source), lines.join("\n"));
    await log.expect(new RegExp(`refused .*address=127\\.0\\.0\\.1 .*${why.source}`));
  }
  await using cut = await PlainClient.connect(port);
  await cut.send(headerV2("198.51.100.7").subarray(0, 20));
  cut.close();
  await log.expect(/refused .*cut off/);
  // A health check: nothing of it is logged before what comes after it.
  const check = await PlainClient.connect(port);
  await check[Symbol.asyncDispose]();
  await using local = await behind(port, rawV2({ command: 0x20 }), "local\n");
  await local.expectWelcome("local");
  assertEquals(log.seen.filter((line) => line.includes("refused")).length, wrong.length + 1);
  await ada.say("all well");
  assertEquals(ada.seen.filter((line) => /mallory|PROXY|QUIT/.test(line)), []);
});

Deno.test("A second header names nobody, and nothing behind it is said", async () => {
  await using place = await Place.open(...TRUST);
  const { port, log } = place.server;
  await using ada = await behind(port, headerV1("198.51.100.7"), "ada\n");
  await ada.expectWelcome("ada");
  const firsts = [headerV1("198.51.100.8"), headerV2("198.51.100.8")];
  const [line, binary] = [headerV1("192.0.2.66"), headerV2("192.0.2.66")];
  for (const second of [line, binary, join(line, line), join(binary, line)]) {
    for (const first of firsts) {
      for (const text of SECRETS) {
        await using eve = await behind(port, join(first, second), text);
        assertMatch((await eve.rest()).join("\n"), /^\* .*PROXY header[^\n]*$/);
      }
    }
  }
  await log.expect(/refused address=198\.51\.100\.8:/);
  assert(!log.text.includes("192.0.2.66"), log.text);
  await ada.say("all well");
  assertEquals(ada.seen.filter((line) => /sesame|mallory|QUIT|PROXY/.test(line)), []);
});

Deno.test("A PROXY header at the page's port is no request, and harms nobody", async () => {
  await using place = await Place.open(...TRUST, "--web", "0");
  const web = await place.web();
  const request = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  for (const header of [headerV1("198.51.100.7"), headerV2("198.51.100.7"), rawV2({ length: 9 })]) {
    await using proxy = await PlainClient.connect(web);
    await proxy.send(join(header, request));
    assertMatch((await proxy.rest())[0] ?? "", /^HTTP\/1\.1 4\d\d /);
  }
  const answer = await fetch(`http://127.0.0.1:${web}/healthz`, {
    headers: { "X-Forwarded-For": `${"198.51.100.7, ".repeat(400)}unknown` },
  });
  assertEquals([answer.status, await answer.text()], [200, "ok\n"]);
});

Deno.test("A header that does not come is not waited for", async () => {
  await using server = await startServer(TRUST);
  await using silent = await PlainClient.connect(server.port);
  await using slow = await PlainClient.connect(server.port);
  await slow.send("PROXY TCP4 198.51.100.7");
  await using ada = await behind(server.port, headerV1("198.51.100.8"), "ada\n");
  await ada.expectWelcome("ada");
  for (const client of [silent, slow]) {
    assertMatch((await client.rest()).join("\n"), /^\* .*no PROXY header within 5 s/);
  }
  await using waiting = await PlainClient.connect(server.port);
  await waiting.send("PROXY");
  server.signal("SIGTERM");
  assertEquals((await server.outcome()).code, 0);
});

Deno.test("The header comes before TLS, and whatever the client says behind it stays secret", async () => {
  await using place = await TlsPlace.open();
  const { server, cert } = place;
  await using proxy = new TcpProxy(server.port, headerV2("198.51.100.7", 4711, [4, 0, 2, 0, 0]));
  const args = ["join", `127.0.0.1:${proxy.port}`, "--plain", "--ca", cert];
  await using ada = new Program(commandLine([...args, "--name", "ada"]));
  await ada.stdout.expect(/Welcome, ada!/);
  await server.log.expect(/connected .*198\.51\.100\.7:4711/);
  await ada.write("over TLS\n");
  await ada.stdout.expect(/over TLS/);
  await using plain = await behind(server.port, headerV1("198.51.100.8"), "eve\n");
  await plain.expect(/^\* This port speaks TLS/);
  await using bare = await PlainClient.connect(server.port);
  await bare.send("\x16\x03\x01\x00\x05hello");
  await bare.expect(/^\* Cannot take this connection: no PROXY header/);
});

Deno.test("The page's visitors are those whom X-Forwarded-For of a trusted proxy names", async () => {
  await using place = await Place.open(...TRUST, "--web", "0", "--max-per-address", "1");
  const web = await place.web();
  await using root = await place.operator("192.0.2.9");
  const from = (header: string) => RawClient.upgrade(web, { "X-Forwarded-For": header });
  const hello = { type: "hello", protocol: 1, name: "eve" };
  using eve = (await from("203.0.113.1, 198.51.100.7")).client;
  await eve.request(hello);
  await root.expect("* eve joined");
  using gus = (await from("198.51.100.8")).client;
  await gus.request({ ...hello, name: "gus" });
  await root.expect("* gus joined");
  // The last one counts, whatever a client has written before it.
  using full = (await from("192.0.2.77, 198.51.100.7")).client;
  await full.request({ ...hello, name: "more" });
  assertMatch(await full.rest(), /full for 198\.51\.100\.7/);
  await root.say("/ban 198.51.100.7");
  await root.expect(/198\.51\.100\.7 is banned for good; 1 removed now/);
  using again = (await from("198.51.100.7")).client;
  await again.request({ ...hello, name: "eve2" });
  assertMatch(await again.rest(), /banned/);
});

Deno.test("X-Forwarded-For from anybody else changes nothing", async () => {
  await using server = await startServer(["--trusted-proxy", "127.0.0.9", "--web", "0"]);
  const line = await server.stdout.expect(/^ {2}http:\/\/127\.0\.0\.1:\d+\//);
  const web = Number(/:(\d+)\//.exec(line)?.[1]);
  using eve = (await RawClient.upgrade(web, { "X-Forwarded-For": "198.51.100.7" })).client;
  await eve.request({ type: "hello", protocol: 1, name: "eve" });
  await server.log.expect(/joined .*address=127\.0\.0\.1:/);
});

/** A server behind a trusted proxy that speaks TLS. */
class TlsPlace implements AsyncDisposable {
  readonly server: RunningServer;
  readonly cert: string;
  readonly #dir: string;

  private constructor(server: RunningServer, dir: string) {
    this.server = server;
    this.cert = `${dir}/cert.pem`;
    this.#dir = dir;
  }

  static async open(): Promise<TlsPlace> {
    const dir = Deno.makeTempDirSync({ prefix: "chat-proxy-tls-" });
    const { cert, key } = await identity();
    Deno.writeTextFileSync(`${dir}/cert.pem`, cert);
    Deno.writeTextFileSync(`${dir}/key.pem`, key);
    const flags = ["--tls-cert", `${dir}/cert.pem`, "--tls-key", `${dir}/key.pem`];
    return new TlsPlace(await startServer([...TRUST, ...flags]), dir);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    Deno.removeSync(this.#dir, { recursive: true });
  }
}
