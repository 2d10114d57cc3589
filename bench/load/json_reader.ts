/**
 * One client that reads the json dialect, over TCP or over a WebSocket as a browser's: the same
 * lines, once as they are, once in frames.
 *
 * @module
 */

import type { CommonStream } from "./common_stream.ts";
import { writeAll } from "./shared.ts";

/** One read takes at most this much: what the server puts into one write. */
const READ_BYTES = 64 * 1024;

const encoder = new TextEncoder();

/** What carries the lines. */
export type Carrier = "tcp" | "websocket";

/** Where readers come in. */
export interface ReaderDoor {
  /** Which door. */
  readonly carrier: Carrier;
  /** Its port on 127.0.0.1. */
  readonly port: number;
}

/** See the module. */
export class JsonReader {
  readonly #name: string;
  readonly #conn: Deno.Conn;
  /** Takes frames apart; undefined over TCP. */
  readonly #frames: FrameStripper | undefined;
  #common: CommonStream | null = null;
  #position = 0;
  #isClosed = false;

  private constructor(name: string, conn: Deno.Conn, carrier: Carrier) {
    this.#name = name;
    this.#conn = conn;
    this.#frames = carrier === "websocket" ? new FrameStripper() : undefined;
  }

  /**
   * Connects, says hello, and reads on to its own join.
   *
   * @throws {Error} When it is not let in.
   */
  static async join(name: string, { carrier, port }: ReaderDoor): Promise<JsonReader> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const reader = new JsonReader(name, conn, carrier);
    const hello = JSON.stringify({ type: "hello", protocol: 1, name, history: 0 });
    if (carrier === "tcp") await writeAll(conn, encoder.encode(`${hello}\n`));
    else {
      await writeAll(conn, encoder.encode(handshake(port)));
      await reader.#skipHead();
      await writeAll(conn, maskedFrame(hello));
    }
    await reader.readUntil(`"name":"${name}"}\n`);
    return reader;
  }

  /** Bytes of lines that it has read of the present flood. */
  get position(): number {
    return this.#position;
  }

  /**
   * Reads until a text has come.
   *
   * @returns What has come, up to and including the piece with the text.
   * @throws {Error} When the server closes the connection before.
   */
  async readUntil(wanted: string): Promise<string> {
    const buffer = new Uint8Array(READ_BYTES);
    const decoder = new TextDecoder();
    let text = "";
    while (!text.includes(wanted)) {
      const bytes = await this.#read(buffer);
      if (bytes === null) throw new Error(`${this.#name} was not let in; it was told: ${text}`);
      text += decoder.decode(bytes, { stream: true });
    }
    return text;
  }

  /** From now on the lines of a flood come, and are compared with these. */
  expect(common: CommonStream): void {
    this.#common = common;
    this.#position = 0;
  }

  /**
   * Reads until it is closed here.
   *
   * @param moved Called after each read.
   * @throws {Error} When the server closes it, or something else comes than must come.
   */
  async run(moved: () => void): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    while (true) {
      let bytes: Uint8Array<ArrayBuffer> | null;
      try {
        bytes = await this.#read(buffer);
      } catch (error) {
        if (this.#isClosed) return;
        throw error;
      }
      if (bytes === null) throw new Error(`The server closed the connection of ${this.#name}.`);
      if (this.#common === null) continue;
      this.#position = this.#common.feed(this.#position, bytes, bytes.length);
      moved();
    }
  }

  /** Ends the connection. */
  close(): void {
    this.#isClosed = true;
    this.#conn.close();
  }

  async #read(buffer: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null> {
    const count = await this.#conn.read(buffer);
    if (count === null) return null;
    return this.#frames?.strip(buffer, count) ?? buffer.subarray(0, count);
  }

  /** The answer to the handshake comes alone: nothing has been asked for yet. */
  async #skipHead(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    for (let head = ""; !head.endsWith("\r\n\r\n");) {
      const count = await this.#conn.read(buffer);
      if (count === null) throw new Error(`${this.#name} got no socket: ${head}`);
      head += new TextDecoder().decode(buffer.subarray(0, count));
    }
  }
}

/** Takes the headers of a server's frames away, in place. */
class FrameStripper {
  /** Bytes of the present frame that are still to come. */
  #left = 0;
  readonly #header: number[] = [];

  /** @returns The payload bytes, at the beginning of the buffer. */
  strip(buffer: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
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
      this.#left = this.#lengthOf() ?? 0;
      if (this.#lengthOf() !== undefined) this.#header.length = 0;
    }
    return buffer.subarray(0, kept);
  }

  /** Length of the frame whose header is there; undefined while it is not complete. */
  #lengthOf(): number | undefined {
    const [first, short, ...more] = this.#header;
    if (first === undefined || short === undefined) return undefined;
    if (short < 126) return short;
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

/** A text frame of a client; a mask of zeros masks nothing. */
function maskedFrame(text: string): Uint8Array {
  const payload = encoder.encode(text);
  if (payload.length > 125) throw new RangeError("Cannot frame more than 125 bytes.");
  return new Uint8Array([0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);
}
