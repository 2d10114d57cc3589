/**
 * One client of a load: it writes what it is given, and checks what it reads. Reads are raw and
 * large, so that one thread keeps up with the servers.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { ReaderCheck } from "./flood_check.ts";
import { writeAll } from "./shared.ts";
import { quoted } from "./stream_error.ts";
import type { Wire } from "./language.ts";

/** One read takes at most this much. */
const READ_BYTES = 64 * 1024;

/** Characters kept of what nobody has asked for, for reports. */
const KEPT_CHARS = 400;

/** A line that wants to be answered: NATS and IRC ask so whether anybody is still there. */
const PING = /^PING([^\r\n]*\r?\n)/m;
const PING_BYTES = Buffer.from("PING");

/** How a client comes in. */
export interface JoinOptions {
  /** Its name. */
  readonly name: string;
  /** What the peer speaks. */
  readonly wire: Wire;
}

/** See the module. */
export class LoadClient implements Disposable {
  /** Its name. */
  readonly name: string;
  /** What it speaks. */
  readonly wire: Wire;
  /** Called after each read that was checked; with an error when the connection has failed. */
  onMoved: (error?: unknown) => void = ignore;
  readonly #conn: Deno.Conn;
  readonly #buffer = Buffer.from(new Uint8Array(READ_BYTES).buffer);
  #check: ReaderCheck | null = null;
  /** What came since the flood ended, or since the last text that was waited for. */
  #text = "";
  #wanted = "";
  #found: (text: string) => void = ignore;
  #isClosed = false;

  private constructor({ name, wire }: JoinOptions, conn: Deno.Conn) {
    this.name = name;
    this.wire = wire;
    this.#conn = conn;
  }

  /**
   * Connects, says hello, and reads from then on.
   *
   * @throws {Error} When it is not let in.
   */
  static async join(port: number, options: JoinOptions): Promise<LoadClient> {
    const { name, wire } = options;
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const client = new LoadClient(options, conn);
    const { promise: failed, reject } = Promise.withResolvers<never>();
    client.onMoved = (error) => error !== undefined && reject(error);
    const ready = client.readUntil(wire.ready);
    client.#run().catch((error) => client.#isClosed || client.onMoved(error));
    try {
      await Promise.race([failed, client.write(Buffer.from(wire.hello(name)))]);
      await Promise.race([failed, ready]);
    } catch (error) {
      client[Symbol.dispose]();
      throw error;
    }
    return client;
  }

  /** Bytes of the present flood that were right; 0 when there is none. */
  get bytes(): number {
    return this.#check?.bytes ?? 0;
  }

  /** It has all of the present flood. */
  get isComplete(): boolean {
    return this.#check === null || this.#check.bytes === this.#check.wantedBytes;
  }

  /** From now on the lines of a flood come. */
  expect(check: ReaderCheck): void {
    this.#check = check;
    this.#text = "";
  }

  /**
   * Reads until a text has come, and on to the end of its line.
   *
   * @param wanted Plain text that has not come yet.
   * @returns All that has come since the end of the flood, or since the last such text.
   */
  readUntil(wanted: string): Promise<string> {
    this.#check = null;
    this.#wanted = wanted;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#found = resolve;
    return promise;
  }

  /** Writes all of the bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    await writeAll(this.#conn, bytes);
  }

  /** Ends the connection. */
  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
  }

  async #run(): Promise<void> {
    const buffer = this.#buffer;
    let kept = 0;
    while (true) {
      const count = await this.#conn.read(kept === 0 ? buffer : buffer.subarray(kept));
      if (count === null) {
        throw new Error(
          `The server closed the connection of ${this.name}; it had said ${quoted(this.#text)}.`,
        );
      }
      const end = kept + count;
      if (this.#check === null) {
        await this.#read(buffer.toString("latin1", 0, end));
        kept = 0;
        continue;
      }
      kept = await this.#feed(this.#check, end);
      this.onMoved();
    }
  }

  /** Returns how many bytes at the beginning of the buffer are wanted again. */
  async #feed(check: ReaderCheck, count: number): Promise<number> {
    const buffer = this.#buffer;
    let end = count;
    while (true) {
      const done = check.feed(buffer, end);
      if (done > 0) buffer.copyWithin(0, done, end);
      end -= done;
      if (end < PING_BYTES.length || buffer.compare(PING_BYTES, 0, 4, 0, 4) !== 0) return end;
      const newline = buffer.indexOf("\n");
      if (newline < 0 || newline >= end) return end;
      await this.#answerPings(buffer.toString("latin1", 0, newline + 1));
      buffer.copyWithin(0, newline + 1, end);
      end -= newline + 1;
    }
  }

  async #read(text: string): Promise<void> {
    this.#text += await this.#answerPings(text);
    if (this.#wanted === "") {
      this.#text = this.#text.slice(-KEPT_CHARS);
      return;
    }
    const at = this.#text.indexOf(this.#wanted);
    if (at < 0) return;
    const newline = this.#text.indexOf("\n", at + this.#wanted.length - 1);
    if (newline < 0) return;
    const rest = this.#text.slice(newline + 1);
    this.#wanted = "";
    this.#found(this.#text.slice(0, newline + 1));
    this.#text = rest;
  }

  /** Returns the text without them. */
  async #answerPings(text: string): Promise<string> {
    const ping = PING.exec(text);
    if (ping === null) return text;
    await this.write(Buffer.from(`PONG${ping[1]}`));
    return await this.#answerPings(text.replace(PING, ""));
  }
}

function ignore(): void {}
