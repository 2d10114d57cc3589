import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { parseRange } from "../../../src/net/address_range.ts";
import type { StreamConn } from "../../../src/net/stream_conn.ts";
import {
  MAX_AWAITED_HEADERS,
  TrustedProxies,
} from "../../../src/server/admission/trusted_proxies.ts";
import { headerV1, headerV2, rawV2 } from "../../helpers/proxy_headers.ts";
import { ManualClock, settle } from "../manual_clock.ts";

/** A connection whose reads wait until the test sends something. */
class WaitingConn implements StreamConn {
  readonly remoteAddr: Deno.Addr;
  written = "";
  writeClosed = false;
  closed = false;
  /** Reads that have begun. */
  reads = 0;
  readonly #sent: Uint8Array[] = [];
  #ended = false;
  #wake: () => void = () => {};

  constructor(hostname = "127.0.0.1") {
    this.remoteAddr = { transport: "tcp", hostname, port: 999 };
  }

  async send(data: Uint8Array | string): Promise<void> {
    this.#sent.push(typeof data === "string" ? new TextEncoder().encode(data) : data);
    this.#wake();
    await settle();
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#wake();
    await settle();
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    this.reads++;
    for (;;) {
      if (this.closed) throw new Deno.errors.BadResource("closed");
      const next = this.#sent.shift();
      if (next !== undefined) {
        const part = next.subarray(0, buffer.length);
        if (part.length < next.length) this.#sent.unshift(next.subarray(part.length));
        buffer.set(part);
        return part.length;
      }
      if (this.#ended) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.closed) return Promise.reject(new Deno.errors.BadResource("closed"));
    this.written += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    this.writeClosed = true;
    return Promise.resolve();
  }

  close(): void {
    if (this.closed) throw new Deno.errors.BadResource("closed");
    this.closed = true;
    this.#wake();
  }
}

/** Proxies at 127.0.0.1 and in 10.0.0.0/8, and a connection to unwrap. */
class Stage {
  readonly clock = new ManualClock();
  readonly refused: string[] = [];
  readonly proxies: TrustedProxies;

  constructor(...ranges: string[]) {
    const texts = ranges.length === 0 ? ["127.0.0.1", "10.0.0.0/8"] : ranges;
    this.proxies = new TrustedProxies(texts.map((text) => parseRange(text)!), this.clock);
  }

  unwrap(conn: StreamConn): Promise<StreamConn | null> {
    return this.proxies.unwrap(conn, (why) => this.refused.push(why));
  }

  /** Whose a request with this header is. */
  forwarded(header: string | undefined, from = "127.0.0.1"): string {
    const { remoteAddr } = this.proxies.forwarded(new WaitingConn(from), header);
    return (remoteAddr as Deno.NetAddr).hostname;
  }
}

function address(conn: StreamConn | null): string | undefined {
  return conn === null ? undefined : (conn.remoteAddr as Deno.NetAddr).hostname;
}

Deno.test("a connection from a trusted proxy belongs to the client that it names", async () => {
  const stage = new Stage();
  for (const from of ["127.0.0.1", "10.200.0.1", "::ffff:127.0.0.1"]) {
    for (const header of [headerV1("198.51.100.7"), headerV2("198.51.100.7")]) {
      const conn = new WaitingConn(from);
      const unwrapped = stage.unwrap(conn);
      await conn.send(header);
      assertEquals(address(await unwrapped), "198.51.100.7");
      assertEquals([conn.written, conn.closed], ["", false]);
    }
  }
  assertEquals([stage.refused, stage.clock.pending], [[], 0]);
});

Deno.test("of a connection from elsewhere nothing is read, whatever it begins with", async () => {
  const stage = new Stage();
  for (const from of ["127.0.0.2", "192.0.2.7", "::1"]) {
    const conn = new WaitingConn(from);
    await conn.send(headerV1("198.51.100.7"));
    assertEquals(await stage.unwrap(conn), conn);
    assertEquals(conn.reads, 0);
  }
});

Deno.test("without a header a trusted proxy is told so in one line, and it is logged", async () => {
  for (
    const first of ["ada\n", "\x16\x03\x01\x02", "PROXY TCP4 1.2.3.4\r\n", rawV2({ length: 9_000 })]
  ) {
    const stage = new Stage();
    const conn = new WaitingConn();
    const unwrapped = stage.unwrap(conn);
    await conn.send(first);
    assertMatch(conn.written, /^\* Cannot take this connection: (no|a) PROXY header.*\n$/);
    assertStringIncludes(conn.written, "--trusted-proxy");
    assert(conn.writeClosed && !conn.closed);
    await conn.end();
    assertEquals(await unwrapped, null);
    assertEquals([conn.closed, stage.refused.length, stage.clock.pending], [true, 1, 0]);
  }
});

Deno.test("a program without a header gets the event that ends its tries", async () => {
  const stage = new Stage();
  const conn = new WaitingConn();
  const unwrapped = stage.unwrap(conn);
  await conn.send('{"type":"hello"}\n');
  const event = JSON.parse(conn.written);
  assertEquals([event.type, event.reason], ["bye", "kicked"]);
  await conn.end();
  assertEquals(await unwrapped, null);
});

Deno.test("a health check that ends without a byte is silent", async () => {
  const stage = new Stage();
  const conn = new WaitingConn();
  const unwrapped = stage.unwrap(conn);
  await conn.end();
  assertEquals(await unwrapped, null);
  assertEquals([conn.written, conn.closed, stage.refused], ["", true, []]);
});

Deno.test("a header that is cut off or late is refused", async () => {
  const cut = new Stage();
  const short = new WaitingConn();
  const unwrapped = cut.unwrap(short);
  await short.send(headerV2("198.51.100.7").subarray(0, 20));
  await short.end();
  assertEquals(await unwrapped, null);
  assertEquals([cut.refused, short.closed], [["a PROXY header that was cut off"], true]);

  for (const first of ["", "PROXY TCP4 "]) {
    const stage = new Stage();
    const conn = new WaitingConn();
    const late = stage.unwrap(conn);
    if (first !== "") await conn.send(first);
    await stage.clock.advance(4_999);
    assertEquals([stage.refused, conn.written], [[], ""]);
    await stage.clock.advance(1);
    assertEquals(stage.refused, ["no PROXY header within 5 s"]);
    assertMatch(conn.written, /^\* Cannot take .*\n$/);
    // What comes now comes too late.
    await conn.send(headerV1("198.51.100.7"));
    await stage.clock.advance(1_000);
    assertEquals([await late, conn.closed, stage.clock.pending], [null, true, 0]);
  }
});

Deno.test("who pours instead of reading why is not listened to for ever", async () => {
  const stage = new Stage();
  const conn = new WaitingConn();
  for (let i = 0; i < 100; i++) await conn.send("x".repeat(4_096));
  assertEquals(await stage.unwrap(conn), null);
  assert(conn.closed && conn.reads < 30, `${conn.reads} reads`);
});

Deno.test("so many may wait for their header, and a shutdown waits for none", async () => {
  const stage = new Stage();
  const waiting = Array.from({ length: MAX_AWAITED_HEADERS }, () => new WaitingConn());
  const all = waiting.map((conn) => stage.unwrap(conn));
  const more = new WaitingConn();
  assertEquals([await stage.unwrap(more), more.closed], [null, true]);
  assertEquals(stage.refused.length, 1);
  await waiting[0]!.send(headerV1("198.51.100.7"));
  assertEquals(address(await all[0]!), "198.51.100.7");
  const again = stage.unwrap(new WaitingConn());
  stage.proxies.close();
  assertEquals(await Promise.all([...all.slice(1), again]), Array(MAX_AWAITED_HEADERS).fill(null));
  const late = new WaitingConn();
  assertEquals([await stage.unwrap(late), late.closed], [null, true]);
  assertEquals([stage.refused.length, stage.clock.pending], [1, 0]);
  assert(!waiting[0]!.closed, "what was handed back is not closed");
});

Deno.test("X-Forwarded-For names the last address that is no trusted proxy's", () => {
  const stage = new Stage();
  const whose = {
    "198.51.100.7": "198.51.100.7",
    " 198.51.100.7\t": "198.51.100.7",
    "203.0.113.1, 198.51.100.7": "198.51.100.7",
    "203.0.113.1,198.51.100.7, 10.0.0.2,10.0.0.3": "198.51.100.7",
    "garbage, 198.51.100.7": "198.51.100.7",
    ", 198.51.100.7": "198.51.100.7",
    "2001:DB8::0:7": "2001:db8::7",
    "::ffff:c633:6407": "198.51.100.7",
    "198.51.100.7:4711": "198.51.100.7",
    "[2001:db8::7]:4711": "2001:db8::7",
    "[2001:db8::7]": "2001:db8::7",
    // Nobody else was named: the first proxy speaks for itself.
    "10.0.0.9, 10.0.0.2": "10.0.0.9",
    "10.0.0.9": "10.0.0.9",
  };
  for (const [header, expected] of Object.entries(whose)) {
    assertEquals(stage.forwarded(header), expected, header);
  }
});

Deno.test("garbage in X-Forwarded-For leaves the proxy's own address", () => {
  const stage = new Stage();
  const garbage = [
    ...["", ",", "x", "unknown", "_hidden", "198.51.100.7, x", "198.51.100.7,", "198.51.100.300"],
    ...["198.51.100.7, garbage, 10.0.0.2", "198.51.100.0/24", "[198.51.100.7", "[]", "[x]:1"],
    ...['"198.51.100.7"', "for=198.51.100.7", "198.51.100.7:", "198.51.100.7 10.0.0.1", "%", "é"],
    ...["x".repeat(16_000), ",".repeat(16_000), "10.0.0.1,".repeat(1_800)],
  ];
  for (const header of garbage) {
    assertEquals(stage.forwarded(header), "127.0.0.1", header.slice(0, 40));
  }
  assertEquals(stage.forwarded(undefined), "127.0.0.1");
});

Deno.test("X-Forwarded-For from an address that is not trusted changes nothing", () => {
  const stage = new Stage();
  for (const from of ["127.0.0.2", "192.0.2.7", "2001:db8::1"]) {
    assertEquals(stage.forwarded("198.51.100.7", from), from);
  }
  assertEquals(new Stage("2001:db8::/32").forwarded("198.51.100.7", "2001:db8::1"), "198.51.100.7");
});

/** What people and programs write into X-Forwarded-For, and what they might. */
const WORDS = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "unknown",
    "",
    "127.0.0.1",
    "10.1.2.3",
    "_x",
    "fe80::1%eth0",
    "[::1]:80",
    '"::1"',
  ),
  fc.ipV4().map((address) => `for=${address};proto=https`),
);

const CHAINS = fc.array(WORDS, { maxLength: 30 });

Deno.test("whatever a client writes into X-Forwarded-For, it is who its proxy says", () => {
  const stage = new Stage();
  // As nginx and HAProxy append it; each further proxy of ours appends the one before it.
  const ours = fc.array(fc.constantFrom("10.0.0.2", "127.0.0.1", "10.255.0.1"), { maxLength: 5 });
  const clients = fc.oneof(fc.ipV4(), fc.ipV6())
    .filter((client) => !stage.proxies.isTrusted(client));
  fc.assert(fc.property(CHAINS, clients, ours, (lies, client, proxies) => {
    const alone = stage.forwarded(client);
    assertEquals(stage.forwarded([...lies, client, ...proxies].join(", ")), alone);
    // In two lines of the request: they are put together, in their order.
    assertEquals(stage.forwarded(`${lies.join(",")}, ${[client, ...proxies].join(",")}`), alone);
  }));
});

Deno.test("any X-Forwarded-For names an address, and from elsewhere none", () => {
  const stage = new Stage();
  fc.assert(fc.property(CHAINS, (words) => {
    const header = words.join(", ");
    const whose = stage.forwarded(header);
    assert(parseRange(whose) !== undefined, whose);
    for (const from of ["192.0.2.7", "2001:db8::1"]) {
      assertEquals(stage.forwarded(header, from), from);
    }
  }));
});
