import { assert, assertEquals, assertMatch } from "@std/assert";
import { openProxied, ProxiedConn } from "../../src/net/proxied_conn.ts";
import { TcpLineConnection } from "../../src/net/tcp.ts";
import { batchesOf } from "../helpers/batches.ts";
import { headerV1, headerV2, join, rawV2 } from "../helpers/proxy_headers.ts";
import { FakeConn, type Read } from "./fake_conn.ts";

async function linesOf(conn: ProxiedConn): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const batch of batchesOf(new TcpLineConnection(conn))) lines.push(...batch);
  return lines;
}

async function open(...reads: (Read | string)[]): Promise<ProxiedConn> {
  const opened = await openProxied(new FakeConn(reads));
  assert(opened instanceof ProxiedConn, JSON.stringify(opened));
  return opened;
}

Deno.test("what comes behind the header is the conversation, wherever reads cut it", async () => {
  for (const header of [headerV1("198.51.100.7"), headerV2("198.51.100.7", 4711, [4, 0, 1, 9])]) {
    const bytes = join(header, "ada\nhello\n");
    for (let cut = 0; cut <= bytes.length; cut++) {
      const conn = await open(bytes.slice(0, cut), bytes.slice(cut));
      assertEquals(conn.remoteAddr, { transport: "tcp", hostname: "198.51.100.7", port: 4711 });
      assertEquals(await linesOf(conn), ["ada", "hello"], `cut at ${cut}`);
    }
    const single = await open(...[...bytes].map((byte) => Uint8Array.of(byte)));
    assertEquals(await linesOf(single), ["ada", "hello"]);
  }
});

Deno.test("more than the buffer of a header is not lost, and small reads get all of it", async () => {
  const text = `${"x".repeat(9_000)}\n`;
  const conn = await open(join(headerV2("198.51.100.7"), text));
  let read = "";
  for (const buffer = new Uint8Array(100);;) {
    const count = await conn.read(buffer);
    if (count === null) break;
    read += new TextDecoder().decode(buffer.subarray(0, count));
  }
  assertEquals(read, text);
});

Deno.test("a proxy that speaks for itself keeps its own address", async () => {
  for (const header of [rawV2({ command: 0x20 }), "PROXY UNKNOWN\r\n", rawV2({ family: 0 })]) {
    const conn = await open(header, "ada\n");
    assertEquals((conn.remoteAddr as Deno.NetAddr).hostname, "192.0.2.7");
    assertEquals(await linesOf(conn), ["ada"]);
  }
});

Deno.test("an end or a break within a header is told apart from one before it", async () => {
  const gone = new Deno.errors.ConnectionReset("gone");
  for (const reads of [[], [gone]]) {
    assertEquals(await openProxied(new FakeConn(reads)), {
      fault: undefined,
      first: new Uint8Array(0),
    });
  }
  for (const reads of [["PROXY TC"], ["PROXY TC", gone]]) {
    const opened = await openProxied(new FakeConn(reads));
    assert(!(opened instanceof ProxiedConn));
    assertEquals(opened.fault, "a PROXY header that was cut off");
    assertEquals(opened.first, join("PROXY TC"));
  }
});

Deno.test("a fault is told with the first bytes, and reads no more", async () => {
  const fake = new FakeConn(['{"type"', "never read"]);
  const opened = await openProxied(fake);
  assert(!(opened instanceof ProxiedConn));
  assertMatch(opened.fault ?? "", /^no PROXY header$/);
  assertEquals(opened.first, join('{"type"'));
  assertEquals(fake.offered.length, 1);
});
