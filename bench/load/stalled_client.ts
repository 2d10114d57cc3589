/**
 * A client that can stop reading and go on later, and keeps all that it got.
 *
 * @module
 */

import { COUNTER_DIGITS, type LinePattern } from "./pattern.ts";
import { writeAll } from "./shared.ts";
import { type WireName, WIRES } from "./wire.ts";

const READ_BYTES = 64 * 1024;

/** How long nothing may come while something is waited for, in milliseconds. */
const SILENCE_MS = 10_000;

/** One client, in the thread that measures. */
export class StalledClient {
  readonly #conn: Deno.Conn;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #tail = "";
  #paused = false;
  #changed = Promise.withResolvers<void>();
  #resumed = Promise.withResolvers<void>();
  #error: unknown = null;

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /**
   * Connects to 127.0.0.1 and reads from then on.
   *
   * @throws {Error} When it is not let in.
   */
  static async connect(port: number, wireName: WireName): Promise<StalledClient> {
    const wire = WIRES[wireName];
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const client = new StalledClient(conn);
    client.#read().catch((error) => {
      client.#error = error;
      client.#changed.resolve();
    });
    await writeAll(conn, new TextEncoder().encode(wire.hello("stalled")));
    await client.#until(() => new TextDecoder().decode(client.bytes).includes(wire.ready));
    return client;
  }

  /** Bytes that it got. */
  get length(): number {
    return this.#length;
  }

  /** All that it got. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    return all;
  }

  /** Reads nothing more, after the read that is under way. */
  pause(): void {
    this.#paused = true;
    this.#resumed = Promise.withResolvers();
  }

  /** Reads again. */
  resume(): void {
    this.#paused = false;
    this.#resumed.resolve();
  }

  /**
   * Waits until it has got a line of the flood.
   *
   * @param counter Which.
   * @throws {Error} When the connection ends, or nothing comes for 10 s.
   */
  async readUntil(pattern: LinePattern, counter: number): Promise<void> {
    const line = pattern.head + String(counter).padStart(COUNTER_DIGITS, "0") + pattern.tail;
    await this.#until(() => this.#tail.endsWith(line));
  }

  /** Ends the connection. */
  [Symbol.dispose](): void {
    this.resume();
    try {
      this.#conn.close();
    } catch {
      // The read loop has closed it.
    }
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#error !== null) throw this.#error;
      this.#changed = Promise.withResolvers();
      const { promise: silent, reject } = Promise.withResolvers<never>();
      const said = JSON.stringify(this.#tail);
      const timer = setTimeout(
        () => reject(new Error(`The stalled client waits in vain; the last it got was ${said}.`)),
        SILENCE_MS,
      );
      try {
        await Promise.race([this.#changed.promise, silent]);
      } finally {
        clearTimeout(timer);
      }
    }
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    const decoder = new TextDecoder();
    while (true) {
      if (this.#paused) await this.#resumed.promise;
      const count = await this.#conn.read(buffer);
      if (count === null) throw new Error("The server closed the stalled client's connection.");
      this.#chunks.push(buffer.slice(0, count));
      this.#length += count;
      // Long enough for a line of the flood.
      this.#tail = (this.#tail + decoder.decode(buffer.subarray(Math.max(0, count - 256), count)))
        .slice(-256);
      this.#changed.resolve();
    }
  }
}
