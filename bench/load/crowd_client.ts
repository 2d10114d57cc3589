/**
 * One client of a crowd: it says lines of a flood, and checks or counts what it reads.
 *
 * @module
 */

import type { CommonStream } from "./common_stream.ts";
import { lineBytes, makeLines } from "./pattern.ts";
import { writeAll } from "./shared.ts";
import { WIRES } from "./wire.ts";

/** One read takes at most this much: what the server puts into one write. */
const READ_BYTES = 64 * 1024;

const PLAIN = WIRES.plain;

/** One connection. */
export class CrowdClient {
  /** Its name. */
  readonly name: string;
  readonly #conn: Deno.Conn;
  #common: CommonStream | null = null;
  #wanted = 0;
  #position = 0;
  #saidBytes = 0;
  #isClosed = false;

  private constructor(name: string, conn: Deno.Conn) {
    this.name = name;
    this.#conn = conn;
  }

  /**
   * Connects to 127.0.0.1, gives the name, and reads until it has been let in.
   *
   * @throws {Error} When it is not.
   */
  static async join(name: string, port: number): Promise<CrowdClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const client = new CrowdClient(name, conn);
    await writeAll(conn, new TextEncoder().encode(PLAIN.hello(name)));
    await client.readUntil(PLAIN.ready);
    return client;
  }

  /** Bytes of the present flood that are still missing. */
  get missing(): number {
    return this.#wanted - this.#position;
  }

  /** How far it is in the present flood, in bytes; what it said itself it does not wait for. */
  get position(): number {
    return this.#position + this.#saidBytes;
  }

  /**
   * Reads until a text has come.
   *
   * @param wanted Plain text; what was read before this call does not count.
   * @throws {Error} When the server closes the connection before.
   */
  async readUntil(wanted: string): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    const decoder = new TextDecoder();
    for (let text = ""; !text.includes(wanted);) {
      const count = await this.#conn.read(buffer);
      if (count === null) throw new Error(`${this.name} was not let in; it was told: ${text}`);
      text += decoder.decode(buffer.subarray(0, count), { stream: true });
    }
  }

  /**
   * From now on the lines of a flood come.
   *
   * @param common What they are compared with; null: they are only counted.
   * @param byteLength How many bytes must come.
   */
  expect(common: CommonStream | null, byteLength: number): void {
    this.#common = common;
    this.#wanted = byteLength;
    this.#position = 0;
    this.#saidBytes = 0;
  }

  /**
   * Says some lines of the flood, in one write.
   *
   * @param first The counter of the first one.
   * @param count How many.
   */
  async say(first: number, count: number): Promise<void> {
    await writeAll(this.#conn, makeLines(PLAIN.sent(this.name), first, count));
    this.#saidBytes += count * lineBytes(PLAIN.delivered(this.name));
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
      let count: number | null;
      try {
        count = await this.#conn.read(buffer);
      } catch (error) {
        if (this.#isClosed) return;
        throw error;
      }
      if (count === null) throw new Error(`The server closed the connection of ${this.name}.`);
      if (this.#common === null) this.#position += count;
      else this.#position = this.#common.feed(this.#position, buffer, count);
      if (this.missing < 0) throw new Error(`${this.name} got more than it should have.`);
      moved();
    }
  }

  /** Ends the connection. */
  close(): void {
    this.#isClosed = true;
    this.#conn.close();
  }
}
