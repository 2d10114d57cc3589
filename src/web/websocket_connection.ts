/**
 * Lines over a WebSocket, as the server accepts them. From the server, binary frames of one or more
 * whole lines (one line a frame would be forty times slower); from the page, one line a frame.
 *
 * Nothing is buffered here: a write resolves when the system has taken all of it, and nothing is
 * read ahead, so a slow reader lags and a flooding sender is pushed back exactly as over TCP.
 *
 * @module
 */

import { byteChunks } from "../net/byte_chunks.ts";
import type { LineConnection, Peer } from "../net/line_connection.ts";
import type { StreamConn } from "../net/tcp.ts";
import type { Line } from "../protocol/framing.ts";
import { MAX_LINE_CHARS } from "../protocol/limits.ts";
import { WasteMeter } from "../protocol/waste.ts";
import {
  FrameDecoder,
  type FrameFault,
  OP_BINARY,
  OP_CLOSE,
  OP_PING,
  OP_PONG,
  writeFrameHeader,
} from "./frames.ts";

/** A UTF-16 code unit takes at most 3 bytes of UTF-8. */
const MAX_BYTES_PER_CHAR = 3;

/** Larger payloads are not copied behind their header: a second write costs less. */
const COPIED_BYTES = 4 * 1024;

/** After so long without a word from the browser it is asked for one, which needs no script there. */
export const PING_AFTER_MS = 15_000;

/** So long without a word, and the connection is gone. */
export const GONE_AFTER_MS = 35_000;

/** The part of the server's clock that is used here. */
export interface ConnectionClock {
  /** Milliseconds that never go back. */
  now(): number;
  /** Calls something later; returns what calls it off. */
  after(delayMs: number, action: () => void): () => void;
}

/** Options of {@linkcode WebSocketConnection}. */
export interface WebSocketConnectionOptions {
  /** UTF-16 code units of one line; more ends the connection. Default 65,536. */
  readonly maxChars?: number;
  /** What was read behind the head of the request. */
  readonly first?: Uint8Array;
  /** Time. */
  readonly clock: ConnectionClock;
}

/** See the module. */
export class WebSocketConnection implements LineConnection {
  /** Who is at the other end. */
  readonly peer: Peer;
  /** The lines as they arrive. See {@linkcode LineConnection.lines}. */
  readonly lines: AsyncIterable<Line[]>;
  /** The browser answers pings by itself, even when the page sleeps in the background. */
  readonly watched = true;
  /** Is told how the bytes change that wait here for the rest of their message. */
  onWaiting: ((bytes: number) => void) | undefined;
  readonly #conn: StreamConn;
  readonly #clock: ConnectionClock;
  readonly #maxChars: number;
  #waitingBytes = 0;
  #writtenBytes = 0;
  #lastWrite: Promise<void> = Promise.resolve();
  #pong: Uint8Array | null = null;
  #broken = false;
  #closed = false;
  #saidClose = false;
  #closeCode: FrameFault | 1000 = 1000;
  /** A read is under way: what is not asked for cannot be heard. */
  #listening = false;
  #heardMs: number;
  #cancelBeat: () => void = () => {};

  /**
   * Takes a connection over whose handshake has been answered; reads nothing yet.
   *
   * @param conn An open connection, from here on this object's to close.
   * @param options See {@linkcode WebSocketConnectionOptions}.
   */
  constructor(conn: StreamConn, options: WebSocketConnectionOptions) {
    this.#conn = conn;
    this.#clock = options.clock;
    this.#maxChars = options.maxChars ?? MAX_LINE_CHARS;
    const address = conn.remoteAddr;
    this.peer = "hostname" in address
      ? { address: address.hostname, port: address.port, transport: "websocket" }
      : { address: "", port: 0, transport: "websocket" };
    this.#heardMs = this.#clock.now();
    this.lines = this.#readLines(options.first ?? new Uint8Array(0));
    this.#beatIn(PING_AFTER_MS);
  }

  /** Bytes handed to the system so far. See {@linkcode LineConnection.writtenBytes}. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** The input ended with an error, or the browser has fallen silent; our own `close` is none. */
  get broken(): boolean {
    return this.#broken;
  }

  /**
   * Writes all of the bytes as one frame. See {@linkcode LineConnection.write}.
   *
   * @param bytes Whole lines, 1 byte or more; must not change until it resolves.
   * @returns Their number: a frame is never left half written.
   * @throws When the connection is gone, or the bytes do not end with a line.
   */
  async write(bytes: Uint8Array): Promise<number> {
    // The log hands out whole events, and all of what it hands out is taken: see `cursor.ts`.
    if (bytes[bytes.length - 1] !== 10) throw new Error("A frame must hold whole lines");
    await this.#send(OP_BINARY, () => bytes);
    return bytes.length;
  }

  /** Says that nothing more will come, behind all that was written. Never throws. */
  async closeWrite(): Promise<void> {
    if (this.#saidClose) return;
    const code = new Uint8Array([this.#closeCode >> 8, this.#closeCode & 0xFF]);
    const sent = this.#send(OP_CLOSE, () => code);
    this.#saidClose = true;
    await sent.catch(ignore);
  }

  /** Ends the connection at once, reads and writes under way included. Never throws. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelBeat();
    try {
      this.#conn.close();
    } catch {
      // It was closed already.
    }
  }

  async *#readLines(first: Uint8Array): AsyncGenerator<Line[], void> {
    const decoder = new FrameDecoder({ maxBytes: this.#maxChars * MAX_BYTES_PER_CHAR });
    const meter = new WasteMeter();
    for await (const chunk of this.#chunks(first)) {
      for (let left = chunk; left.length > 0;) {
        const { lines, over } = this.#takeFrames(decoder, left);
        const waste = meter.note(lines.length, decoder.controls);
        if (waste !== null) lines.push(waste);
        this.#note(decoder.pendingBytes);
        if (lines.length > 0) yield lines;
        if (over) return this.#note(0);
        left = left.subarray(decoder.taken);
        const turn = left.length > 0 ? this.#conn.turn?.() ?? null : null;
        if (turn !== null) await turn;
      }
    }
    this.#note(0);
  }

  async *#chunks(first: Uint8Array): AsyncGenerator<Uint8Array, void> {
    if (first.length > 0) yield first;
    yield* byteChunks({ read: (buffer) => this.#read(buffer) });
  }

  #note(bytes: number): void {
    if (bytes !== this.#waitingBytes) this.onWaiting?.(bytes - this.#waitingBytes);
    this.#waitingBytes = bytes;
  }

  #takeFrames(decoder: FrameDecoder, bytes: Uint8Array): { lines: Line[]; over: boolean } {
    const lines: Line[] = [];
    for (const frame of decoder.push(bytes)) {
      if (frame.type === "ping") this.#answer(frame.payload);
      if (frame.type === "close") return { lines, over: true };
      if (frame.type === "fault") {
        this.#closeCode = frame.code;
        if (frame.code === 1009) lines.push({ overlong: true, discarded: 0, begins: true });
        return { lines, over: true };
      }
      if (frame.type !== "text") continue;
      if (frame.text.length > this.#maxChars) {
        this.#closeCode = 1009;
        lines.push({ overlong: true, discarded: frame.text.length, begins: true });
        return { lines, over: true };
      }
      lines.push(frame.text);
    }
    return { lines, over: false };
  }

  async #read(buffer: Uint8Array): Promise<number | null> {
    this.#listening = true;
    try {
      return await this.#conn.read(buffer);
    } catch {
      this.#broken = !this.#closed || this.#broken;
      return null;
    } finally {
      this.#listening = false;
      this.#heardMs = this.#clock.now();
    }
  }

  /** Of several questions, the last one is answered: a peer that does not read costs no more. */
  #answer(payload: Uint8Array): void {
    const isQueued = this.#pong !== null;
    this.#pong = payload;
    if (isQueued) return;
    this.#send(OP_PONG, () => {
      const latest = this.#pong ?? payload;
      this.#pong = null;
      return latest;
    }).catch(ignore);
  }

  #beatIn(delayMs: number): void {
    this.#cancelBeat = this.#clock.after(delayMs, () => this.#beat());
  }

  #beat(): void {
    if (this.#closed) return;
    const quietMs = this.#listening ? this.#clock.now() - this.#heardMs : 0;
    if (quietMs >= GONE_AFTER_MS) {
      this.#broken = true;
      return this.close();
    }
    if (quietMs >= PING_AFTER_MS) this.#send(OP_PING, () => new Uint8Array(0)).catch(ignore);
    this.#beatIn(PING_AFTER_MS);
  }

  /** One frame after the other, whoever sends them. */
  #send(opcode: number, payload: () => Uint8Array): Promise<void> {
    if (this.#saidClose) return Promise.reject(new Error("The WebSocket is closing"));
    const sent = this.#lastWrite.then(() => this.#writeFrame(opcode, payload()));
    this.#lastWrite = sent.catch(ignore);
    return sent;
  }

  async #writeFrame(opcode: number, payload: Uint8Array): Promise<void> {
    const copied = payload.length <= COPIED_BYTES;
    const head = new Uint8Array(copied ? 10 + payload.length : 10);
    const headBytes = writeFrameHeader(head, opcode, payload.length);
    if (copied) {
      head.set(payload, headBytes);
      return await this.#writeAll(head.subarray(0, headBytes + payload.length));
    }
    await this.#writeAll(head.subarray(0, headBytes));
    await this.#writeAll(payload);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const written = await this.#conn.write(bytes.subarray(done));
      done += written;
      this.#writtenBytes += written;
    }
  }
}

function ignore(): void {
  // Whoever reads learns that the connection is gone.
}
