/**
 * Lines in the frames of a WebSocket, as the load generator reads them.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { writeAll } from "../../bench/load/shared.ts";
import { WebSocketConn } from "../../bench/load/websocket_conn.ts";

const encoder = new TextEncoder();

/** A frame of a server: a header and so many letters. */
function frame(letter: string, length: number): number[] {
  const long = length < 65_536 ? [126, length >> 8, length & 255] : [127, 0, 0, 0, 0, 0, 1, 0, 0];
  const header = length < 126 ? [length] : long;
  return [0x81, ...header, ...encoder.encode(letter.repeat(length))];
}

async function sendAll(conn: Deno.TcpConn, bytes: Uint8Array, step: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += step) {
    await writeAll(conn, bytes.subarray(at, at + step));
  }
  await conn.closeWrite();
}

Deno.test("WebSocketConn takes frames of every size apart, in pieces of any size", async () => {
  for (const step of [1, 1_000, 100_000]) {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const connecting = WebSocketConn.connect(listener.addr.port);
    using server = await listener.accept();
    await server.read(new Uint8Array(1024));
    await writeAll(server, encoder.encode("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
    const conn = await connecting;
    const sizes = step === 1 ? [5, 125, 126] : [5, 125, 126, 65_535, 65_536, 3];
    const bytes = new Uint8Array(sizes.flatMap((size, n) => frame(String(n), size)));
    const sending = sendAll(server, bytes, step);
    const buffer = new Uint8Array(64 * 1024);
    let text = "";
    for (let count; (count = await conn.read(buffer)) !== null;) {
      text += new TextDecoder().decode(buffer.subarray(0, count));
    }
    await sending;
    conn.close();
    assertEquals(text, sizes.map((size, n) => String(n).repeat(size)).join(""));
  }
});

Deno.test("WebSocketConn writes a line as one frame, without its newline", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connecting = WebSocketConn.connect(listener.addr.port);
  using server = await listener.accept();
  const buffer = new Uint8Array(1024);
  await server.read(buffer);
  await writeAll(server, encoder.encode("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
  const conn = await connecting;
  assertEquals(await conn.write(encoder.encode("hi\n")), 3);
  const count = await server.read(buffer) ?? 0;
  assertEquals([...buffer.subarray(0, count)], [0x81, 0x82, 0, 0, 0, 0, 104, 105]);
  await assertRejects(() => conn.write(new Uint8Array(127)), RangeError, "125");
  conn.close();
});
