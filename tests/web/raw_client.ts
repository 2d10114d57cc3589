/**
 * A client of the gateway that sends what no browser would: bytes as a test wants them.
 *
 * @module
 */

import { within } from "../helpers/wait.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A frame as a client sends it. */
export function frame(
  opcode: number,
  content: string | Uint8Array,
  { final = true, masked = true }: { readonly final?: boolean; readonly masked?: boolean } = {},
): Uint8Array {
  const payload = typeof content === "string" ? encoder.encode(content) : content;
  const { length } = payload;
  const long = length >= 65_536 ? 8 : length >= 126 ? 2 : 0;
  const head = new Uint8Array(2 + long + (masked ? 4 : 0));
  const view = new DataView(head.buffer);
  head[0] = (final ? 0x80 : 0) | opcode;
  head[1] = (masked ? 0x80 : 0) | (long === 8 ? 127 : long === 2 ? 126 : length);
  if (long === 2) view.setUint16(2, length);
  if (long === 8) view.setBigUint64(2, BigInt(length));
  const mask = new Uint8Array([7, 77, 177, 211]);
  if (masked) head.set(mask, 2 + long);
  return new Uint8Array([
    ...head,
    ...payload.map((byte, i) => masked ? byte ^ mask[i % 4]! : byte),
  ]);
}

/** What the gateway sent as one frame. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly text: string;
}

/** One TCP connection to the gateway. */
export class RawClient {
  readonly #conn: Deno.TcpConn;
  #bytes = new Uint8Array(0);

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  static async connect(port: number): Promise<RawClient> {
    return new RawClient(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Asks for a WebSocket and reads the answer's head. */
  static async upgrade(
    port: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ client: RawClient; head: string }> {
    const client = await RawClient.connect(port);
    const all = {
      Host: `127.0.0.1:${port}`,
      Origin: `http://127.0.0.1:${port}`,
      Connection: "keep-alive, Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    };
    const lines = Object.entries(all).filter(([, value]) => value !== "")
      .map(([name, value]) => `${name}: ${value}\r\n`);
    await client.send(`GET /ws HTTP/1.1\r\n${lines.join("")}\r\n`);
    return { client, head: await client.head() };
  }

  async send(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    for (let done = 0; done < bytes.length;) done += await this.#conn.write(bytes.subarray(done));
  }

  /** Sends requests of the json dialect, a frame each. */
  async request(...requests: unknown[]): Promise<void> {
    for (const request of requests) await this.send(frame(1, JSON.stringify(request)));
  }

  /** Up to the empty line. */
  async head(): Promise<string> {
    for (;;) {
      const text = new TextDecoder("latin1").decode(this.#bytes);
      const end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        this.#bytes = this.#bytes.slice(end + 4);
        return text.slice(0, end);
      }
      if (!await this.#more()) return text;
    }
  }

  /** Everything up to the end of the connection. */
  async rest(): Promise<string> {
    while (await this.#more());
    return decoder.decode(this.#bytes);
  }

  /** The next frame; null at the end of the connection. */
  async frame(): Promise<ServerFrame | null> {
    for (;;) {
      const [first, second] = this.#bytes;
      const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset);
      const long = second === 127 ? 8 : second === 126 ? 2 : 0;
      if (first !== undefined && second !== undefined && this.#bytes.length >= 2 + long) {
        const length = long === 0
          ? second
          : long === 2
          ? view.getUint16(2)
          : Number(view.getBigUint64(2));
        const end = 2 + long + length;
        if (this.#bytes.length >= end) {
          const payload = this.#bytes.slice(2 + long, end);
          this.#bytes = this.#bytes.slice(end);
          return { opcode: first & 0x7F, payload, text: decoder.decode(payload) };
        }
      }
      if (!await this.#more()) return null;
    }
  }

  /** Reads on to the first event of a type; null when the connection ends before. */
  // deno-lint-ignore no-explicit-any -- tests look into events of any type
  async event(type: string): Promise<any> {
    for (;;) {
      const next = await this.frame();
      if (next === null) return null;
      if (next.opcode !== 2) continue;
      for (const line of next.text.split("\n").filter((line) => line !== "")) {
        const event = JSON.parse(line);
        if (event.type === type) return event;
      }
    }
  }

  /** The code of the close frame; null when there is none. */
  async closeCode(): Promise<number | null> {
    for (;;) {
      const next = await this.frame();
      if (next === null) return null;
      if (next.opcode === 8) return next.payload[0]! * 256 + next.payload[1]!;
    }
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }

  async #more(): Promise<boolean> {
    const buffer = new Uint8Array(64 * 1024);
    let count: number | null = null;
    try {
      count = await within(this.#conn.read(buffer), "bytes of the gateway");
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
    if (count === null) return false;
    this.#bytes = new Uint8Array([...this.#bytes, ...buffer.subarray(0, count)]);
    return true;
  }
}
