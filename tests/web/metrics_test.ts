import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { listenForMetrics } from "../../src/server/listener.ts";
import { createLogger } from "../../src/server/logger.ts";
import { MAX_METRICS_CONNECTIONS, MetricsServer } from "../../src/web/metrics.ts";
import { until, within } from "../helpers/wait.ts";
import { ManualClock, settle } from "../server/manual_clock.ts";

/** A door on a free port, its log, and the test's clock. */
class Door implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly door: MetricsServer;
  readonly port: number;
  log = "";

  constructor() {
    const logger = createLogger({
      format: "text",
      level: "debug",
      write: (bytes) => {
        this.log += new TextDecoder().decode(bytes);
        return Promise.resolve(bytes.length);
      },
    });
    const listener = listenForMetrics({ host: "127.0.0.1", port: 0 });
    this.port = listener.addr.port;
    this.door = new MetricsServer({
      listener,
      render: () => "figure 1\n",
      clock: this.clock,
      logger,
    });
  }

  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.port });
  }

  async ask(text: string | Uint8Array): Promise<string> {
    using conn = await this.connect();
    await conn.write(typeof text === "string" ? new TextEncoder().encode(text) : text);
    return await rest(conn);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.door.close();
    assertEquals(this.clock.pending, 0, "a timer was left behind");
  }
}

/** All that comes until the end; what came before a reset, too. */
async function rest(conn: Deno.TcpConn): Promise<string> {
  let text = "";
  for (const buffer = new Uint8Array(4096);;) {
    try {
      const count = await within(conn.read(buffer), "an answer of the metrics");
      if (count === null) return text;
      text += new TextDecoder().decode(buffer.subarray(0, count));
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return text;
      throw error;
    }
  }
}

Deno.test("Metrics are served at /metrics, and nowhere else", async () => {
  await using door = new Door();
  const response = await fetch(`http://127.0.0.1:${door.port}/metrics?x`);
  assertEquals([response.status, await response.text()], [200, "figure 1\n"]);
  assertMatch(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  assertMatch(await door.ask("GET / HTTP/1.1\r\n\r\n"), /^HTTP\/1\.1 404 /);
  assertMatch(await door.ask("POST /metrics HTTP/1.1\r\n\r\n"), /^HTTP\/1\.1 405 /);
  const head = await door.ask("HEAD /metrics HTTP/1.1\r\n\r\n");
  assertStringIncludes(head, "\r\ncontent-length: 9\r\n");
  assert(head.endsWith("\r\n\r\n"));
});

Deno.test("A port that is taken is told in one line", async () => {
  await using door = new Door();
  const open = () => listenForMetrics({ host: "127.0.0.1", port: door.port });
  const { message } = assertThrows(open, Failure);
  assertMatch(message, /^Cannot serve metrics on 127\.0\.0\.1:\d+: [^\n]*--metrics\.$/);
});

Deno.test("Nothing that a stranger sends reaches the log as it is", async () => {
  await using door = new Door();
  const request = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
  for (
    const text of [
      "GET /metrics HTTP/1.1\r\nHost: [\x9b2J\r\n\r\n",
      "GET /metrics HTTP/1.1\r\nHost: [\xc2\x9b2J\r\n\r\n",
      "GET /metrics HTTP/1.1\r\nX: \x1b[2J\r\n\r\n",
      "GET http://[\x9b/metrics HTTP/1.1\r\n\r\n",
      "\x16\x03\x01\x9b\n",
      `GET /metrics HTTP/1.1\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
    ]
  ) {
    assertMatch(await door.ask(request(text)), /^HTTP\/1\.1 (?:200|400|431) /);
  }
  await settle();
  assert(!/[^\n\x20-\x7e]/.test(door.log), door.log);
});

Deno.test("A connection that asks nothing is closed after 10 s", async () => {
  await using door = new Door();
  using silent = await door.connect();
  using slow = await door.connect();
  await slow.write(new TextEncoder().encode("GET /met"));
  await until(() => door.clock.pending === 2, "both are in");
  await door.clock.advance(10_000);
  assertEquals(await rest(silent), "");
  assertEquals(await rest(slow), "");
});

Deno.test("A crowd of silent connections loses its oldest, and everybody is still answered", async () => {
  await using door = new Door();
  const crowd: Deno.TcpConn[] = [];
  for (let i = 0; i < MAX_METRICS_CONNECTIONS + 5; i++) crowd.push(await door.connect());
  assertStringIncludes(await door.ask("GET /metrics HTTP/1.1\r\n\r\n"), "figure 1");
  for (const conn of crowd.slice(0, 5)) assertEquals(await rest(conn), "");
  assert(door.clock.pending <= MAX_METRICS_CONNECTIONS);
  for (const conn of crowd) conn.close();
});
