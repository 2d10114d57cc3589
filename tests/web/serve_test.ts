/// <reference lib="dom" />
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { saySkipped } from "../helpers/proc.ts";
import { run, runChat } from "../helpers/program.ts";
import { identity } from "../helpers/tls.ts";
import { enter, hasChromium, say, Stage, startWebServer } from "./stage.ts";
import { RawClient } from "./raw_client.ts";

Deno.test("serve prints the address to open, and serves it until it is stopped", async () => {
  await using server = await startWebServer();
  assertStringIncludes(
    server.stdout.text,
    "Or open one of these in a browser:\n  http://127.0.0.1:",
  );
  const answer = await fetch(`http://127.0.0.1:${server.web}/healthz`);
  assertEquals(await answer.text(), "ok\n");
  const { client } = await RawClient.upgrade(server.web);
  using _client = client;
  await client.request({ type: "hello", protocol: 1, name: "ada" });
  await client.event("welcome");
  server.signal("SIGTERM");
  assertEquals((await client.event("bye")).reason, "shutdown");
  assertEquals((await server.outcome()).code, 0);
});

Deno.test("chat join at the port of the page says what listens there, and where the room is", async () => {
  await using server = await startWebServer();
  const page = server.web;
  const { code, stderr } = await runChat(["join", `127.0.0.1:${page}`, "--name", "ada"]);
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `chat: There is no chat server at 127.0.0.1:${page}: that is a web server (HTTP), and says: ` +
      `This is the port of the chat's page, for browsers: join on port ${server.port}.\n`,
  );
});

Deno.test("A port that is taken is named with the flag that chooses another", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const web = String(taken.addr.port);
  const args = ["serve", "--host", "127.0.0.1", "--port", "0", "--web", web];
  const { code, stderr } = await runChat(args);
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /Cannot listen on 127\.0\.0\.1:\d+: another program \(or another chat\) uses/,
  );
  const other = taken.addr.port < 65_535 ? taken.addr.port + 1 : taken.addr.port - 1;
  assertStringIncludes(stderr, ` with --web PORT, such as --web ${other}.\n`);
});

Deno.test({
  name: "With a certificate the page comes over https, and http is told so",
  ignore: !hasChromium,
  async fn() {
    const directory = await Deno.makeTempDir();
    try {
      const { cert, key } = await identity();
      await Deno.writeTextFile(`${directory}/cert.pem`, cert);
      await Deno.writeTextFile(`${directory}/key.pem`, key);
      const flags = ["--tls-cert", `${directory}/cert.pem`, "--tls-key", `${directory}/key.pem`];
      await using server = await startWebServer(flags);
      await using stage = await Stage.open();
      const page = await stage.page({ ignoreHTTPSErrors: true });
      await page.goto(`https://127.0.0.1:${server.web}/`);
      await enter(page, "ada");
      await say(page, "sealed");
      await page.waitForSelector(".tick");
      using plain = await RawClient.connect(server.web);
      await plain.send(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.web}\r\n\r\n`);
      const answer = await plain.rest();
      assertStringIncludes(answer, "https://");
      assert(answer.startsWith("HTTP/1.1 400 "), answer);
      assertEquals(stage.errors, []);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test({
  name: "A page of another site gets no socket into the room",
  ignore: !hasChromium,
  async fn() {
    await using server = await startWebServer();
    await using stage = await Stage.open();
    await using nora = await PlainClient.join(server.port, "nora");
    const foreign = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => new Response("<title>elsewhere</title>", { headers: { "content-type": "text/html" } }),
    );
    try {
      const page = await stage.page();
      await page.goto(`http://127.0.0.1:${(foreign.addr as Deno.NetAddr).port}/`);
      const outcome = await page.evaluate((port) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
          socket.onopen = () => resolve("open");
          socket.onclose = ({ code }) => resolve(`closed ${code}`);
        }), server.web);
      assertEquals(outcome, "closed 1006");
      await server.log.expect(/refused .*the origin http:\/\/127\.0\.0\.1:\d+/);
      assertEquals(nora.seen.some((line) => /joined/.test(line)), false);
    } finally {
      await foreign.shutdown();
    }
  },
});

Deno.test("Nothing of the page is loaded where nobody asked for it", async () => {
  const main = new URL("../../main.ts", import.meta.url);
  const { stdout } = await run([Deno.execPath(), "info", "--json", main.pathname]);
  interface Module {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier: string };
      readonly isDynamic?: boolean;
    }[];
  }
  const { modules } = JSON.parse(stdout) as { modules: Module[] };
  const byName = new Map(modules.map((module) => [module.specifier, module]));
  const seen = new Set<string>();
  const todo = [
    main.href,
    new URL("src/cli/serve.ts", main).href,
    new URL("src/server/run.ts", main).href,
    new URL("src/client/run.ts", main).href,
  ];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { code, isDynamic } of byName.get(name)?.dependencies ?? []) {
      if (code !== undefined && isDynamic !== true) todo.push(code.specifier);
    }
  }
  assert(seen.size > 50, `${seen.size} modules`);
  assertEquals([...seen].filter((name) => name.includes("/src/web/")), []);
  assert(modules.some(({ specifier }) => specifier.endsWith("/src/web/gateway.ts")));
});

Deno.test("src/web/page.js is what src/web/page/ makes: deno task page", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const root = new URL("../../", import.meta.url).pathname;
    const made = `${directory}/page.js`;
    const flags = ["--platform", "browser", "--minify", "--output", made];
    // It may have to fetch esbuild first.
    const { code, stderr } = await run(
      [Deno.execPath(), "bundle", ...flags, "src/web/page/main.ts"],
      { timeoutMs: 120_000 },
    );
    if (code !== 0) {
      if (!/esbuild|download|registry/i.test(stderr)) throw new Error(stderr);
      return saySkipped(`esbuild for deno bundle: ${stderr}`);
    }
    const fresh = await Deno.readTextFile(made);
    const committed = await Deno.readTextFile(`${root}src/web/page.js`);
    assert(fresh === committed, "src/web/page.js is stale: run deno task page");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
