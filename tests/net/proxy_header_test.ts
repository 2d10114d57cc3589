import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import {
  MAX_PROXY_HEADER_BYTES,
  openProxied,
  parseProxyHeader,
  ProxiedConn,
  type ProxyHeader,
} from "../../src/net/proxy_header.ts";
import { TcpLineConnection } from "../../src/net/tcp.ts";
import { batchesOf } from "../helpers/batches.ts";
import { headerV1, headerV2, join, rawV2 } from "../helpers/proxy_headers.ts";
import { FakeConn, type Read } from "./fake_conn.ts";

function parse(...parts: (Uint8Array | string)[]): ProxyHeader {
  return parseProxyHeader(join(...parts));
}

/** In one word: who it is, or what is wrong. */
function shown(header: ProxyHeader): string {
  if (header.kind === "client") return `${header.address} ${header.port}`;
  return header.kind === "fault" ? header.why : header.kind;
}

const ADDRESSES = fc.oneof(fc.ipV4(), fc.ipV6());

Deno.test("version 1 names the client", () => {
  assertEquals(parse("PROXY TCP4 198.51.100.7 192.0.2.1 56324 5001\r\nada\r\n"), {
    kind: "client",
    address: "198.51.100.7",
    port: 56_324,
    length: 46,
  });
  const lines = {
    "TCP6 2001:DB8::0:7 ::1 0 65535": "2001:db8::7 0",
    "TCP6 ::ffff:1.2.3.4 ::1 1 2": "1.2.3.4 1",
    "TCP6 ::ffff:102:304 ::1 1 2": "1.2.3.4 1",
    "UNKNOWN": "local",
    "UNKNOWN ": "local",
    "UNKNOWN ffff::1 nonsense \x00\xff": "local",
  };
  for (const [line, expected] of Object.entries(lines)) {
    assertEquals(shown(parse(`PROXY ${line}\r\n`)), expected, line);
  }
});

Deno.test("version 1 is taken exactly, or not at all", () => {
  const wrong = [
    ...["TCP4", "TCP4 ", "TCP5 1.2.3.4 1.2.3.4 1 2", "tcp4 1.2.3.4 1.2.3.4 1 2", "", "UNKNOWNS"],
    ...["TCP4 1.2.3.4 1.2.3.4 1", "TCP4 1.2.3.4 1.2.3.4 1 2 3", "TCP4  1.2.3.4 1.2.3.4 1 2"],
    ...["TCP4 1.2.3.4 1.2.3.4 1 2 ", "TCP4\t1.2.3.4 1.2.3.4 1 2", "TCP4 1.2.3.4 1.2.3.300 1 2"],
    ...["TCP4 ::1 ::1 1 2", "TCP4 1.2.3.4 ::1 1 2", "TCP6 1.2.3.4 1.2.3.4 1 2"],
    ...["TCP6 ::1 1.2.3.4 1 2", "TCP6 fe80::1%eth0 ::1 1 2", "TCP4 01.2.3.4 1.2.3.4 1 2"],
    ...["TCP4 1.2.3.4 1.2.3.4 65536 2", "TCP4 1.2.3.4 1.2.3.4 -1 2", "TCP4 1.2.3.4 1.2.3.4 1 02"],
    ...["TCP4 1.2.3.4 1.2.3.4 1 0x2", "TCP4 1.2.3.0/24 1.2.3.4 1 2", "TCP4 1.2.3.4 1.2.3.4 1 é"],
  ];
  for (const line of wrong) {
    assertEquals(shown(parse(`PROXY ${line}\r\n`)), "a PROXY header with wrong fields", line);
  }
  for (const line of ["TCP4 1.2.3.4 1.2.3.4 1 2\n", "TCP4\r1.2.3.4", "UNKNOWN\nada\r\n"]) {
    assertMatch(shown(parse(`PROXY ${line}`)), /without an end/, line);
  }
});

Deno.test("a line of version 1 has at most 107 bytes", () => {
  const line = (length: number) => `PROXY UNKNOWN ${"x".repeat(length - 16)}\r\n`;
  assertEquals(parse(line(107)), { kind: "local", length: 107 });
  assertMatch(shown(parse(line(108))), /without an end in its first 107 bytes/);
  assertEquals(shown(parse(line(200).slice(0, 106))), "more");
  assertMatch(shown(parse(line(200).slice(0, 107))), /without an end/);
});

Deno.test("version 2 names the client, and its TLVs are skipped", () => {
  const tlvs = [0x03, 0, 4, 1, 2, 3, 4, 0x04, 0, 0];
  assertEquals(parse(headerV2("198.51.100.7", 56_324), "ada\n"), {
    kind: "client",
    address: "198.51.100.7",
    port: 56_324,
    length: 28,
  });
  assertEquals(shown(parse(headerV2("2001:db8::7", 65_535, tlvs))), "2001:db8::7 65535");
  const mapped = Uint8Array.from([
    ...Array(10).fill(0),
    255,
    255,
    10,
    0,
    0,
    1,
    ...Array(20).fill(0),
  ]);
  assertEquals(shown(parse(rawV2({ family: 0x21, rest: mapped }))), "10.0.0.1 0");
});

Deno.test("version 2 without a client leaves the proxy's own address", () => {
  const rest = new Uint8Array(216).fill(7);
  for (const family of [0x00, 0x01, 0x10, 0x12, 0x20, 0x22, 0x31, 0x32]) {
    const whole = rawV2({ family, rest });
    assertEquals(parse(whole, "ada\n"), { kind: "local", length: 232 }, `family ${family}`);
  }
  // Of LOCAL everything is ignored but the length.
  for (const family of [0x00, 0x11, 0x21, 0xff]) {
    assertEquals(shown(parse(rawV2({ command: 0x20, family }))), "local");
    assertEquals(parse(rawV2({ command: 0x20, family, rest })), { kind: "local", length: 232 });
  }
});

Deno.test("version 2 that lies or makes no sense is a fault, as early as it can be known", () => {
  const wrong: [Uint8Array, RegExp][] = [
    [rawV2({ command: 0x11 }).subarray(0, 13), /unknown version/],
    [rawV2({ command: 0x31 }).subarray(0, 13), /unknown version/],
    [rawV2({ command: 0x22 }).subarray(0, 13), /unknown command/],
    [rawV2({ family: 0x41 }).subarray(0, 14), /unknown family/],
    [rawV2({ family: 0x13 }).subarray(0, 14), /unknown family/],
    [rawV2({ length: 11 }), /too short for its addresses/],
    [rawV2({ family: 0x21, length: 35 }), /too short for its addresses/],
    [rawV2({ family: 0x21, rest: new Uint8Array(12) }), /too short for its addresses/],
    [rawV2({ length: 4_097 }), /of 4113 bytes, more than 4112/],
    [rawV2({ command: 0x20, length: 65_535 }), /of 65551 bytes, more than 4112/],
  ];
  for (const [bytes, why] of wrong) assertMatch(shown(parse(bytes)), why);
  assertEquals(shown(parse(rawV2({ rest: new Uint8Array(4_096) }))), "0.0.0.0 0");
});

Deno.test("what begins otherwise is no header", () => {
  for (const first of ["ada\n", "{", "\x16\x03\x01", "proxy TCP4", "PROXX", "\r\n\r\n\r", "\0"]) {
    assertEquals(shown(parse(first)), "no PROXY header", JSON.stringify(first));
  }
  for (const first of ["", "P", "PROXY ", "\r", "\r\n\r\n\0\r\nQUIT\n"]) {
    assertEquals(shown(parse(first)), "more", JSON.stringify(first));
  }
});

Deno.test("a header cut at any byte needs more, and takes nothing of what is behind it", () => {
  const headers = fc.tuple(ADDRESSES, fc.nat(65_535), fc.uint8Array({ maxLength: 100 })).map(
    ([address, port, tlvs]) => [headerV1(address, port), headerV2(address, port, [...tlvs])],
  );
  fc.assert(
    fc.property(headers, fc.uint8Array({ maxLength: 40 }), (both, behind) => {
      for (const header of both) {
        for (let cut = 0; cut < header.length; cut++) {
          assertEquals(parseProxyHeader(header.subarray(0, cut)), { kind: "more" });
        }
        const whole = parse(header, behind);
        assertEquals(whole, parseProxyHeader(header));
        assert(whole.kind === "client" && whole.length === header.length);
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("both versions name the same client", () => {
  fc.assert(fc.property(ADDRESSES, fc.nat(65_535), (address, port) => {
    assertEquals(
      shown(parseProxyHeader(headerV1(address, port))),
      shown(parseProxyHeader(headerV2(address, port))),
    );
  }));
});

Deno.test("no bytes make the parser throw, change its mind, or wait for ever", () => {
  const starts = fc.constantFrom("", "PROXY ", "PROXY TCP4 1.2.3.4", "\r\n\r\n\0\r\nQUIT\n");
  const noise = fc.uint8Array({ maxLength: 300 });
  const byte = fc.nat(255);
  const binary = fc.tuple(byte, byte, fc.nat(65_535), noise).map((
    [command, family, length, rest],
  ) => rawV2({ command, family, length, rest }));
  const any = fc.oneof(fc.tuple(starts, noise).map(([start, rest]) => join(start, rest)), binary);
  fc.assert(
    fc.property(any, (bytes) => {
      let told: ProxyHeader = { kind: "more" };
      for (let cut = 0; cut <= bytes.length; cut++) {
        const header = parseProxyHeader(bytes.subarray(0, cut));
        if (told.kind === "fault") assertEquals(header.kind, "fault");
        else if (told.kind !== "more") assertEquals(header, told);
        if ("length" in header) assert(header.length <= cut);
        told = header;
      }
      const long = parse(bytes, new Uint8Array(MAX_PROXY_HEADER_BYTES));
      assert(long.kind !== "more");
    }),
    { numRuns: 300 },
  );
});

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
