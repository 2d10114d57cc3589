/// <reference lib="dom" />
/**
 * The proxies of docs/operations.md, with the configuration and the flags that stand there: clients
 * of both ports count under their own addresses, a page under a path works, and who lies to the
 * proxy changes nothing.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { writeAll } from "../../src/net/line_connection.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { headerV1, headerV2, join } from "../helpers/proxy_headers.ts";
import { type Behind, needsNginx, PROXY_ADDRESS, RunningProxy } from "../helpers/proxies.ts";
import {
  enter,
  hasChromium,
  say,
  seen,
  Stage,
  startWebServer,
  texts,
  type WebServer,
} from "../web/stage.ts";
import { blocksOf, readDocument } from "./fenced.ts";

const BLOCKS = blocksOf(readDocument("docs/operations.md"))
  .filter(({ heading }) => heading === "Behind a proxy");

/** The configuration that begins with these words. */
function configuration(begin: string): string {
  const block = BLOCKS.find(({ text }) => text.startsWith(begin));
  assert(block !== undefined, `docs/operations.md has no ${begin}`);
  return block.text;
}

const PROXIES = [
  {
    name: "nginx",
    here: await needsNginx(),
    hasChatPort: true,
    start: (server: Behind) => RunningProxy.nginx(configuration("stream {"), server),
  },
  {
    name: "HAProxy",
    here: await needs("linux", "haproxy"),
    hasChatPort: true,
    start: (server: Behind) => RunningProxy.haproxy(configuration("listen chat"), server),
  },
  {
    name: "Caddy",
    here: await needs("linux", "caddy"),
    hasChatPort: false,
    start: (server: Behind) => RunningProxy.caddy(configuration("chat.example.org {"), server),
  },
];

/** The server as it stands there. */
async function startBehind(flags: readonly string[] = []): Promise<WebServer> {
  const [line = ""] = BLOCKS.filter(({ language }) => language === "sh").map(({ text }) => text);
  const [chat, serve, web, ...shown] = line.trim().replace("10.0.0.2", PROXY_ADDRESS).split(" ");
  assertEquals([chat, serve, web], ["chat", "serve", "--web"]);
  return await startWebServer([...shown, ...flags]);
}

for (const { name, here, hasChatPort, start } of PROXIES) {
  Deno.test({
    name: `docs/operations.md: the page under a path behind ${name}`,
    ignore: !here || !hasChromium,
    async fn() {
      await using server = await startBehind();
      await using proxy = await start(server);
      await using stage = await Stage.open();
      const scheme = name === "Caddy" ? "http" : "https";
      const page = await stage.page({ ignoreHTTPSErrors: true });
      // Without the slash, as people type it; and with a room, as a bookmark has it.
      await page.goto(`${scheme}://127.0.0.1:${proxy.web}/chat#ops`);
      await enter(page, "ada");
      assertMatch(page.url(), /\/chat\/#ops$/);
      await say(page, "through it");
      await page.waitForSelector(".tick");
      await server.log.expect(/joined .*name=ada .*address=127\.0\.0\.1:/);
      await page.reload();
      await seen(page, "through it");
      assertEquals(await texts(page), ["through it"]);
      const kept = await page.evaluate(() => Object.keys(sessionStorage));
      assert(kept.length > 0 && kept.every((key) => key.startsWith("chat.chat/")), kept.join());
      assertEquals(stage.errors, []);
    },
  });

  if (!hasChatPort) continue;

  Deno.test({
    name: `docs/operations.md: the chat port behind ${name}, and who lies to it`,
    ignore: !here,
    async fn() {
      await using server = await startBehind(["--max-per-address", "2"]);
      await using proxy = await start(server);
      await using ada = await PlainClient.join(proxy.chat, "ada");
      await server.log.expect(/joined .*name=ada .*address=127\.0\.0\.1:/);
      // A header behind that of the proxy names nobody, and nothing behind it is said.
      for (const header of [headerV1("198.51.100.7"), headerV2("198.51.100.7")]) {
        await using liar = await PlainClient.connect(proxy.chat);
        await liar.send(join(header, "mallory\nhello\n"));
        assertMatch((await liar.rest()).join("\n"), /^\* .*PROXY header[^\n]*$/);
      }
      await using eve = await PlainClient.join(proxy.chat, "eve");
      await using more = await PlainClient.connect(proxy.chat);
      await more.say("more");
      assertMatch((await more.rest())[0] ?? "", /full for 127\.0\.0\.1: 2 of 2/);
      await ada.say("all well");
      await eve.expect("ada: all well");
      assertEquals(ada.seen.filter((line) => /mallory|QUIT|PROXY/.test(line)), []);
      assert(!/198\.51/.test(server.log.text), server.log.text);
    },
  });

  Deno.test({
    name: `docs/operations.md: X-Forwarded-For that a client sends to ${name} changes nothing`,
    ignore: !here,
    async fn() {
      await using server = await startBehind();
      await using proxy = await start(server);
      const lies = [
        "198.51.100.7",
        `198.51.100.7, ${PROXY_ADDRESS}`,
        "garbage, , ,\t[::1",
        Array(600).fill("198.51.100.7").join(", "),
        "x".repeat(30_000),
      ];
      for (const lie of lies) {
        const answer = await askAsOther(proxy, lie);
        assertMatch(answer, /^HTTP\/1\.[01] 4\d\d /, lie.slice(0, 40));
      }
      // Whoever is refused for a foreign origin is logged with the address that counts.
      await server.log.expect(/refused .*address=127\.0\.0\.1 .*the origin https:\/\/evil\.test/);
      assert(!/198\.51|address=127\.0\.0\.2/.test(server.log.text), server.log.text);
    },
  });
}

Deno.test({
  name: "Of two servers under one name, a tab keeps apart what it knows of each",
  ignore: !await needsNginx() || !hasChromium,
  async fn() {
    await using server = await startBehind();
    await using other = await startWebServer(["--web-path", "/other"]);
    const config = configuration("stream {");
    const [location = ""] = /^ +location [\s\S]*?\}\n/m.exec(config) ?? [];
    const second = location.replace("/chat/", "/other/").replace(
      "10.0.0.3:8080",
      `127.0.0.1:${other.web}`,
    );
    await using proxy = await RunningProxy.nginx(
      config.replace(location, location + second),
      server,
    );
    await using stage = await Stage.open();
    const page = await stage.page({ ignoreHTTPSErrors: true });
    const at = (path: string) => page.goto(`https://127.0.0.1:${proxy.web}${path}`);
    await at("/chat/");
    await enter(page, "ada");
    await say(page, "here");
    await page.waitForSelector(".tick");
    await at("/other/");
    await enter(page, "bob");
    await say(page, "there");
    await page.waitForSelector(".tick");
    for (const [path, text] of [["/chat/", "here"], ["/other/", "there"]] as const) {
      await at(path);
      await seen(page, text);
      assertEquals(await texts(page), [text]);
    }
    assertEquals(stage.errors, []);
  },
});

/** Asks through a proxy for a socket as another site's page, with a header of its own. */
async function askAsOther(proxy: RunningProxy, header: string): Promise<string> {
  using conn = await proxy.connect();
  const lines = [
    "GET /chat/ws HTTP/1.1",
    "Host: 127.0.0.1",
    "Origin: https://evil.test",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    `X-Forwarded-For: ${header}`,
  ];
  await writeAll(conn, new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
  const buffer = new Uint8Array(4_096);
  return new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0));
}
