/**
 * Somebody at `nc`: sends what a test wants, byte for byte, and reads lines.
 *
 * @module
 */

import { LineInbox } from "./line_inbox.ts";
import { SAFETY_MS, within } from "./wait.ts";

/** How to connect. */
export interface ConnectOptions {
  /** Who it is, for errors; default "a client". */
  readonly label?: string;
  /** False: read nothing until {@linkcode PlainClient.startReading} is called. Default true. */
  readonly reading?: boolean;
}

const encoder = new TextEncoder();

/** A connection to the server with nothing between it and the test. */
export class PlainClient {
  readonly #conn: Deno.TcpConn;
  readonly #inbox: LineInbox;
  #reader: Promise<void> | undefined;
  #gate: PromiseWithResolvers<void> | undefined;
  #closed = false;
  #broken = false;
  #bytes = "";

  private constructor(conn: Deno.TcpConn, label: string) {
    this.#conn = conn;
    this.#inbox = new LineInbox(label);
  }

  /** Connects to a port of 127.0.0.1. */
  static async connect(port: number, options: ConnectOptions = {}): Promise<PlainClient> {
    const conn = await within(
      Deno.connect({ hostname: "127.0.0.1", port }),
      `a connection to port ${port}`,
    );
    conn.setNoDelay(true);
    const client = new PlainClient(conn, options.label ?? "a client");
    if (options.reading !== false) client.startReading();
    return client;
  }

  /** Connects, gives a name and reads on to the welcome. */
  static async join(port: number, name: string): Promise<PlainClient> {
    const client = await PlainClient.connect(port, { label: name });
    await client.send(`${name}\n`);
    await client.expectWelcome(name);
    return client;
  }

  /** All lines that have arrived, read by the test or not. */
  get seen(): readonly string[] {
    return this.#inbox.seen;
  }

  /** What has arrived of a line without its end. */
  get partial(): string {
    return this.#inbox.partial;
  }

  /** The connection ended with a reset instead of an orderly end. */
  get broken(): boolean {
    return this.#broken;
  }

  /** The first 64 KiB that arrived, one character a byte. */
  get bytes(): string {
    return this.#bytes;
  }

  /** Begins to read, or goes on after {@linkcode stopReading}. */
  startReading(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
    this.#reader ??= this.#readAll();
  }

  /** Reads no more than what one read under way brings, until it is to start again. */
  stopReading(): void {
    this.#gate ??= Promise.withResolvers<void>();
  }

  /**
   * Sends text as UTF-8, or bytes as they are, and waits until all of it is written.
   *
   * @throws When the connection is gone.
   */
  async send(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#conn.write(bytes.subarray(sent));
    }
  }

  /** Sends a line. */
  say(line: string): Promise<void> {
    return this.send(`${line}\n`);
  }

  /** The next line, or null at the end. */
  line(timeoutMs: number = SAFETY_MS): Promise<string | null> {
    return this.#inbox.line(timeoutMs);
  }

  /** Reads on to the first line that is, or matches, what is wanted. */
  expect(wanted: string | RegExp, timeoutMs: number = SAFETY_MS): Promise<string> {
    return this.#inbox.expect(wanted, timeoutMs);
  }

  /** Reads on to the welcome of a name. */
  async expectWelcome(name: string): Promise<string> {
    const start = `Welcome, ${name}!`;
    for (;;) {
      const line = await this.expect(/^Welcome, /);
      if (line.startsWith(start)) return line;
    }
  }

  /** All lines not yet read, up to the end. */
  rest(timeoutMs: number = SAFETY_MS): Promise<string[]> {
    return this.#inbox.rest(timeoutMs);
  }

  /** Says that nothing more will be sent, as `nc -N` does at end of input. */
  async finishInput(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** Closes at once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  /** Closes, and waits until the reader has noticed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    this.#gate?.resolve();
    await this.#reader;
  }

  async #readAll(): Promise<void> {
    const buffer = new Uint8Array(65_536);
    const decoder = new TextDecoder();
    try {
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        const bytes = buffer.subarray(0, count);
        if (this.#bytes.length < 65_536) this.#bytes += String.fromCharCode(...bytes);
        this.#inbox.feed(decoder.decode(bytes, { stream: true }));
        await this.#gate?.promise;
      }
    } catch {
      this.#broken = !this.#closed;
    }
    this.#inbox.end();
  }
}
