import { assertEquals, assertRejects } from "@std/assert";
import { ChunkReader, PieceReader } from "../../src/net/chunk_reader.ts";
import { TcpLineConnection } from "../../src/net/tcp.ts";
import { TelnetFilter } from "../../src/net/telnet.ts";
import { batchesOf } from "../helpers/batches.ts";
import { FakeConn, type Read } from "./fake_conn.ts";

const KIB = 1024;

/** The chunks until the input ends; each is used before the next one is read. */
async function* chunksOf(conn: FakeConn): AsyncGenerator<Uint8Array, void> {
  const reader = new ChunkReader(conn);
  for (let chunk; (chunk = await reader.next()) !== null;) yield chunk;
}

Deno.test("ChunkReader begins with 2 KiB, grows to 64 KiB while reads fill it, and falls back", async () => {
  const conn = new FakeConn([new Uint8Array(200 * KIB), "idle", "again"]);
  let total = 0;
  for await (const chunk of chunksOf(conn)) total += chunk.length;
  assertEquals(total, 200 * KIB + 9);
  assertEquals(kibOf(conn.offered), [2, 4, 8, 16, 32, 64, 64, 64, 20, 2, 2]);
});

Deno.test("ChunkReader keeps its buffer while reads fill a good part of it", async () => {
  const wave = new Uint8Array(8 * KIB);
  const conn = new FakeConn([new Uint8Array(14 * KIB), wave, wave, wave]);
  const sizes: number[] = [];
  for await (const chunk of chunksOf(conn)) sizes.push(chunk.length);
  assertEquals(kibOf(sizes), [2, 4, 8, 8, 8, 8]);
  assertEquals(kibOf(conn.offered), [2, 4, 8, 16, 16, 16, 16]);
});

Deno.test("ChunkReader gives every byte in order while the buffer changes its size", async () => {
  const sent = crypto.getRandomValues(new Uint8Array(60 * KIB));
  const got: number[] = [];
  for await (const chunk of chunksOf(new FakeConn([sent, sent.subarray(0, 3 * KIB)]))) {
    got.push(...chunk);
  }
  assertEquals(got.length, 63 * KIB);
  assertEquals(Uint8Array.from(got.slice(0, 60 * KIB)), sent);
});

Deno.test("ChunkReader reads nothing before it is asked", async () => {
  const conn = new FakeConn(["one", "two", "three"]);
  const chunks = new ChunkReader(conn);
  assertEquals(conn.offered.length, 0);
  await chunks.next();
  await chunks.next();
  assertEquals(conn.offered.length, 2);
});

Deno.test("ChunkReader throws what a read throws", async () => {
  const chunks = new ChunkReader(new FakeConn([new Deno.errors.ConnectionReset("reset")]));
  await assertRejects(() => chunks.next(), Deno.errors.ConnectionReset);
});

function kibOf(sizes: readonly number[]): number[] {
  return sizes.map((bytes) => bytes / KIB);
}

const IAC_NOP = [255, 241];

/** Counts how often a turn was asked for, and after how many bytes. */
class CountedConn extends FakeConn {
  readonly turnsAt: number[] = [];
  bytes = 0;

  override async read(buffer: Uint8Array): Promise<number | null> {
    const length = await super.read(buffer);
    this.bytes += length ?? 0;
    return length;
  }

  turn(): null {
    this.turnsAt.push(this.bytes);
    return null;
  }
}

/** Telnet commands that say nothing, so many of them. */
function commands(count: number): Uint8Array {
  return Uint8Array.from({ length: 2 * count }, (_, i) => IAC_NOP[i % 2]!);
}

/** Reads that bring these bytes in parts of that size. */
function parts(bytes: Uint8Array, size: number): Read[] {
  const reads: Read[] = [];
  for (let at = 0; at < bytes.length; at += size) reads.push(bytes.slice(at, at + size));
  return reads;
}

Deno.test("A connection gives up its turn after 64 KiB without a line", async () => {
  const endless = new Uint8Array(1024 * KIB).fill(120);
  const conn = new CountedConn(parts(endless, KIB));
  const lines = new TcpLineConnection(conn, { telnet: true });
  assertEquals((await Array.fromAsync(batchesOf(lines))).length, 1);
  assertEquals(conn.turnsAt, Array.from({ length: 16 }, (_, i) => (i + 1) * 64 * KIB));
});

Deno.test("A connection whose lines come goes on without asking for another turn", async () => {
  const line = new TextEncoder().encode(`${"x".repeat(KIB - 1)}\n`);
  const conn = new CountedConn(Array<Uint8Array>(200).fill(line));
  const lines = new TcpLineConnection(conn, { telnet: true });
  assertEquals((await Array.fromAsync(batchesOf(lines))).length, 200);
  assertEquals(conn.turnsAt, []);
});

Deno.test("A read full of telnet commands is worked on in parts, with a turn between them", async () => {
  // The buffer has grown to 16 KiB when the commands come.
  const conn = new CountedConn([new Uint8Array(14 * KIB).fill(120), commands(4_000)]);
  const pieces = new PieceReader(conn, new TelnetFilter());
  let stripped = 0;
  for (let piece; (piece = await pieces.next()) !== null;) {
    if (piece.length === 0) stripped += pieces.commands;
  }
  assertEquals(stripped, 4_000);
  assertEquals(conn.turnsAt.length, 3);
});

Deno.test("Where the filter ends in the middle of a read, the rest of that is given as it is", async () => {
  const conn = new FakeConn([
    new Uint8Array(14 * KIB).fill(120),
    new Uint8Array([...commands(1_500), 0xFF, 0xFE]),
    "on",
  ]);
  const pieces = new PieceReader(conn, new TelnetFilter());
  let last: Uint8Array | null = null;
  for (let piece; (piece = await pieces.next()) !== null; last = piece.slice()) {
    // The first part of the commands has been stripped.
    if (piece.length === 0) pieces.endFilter();
  }
  assertEquals(last, new TextEncoder().encode("on"));
  assertEquals(pieces.bytesIn, 14 * KIB + commands(1_500).length + 4);
});

Deno.test("Reads of which telnet's filter leaves nothing do not hold up the line behind them", async () => {
  const conn = new FakeConn([commands(3), commands(1), commands(1), "one\n", commands(2), "two\n"]);
  const lines = new TcpLineConnection(conn, { telnet: true });
  assertEquals(await lines.read(), ["one"]);
  assertEquals(await lines.read(), ["two"]);
  assertEquals(await lines.read(), null);
});

Deno.test("What forms no line is billed, with the lines or without one", async () => {
  const conn = new FakeConn([
    // 64 commands are a token.
    commands(640),
    new Uint8Array([...commands(64), ...new TextEncoder().encode("one\n")]),
    // 32 reads without a line are one, too; also those that are no whole character yet.
    ...parts(new Uint8Array(32).fill(120), 1),
    "\n",
    ...parts(new TextEncoder().encode("é".repeat(16)), 1),
    "\n",
  ]);
  const lines = new TcpLineConnection(conn, { telnet: true, metered: true });
  assertEquals(await Array.fromAsync(batchesOf(lines)), [
    [{ waste: 10 }],
    ["one", { waste: 1 }],
    [{ waste: 1 }],
    ["x".repeat(32)],
    [{ waste: 1 }],
    ["é".repeat(16)],
  ]);
});

Deno.test("What forms no line costs nothing where nobody asked for a bill", async () => {
  const conn = new FakeConn([commands(640), "one\n"]);
  const lines = new TcpLineConnection(conn, { telnet: true });
  assertEquals(await Array.fromAsync(batchesOf(lines)), [["one"]]);
});
