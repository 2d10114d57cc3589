import { assertEquals, assertRejects } from "@std/assert";
import type { StreamConn } from "../../src/net/stream_conn.ts";
import type { Line } from "../../src/protocol/framing.ts";
import { WebSocketConnection } from "../../src/web/websocket_connection.ts";
import { batchesOf } from "../helpers/batches.ts";
import { ManualClock, settle } from "../server/manual_clock.ts";
import { frame } from "./raw_client.ts";

/** Of a frame that is longer than 65,535 bytes; RFC 6455, section 5.2. */
const HEADER_BYTES = 10;

/** A browser in memory: the test sends, and decides when a write is taken. */
class FakeBrowser implements StreamConn {
  readonly remoteAddr: Deno.Addr = { transport: "tcp", hostname: "192.0.2.7", port: 4711 };
  readonly written: Uint8Array[] = [];
  isClosed = false;
  /** How much a write takes; 0: it waits. */
  takes = Infinity;
  #inbox: (Uint8Array | null)[] = [];
  #wake: () => void = () => {};

  send(...pieces: (Uint8Array | null)[]): void {
    this.#inbox.push(...pieces);
    this.#wake();
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#inbox.length === 0 && !this.isClosed) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    if (this.isClosed) throw new Deno.errors.BadResource("closed");
    const next = this.#inbox.shift() ?? null;
    if (next === null) return null;
    buffer.set(next);
    return next.length;
  }

  async write(bytes: Uint8Array): Promise<number> {
    while (this.takes === 0 && !this.isClosed) await Promise.resolve().then(settle);
    if (this.isClosed) throw new Deno.errors.BadResource("closed");
    const part = bytes.slice(0, this.takes);
    this.written.push(part);
    return part.length;
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
    this.#wake();
  }

  /** All that was written, one byte after the other. */
  get bytes(): number[] {
    return this.written.flatMap((piece) => [...piece]);
  }
}

function connect(maxChars = 100) {
  const browser = new FakeBrowser();
  const clock = new ManualClock();
  const conn = new WebSocketConnection(browser, { clock, maxChars });
  const lines: Line[] = [];
  const reading = (async () => {
    for await (const batch of batchesOf(conn)) lines.push(...batch);
  })();
  return { browser, clock, conn, lines, reading };
}

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("WebSocketConnection writes whole lines as one frame, however little is taken at once", async () => {
  const { browser, conn, reading } = connect();
  browser.takes = 3;
  assertEquals(await conn.write(encode('{"a":1}\n{"b":2}\n')), 16);
  assertEquals(browser.bytes, [0x82, 16, ...encode('{"a":1}\n{"b":2}\n')]);
  await assertRejects(() => conn.write(encode("half a line")), Error, "whole lines");
  conn.close();
  await reading;
});

Deno.test("WebSocketConnection writes frames of whole lines, of at most 128 KiB", async () => {
  const { browser, conn } = connect();
  const line = new TextEncoder().encode(`${"x".repeat(999)}\n`);
  const bytes = new Uint8Array(200 * line.length);
  for (let at = 0; at < bytes.length; at += line.length) bytes.set(line, at);
  assertEquals(await conn.write(bytes), 131_000);
  assertEquals(await conn.write(bytes.subarray(131_000)), 69_000);
  assertEquals(browser.bytes.length, 200_000 + 2 * HEADER_BYTES);
  conn.close();
});

Deno.test("WebSocketConnection never puts a pong into the middle of a frame", async () => {
  const { browser, conn, reading } = connect();
  browser.takes = 0;
  const line = encode(`${"x".repeat(70_000)}\n`);
  const writing = conn.write(line);
  browser.send(frame(9, "1"), frame(9, "2"), frame(9, "3"));
  await settle();
  browser.takes = 5_000;
  assertEquals(await writing, line.length);
  await settle();
  const head = [0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x71];
  // Of three pings that came while nothing could be written, the last one is answered.
  assertEquals(browser.bytes, [...head, ...line, 0x8A, 1, "3".charCodeAt(0)]);
  conn.close();
  await reading;
});

Deno.test("WebSocketConnection pings a browser that is quiet, and gives up one that is gone", async () => {
  const { browser, clock, conn, reading } = connect();
  await clock.advance(15_000);
  assertEquals(browser.bytes, [0x89, 0]);
  browser.send(frame(10, ""));
  await settle();
  await clock.advance(30_000);
  assertEquals([browser.isClosed, conn.broken], [false, false]);
  await clock.advance(15_000);
  await reading;
  assertEquals([browser.isClosed, conn.broken], [true, true]);
  assertEquals(clock.pending, 0);
});

Deno.test("WebSocketConnection ends without breaking when the browser says so", async () => {
  const { browser, clock, conn, lines, reading } = connect();
  browser.send(frame(1, "one"), frame(8, new Uint8Array([3, 0xE8])));
  await reading;
  assertEquals([lines, conn.broken], [["one"], false]);
  await conn.closeWrite();
  assertEquals(browser.bytes, [0x88, 2, 3, 0xE8]);
  await assertRejects(() => conn.write(encode("late\n")));
  conn.close();
  assertEquals(clock.pending, 0);
});

Deno.test("WebSocketConnection reports a line over the limit, and reads nothing behind it", async () => {
  const { browser, conn, lines, reading } = connect(10);
  browser.send(frame(1, "x".repeat(10)), frame(1, "x".repeat(11)), frame(1, "late"));
  await reading;
  assertEquals(lines, ["x".repeat(10), { overlong: true, discarded: 11, begins: true }]);
  await conn.closeWrite();
  assertEquals(browser.bytes, [0x88, 2, 3, 0xF1]);
  conn.close();
});
