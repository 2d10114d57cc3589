import { assertEquals, assertRejects } from "@std/assert";
import { byteChunks } from "../../src/net/byte_chunks.ts";
import { FakeConn } from "./fake_conn.ts";

const KIB = 1024;

Deno.test("byteChunks begins with 2 KiB, grows to 64 KiB while reads fill it, and falls back", async () => {
  const conn = new FakeConn([new Uint8Array(200 * KIB), "idle", "again"]);
  let total = 0;
  for await (const chunk of byteChunks(conn)) total += chunk.length;
  assertEquals(total, 200 * KIB + 9);
  assertEquals(kibOf(conn.offered), [2, 4, 8, 16, 32, 64, 64, 64, 20, 2, 2]);
});

Deno.test("byteChunks keeps its buffer while reads fill a good part of it", async () => {
  const wave = new Uint8Array(8 * KIB);
  const conn = new FakeConn([new Uint8Array(14 * KIB), wave, wave, wave]);
  const sizes: number[] = [];
  for await (const chunk of byteChunks(conn)) sizes.push(chunk.length);
  assertEquals(kibOf(sizes), [2, 4, 8, 8, 8, 8]);
  assertEquals(kibOf(conn.offered), [2, 4, 8, 16, 16, 16, 16]);
});

Deno.test("byteChunks gives every byte in order while the buffer changes its size", async () => {
  const sent = crypto.getRandomValues(new Uint8Array(60 * KIB));
  const got: number[] = [];
  for await (const chunk of byteChunks(new FakeConn([sent, sent.subarray(0, 3 * KIB)]))) {
    got.push(...chunk);
  }
  assertEquals(got.length, 63 * KIB);
  assertEquals(Uint8Array.from(got.slice(0, 60 * KIB)), sent);
});

Deno.test("byteChunks reads nothing before it is asked", async () => {
  const conn = new FakeConn(["one", "two", "three"]);
  const chunks = byteChunks(conn);
  assertEquals(conn.offered.length, 0);
  await chunks.next();
  await chunks.next();
  assertEquals(conn.offered.length, 2);
  await chunks.return();
});

Deno.test("byteChunks throws what a read throws", async () => {
  const chunks = byteChunks(new FakeConn([new Deno.errors.ConnectionReset("reset")]));
  await assertRejects(() => chunks.next(), Deno.errors.ConnectionReset);
});

function kibOf(sizes: readonly number[]): number[] {
  return sizes.map((bytes) => bytes / KIB);
}
