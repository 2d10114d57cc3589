/** A connection in memory: the test is the other end. */

import type { LineConnection, Peer } from "../../src/net/line_connection.ts";
import { type Line, LineFramer } from "../../src/protocol/framing.ts";
import { settle } from "./manual_clock.ts";

let port = 40_000;

export class MemoryConnection implements LineConnection {
  readonly peer: Peer;
  onReply: ((bytes: Uint8Array) => void) | undefined = undefined;
  onWaiting: ((bytes: number) => void) | undefined = undefined;
  broken = false;
  /** Writes fail: the other end has gone. What it has sent can still be read. */
  takesNothing = false;
  /** The server has closed it, or its half of it. */
  closed = false;
  writeClosed = false;
  readonly #framer = new LineFramer();
  readonly #decoder = new TextDecoder();
  #batches: Line[][] = [];
  #wake: (() => void) | null = null;
  #ended = false;
  #stalled: (() => void)[] | null = null;
  #text = "";
  #seen = 0;

  constructor(address = "10.0.0.1", transport: Peer["transport"] = "tcp") {
    this.peer = { address, port: port++, transport };
  }

  /** Sends text, in whatever pieces. */
  async send(text: string): Promise<void> {
    const lines = this.#framer.push(text);
    if (lines.length > 0) this.#batches.push(lines);
    this.#wake?.();
    await settle();
  }

  /** Sends a json request. */
  request(request: Record<string, unknown>): Promise<void> {
    return this.send(JSON.stringify(request) + "\n");
  }

  /** Ends the input, orderly or broken. */
  async end(options: { readonly broken?: boolean } = {}): Promise<void> {
    this.broken = options.broken ?? false;
    const lines = this.broken ? [] : this.#framer.end();
    if (lines.length > 0) this.#batches.push(lines);
    this.#ended = true;
    this.#wake?.();
    await settle();
  }

  /** Reads no more: writes wait, until `unstall`. */
  stall(): void {
    this.#stalled = [];
  }

  /** Reads again. */
  async unstall(): Promise<void> {
    const waiting = this.#stalled ?? [];
    this.#stalled = null;
    for (const resume of waiting) resume();
    await settle();
  }

  /** Lines that have come since the last call. */
  received(): string[] {
    const lines = this.#text.slice(this.#seen).split("\n").slice(0, -1);
    this.#seen = this.#text.lastIndexOf("\n") + 1;
    return lines;
  }

  /** Json events that have come since the last call. */
  // deno-lint-ignore no-explicit-any -- tests look into events of any type
  events(): any[] {
    return this.received().filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  }

  async read(): Promise<Line[] | null> {
    for (;;) {
      const batch = this.#batches.shift();
      if (batch !== undefined) return batch;
      if (this.#ended || this.closed) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#stalled !== null) {
      await new Promise<void>((resolve) => this.#stalled!.push(resolve));
    }
    if (this.closed || this.takesNothing) throw new Deno.errors.BrokenPipe("closed");
    this.#text += this.#decoder.decode(bytes, { stream: true });
    return bytes.length;
  }

  closeWrite(): Promise<void> {
    this.writeClosed = true;
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
    this.#wake?.();
    for (const resume of this.#stalled ?? []) resume();
    this.#stalled = null;
  }
}
