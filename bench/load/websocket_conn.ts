/**
 * A WebSocket as a connection of lines: the same lines that travel over TCP, in frames. Only as much
 * of the protocol as the benchmarks need, and cheap, since a thousand of them read floods.
 *
 * @module
 */

import type { LineConn } from "./client.ts";
import { writeAll } from "./shared.ts";

const encoder = new TextEncoder();

/** Payload bytes whose length fits into the second byte of a frame. */
const MAX_SHORT_BYTES = 125;

/** See the module. */
export class WebSocketConn implements LineConn {
  readonly #conn: Deno.Conn;
  /** Bytes of the present frame that are still to come. */
  #left = 0;
  readonly #header: number[] = [];

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /**
   * Connects to `/ws` on a port of 127.0.0.1.
   *
   * @throws {Error} When it gets no socket.
   */
  static async connect(port: number): Promise<WebSocketConn> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await writeAll(conn, encoder.encode(handshake(port)));
    const buffer = new Uint8Array(1024);
    // The answer comes alone: nothing has been asked for yet.
    for (let head = ""; !head.endsWith("\r\n\r\n");) {
      const count = await conn.read(buffer);
      if (count === null) throw new Error(`No WebSocket was made: ${head}`);
      head += new TextDecoder().decode(buffer.subarray(0, count));
    }
    return new WebSocketConn(conn);
  }

  /** Reads payload; 0 bytes when only the header of a frame came. */
  async read(buffer: Uint8Array): Promise<number | null> {
    const count = await this.#conn.read(buffer);
    return count === null ? null : this.#strip(buffer, count);
  }

  /**
   * Writes one line, its newline left out, as one frame.
   *
   * @param line At most 125 bytes and the newline.
   */
  async write(line: Uint8Array): Promise<number> {
    const payload = line.subarray(0, -1);
    if (payload.length > MAX_SHORT_BYTES) {
      throw new RangeError(
        `A frame holds at most ${MAX_SHORT_BYTES} bytes: got ${payload.length}.`,
      );
    }
    // A text frame; a mask of zeros masks nothing.
    const frame = new Uint8Array([0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);
    await writeAll(this.#conn, frame);
    return line.length;
  }

  /** Ends the connection. */
  close(): void {
    this.#conn.close();
  }

  /** Takes the headers of frames away, in place. Returns how many bytes of payload are left. */
  #strip(buffer: Uint8Array, count: number): number {
    let kept = 0;
    for (let at = 0; at < count;) {
      if (this.#left > 0) {
        const length = Math.min(this.#left, count - at);
        buffer.copyWithin(kept, at, at + length);
        kept += length;
        at += length;
        this.#left -= length;
        continue;
      }
      this.#header.push(buffer[at++] ?? 0);
      const length = this.#payloadLength();
      if (length === undefined) continue;
      this.#left = length;
      this.#header.length = 0;
    }
    return kept;
  }

  /** Length of the frame whose header is there; undefined while it is not complete. */
  #payloadLength(): number | undefined {
    const [first, short, ...more] = this.#header;
    if (first === undefined || short === undefined) return undefined;
    if (short <= MAX_SHORT_BYTES) return short;
    const bytes = short === 126 ? 2 : 8;
    if (more.length < bytes) return undefined;
    return more.reduce((length, byte) => length * 256 + byte, 0);
  }
}

function handshake(port: number): string {
  return `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\n` +
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n";
}
