/**
 * Lines over a WebSocket, as the server accepts them. From the server, binary frames of one or more
 * whole lines (one line a frame would be forty times slower); from the page, one line a frame.
 *
 * Nothing is buffered here: a write resolves when the system has taken all of it, and nothing is
 * read ahead, so a slow reader lags and a flooding sender is pushed back exactly as over TCP.
 *
 * @module
 */

import { ChunkReader } from "../net/chunk_reader.ts";
import { type LineConnection, type Peer, writeAll } from "../net/line_connection.ts";
import { closeQuietly, peerOf, type StreamConn } from "../net/stream_conn.ts";
import { type Line, WasteMeter } from "../protocol/framing.ts";
import { MAX_LINE_CHARS } from "../protocol/limits.ts";
import type { Clock } from "../clock.ts";
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

/**
 * Bytes of one frame at most, the end of a line behind them: a browser tells of whole ones only, so
 * a page on a slow network would take a longer one for silence (see `socket.ts` of the page).
 */
const MAX_FRAME_BYTES = 128 * 1024;

const NEWLINE = 10;

/** Larger payloads are not copied behind their header: a second write costs less. */
const COPIED_BYTES = 4 * 1024;

/**
 * After so long without a word from the browser it is asked for one, which needs no script there.
 */
export const PING_AFTER_MS = 15_000;

/** So long without a word, and the connection is gone. */
const GONE_AFTER_MS = 35_000;

/** Options of {@linkcode WebSocketConnection}. */
export interface WebSocketConnectionOptions {
  /** UTF-16 code units of one line; more ends the connection. Default 65,536. */
  readonly maxChars?: number;
  /** What was read behind the head of the request. */
  readonly first?: Uint8Array;
  /** Time. */
  readonly clock: Pick<Clock, "now" | "after">;
}

/** One browser's connection, as the rest of the server sees all of them. */
export class WebSocketConnection implements LineConnection {
  /** Who is at the other end. */
  readonly peer: Peer;
  /** The browser answers pings by itself, even when the page sleeps in the background. */
  readonly watched = true;
  /** Is told how the bytes change that wait here for the rest of their message. */
  onWaiting: ((bytes: number) => void) | undefined;
  /** See {@linkcode LineConnection.readLimit}. */
  readLimit: (() => number) | undefined;
  readonly #conn: StreamConn;
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #maxChars: number;
  readonly #decoder: FrameDecoder;
  readonly #meter = new WasteMeter();
  readonly #chunks: ChunkReader;
  /** What is left of the last read. */
  #left: Uint8Array;
  #over = false;
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
    this.peer = peerOf(conn, "websocket");
    this.#heardMs = this.#clock.now();
    this.#left = options.first ?? new Uint8Array(0);
    this.#decoder = new FrameDecoder({ maxBytes: this.#maxChars * MAX_BYTES_PER_CHAR });
    this.#chunks = new ChunkReader({ read: (buffer) => this.#listen(buffer) });
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

  /** The next lines. See {@linkcode LineConnection.read}. */
  async read(): Promise<Line[] | null> {
    while (!this.#over) {
      if (this.#left.length === 0) {
        const chunk = await this.#chunks.next(this.readLimit?.());
        if (chunk === null) break;
        this.#left = chunk;
      } else {
        const turn = this.#conn.turn?.() ?? null;
        if (turn !== null) await turn;
      }
      const lines = this.#takeFrames(this.#left);
      this.#left = this.#left.subarray(this.#decoder.taken);
      if (lines.length > 0) return lines;
    }
    this.#over = true;
    this.#note(0);
    return null;
  }

  /**
   * Writes one frame. See {@linkcode LineConnection.write}.
   *
   * @param bytes Whole lines, 1 byte or more; must not change until it resolves.
   * @returns How many were written: all, or as many whole lines as fit into 128 KiB.
   * @throws When the connection is gone, or the bytes do not end with a line.
   */
  async write(bytes: Uint8Array): Promise<number> {
    const whole = bytes.lastIndexOf(NEWLINE, MAX_FRAME_BYTES - 1) + 1 || bytes.length;
    // The log hands out whole events, and no line is longer than a frame: see `cursor.ts`.
    if (bytes[whole - 1] !== NEWLINE) throw new Error("A frame must hold whole lines");
    const frame = bytes.subarray(0, whole);
    await this.#send(OP_BINARY, () => frame);
    return whole;
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
    closeQuietly(this.#conn);
  }

  #note(bytes: number): void {
    if (bytes !== this.#waitingBytes) this.onWaiting?.(bytes - this.#waitingBytes);
    this.#waitingBytes = bytes;
  }

  /** @param bytes Are worked on up to `taken` of the decoder. */
  #takeFrames(bytes: Uint8Array): Line[] {
    const lines: Line[] = [];
    for (const frame of this.#decoder.push(bytes)) {
      if (frame.type === "text" && frame.text.length <= this.#maxChars) lines.push(frame.text);
      else if (frame.type === "ping") this.#answer(frame.payload);
      else if (frame.type !== "pong") {
        this.#over = true;
        if (frame.type === "text") this.#refuse(1009, frame.text.length, lines);
        else if (frame.type === "fault") this.#refuse(frame.code, 0, lines);
        break;
      }
    }
    const beside = this.#conn.takeCommands?.() ?? 0;
    const waste = this.#meter.note(lines.length, this.#decoder.controls + beside);
    if (waste !== null) lines.push(waste);
    this.#note(this.#decoder.pendingBytes);
    return lines;
  }

  /** @param discarded Characters of what was refused, as far as they are known. */
  #refuse(code: FrameFault, discarded: number, lines: Line[]): void {
    this.#closeCode = code;
    if (code === 1009) lines.push({ overlong: true, discarded, begins: true });
  }

  async #listen(buffer: Uint8Array): Promise<number | null> {
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

  #writeAll(bytes: Uint8Array): Promise<void> {
    return writeAll(this.#conn, bytes, (written) => this.#writtenBytes += written);
  }
}

function ignore(): void {
  // The reader learns that the connection is gone.
}
