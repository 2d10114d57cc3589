import { assertEquals, assertRejects } from "@std/assert";
import { ChunkReader } from "../../src/net/chunk_reader.ts";
import { FakeConn } from "./fake_conn.ts";

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
