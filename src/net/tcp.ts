/**
 * Lines over TCP and TLS: what the server accepts and what a client dials.
 *
 * ```text
 * conn.read ─▶ PieceReader ─▶ TextDecoderStream ─▶ LineFramer ─▶ read()
 *              telnet, turns  ╰────── LinePipeline ──────╯
 * ```
 *
 * Nothing is read before somebody waits for a line, so a slow owner makes TCP push back. Not
 * `conn.readable`: it closes the whole connection at end of input, so that a peer that half-closed
 * would never get its answers, and it holds 64 KiB.
 *
 * What the stream costs against a bare `TextDecoder`: a pipeline takes 3 KB, and one piece 0.4 µs
 * more where all is warm. Connections share a few spare ones and hold one only within a line
 * (`line_pipeline.ts`): 2,000 with a name took 5 to 7 KB more each than before there were streams,
 * when a pipeline still took 13. Measured with Deno 2.9.6 on Linux.
 *
 * @module
 */

import { type Line, type LineFramerOptions, WasteMeter } from "../protocol/framing.ts";
import { MAX_LINE_CHARS } from "../protocol/limits.ts";
import type { LineConnection, Peer } from "./line_connection.ts";
import { borrowPipeline, giveBack, type LinePipeline } from "./line_pipeline.ts";
import { PieceReader } from "./chunk_reader.ts";
import { closeQuietly, peerOf, sendAtOnce, type StreamConn } from "./stream_conn.ts";
import { TelnetFilter } from "./telnet.ts";

const NEWLINE = 10;

/** Options of {@linkcode TcpLineConnection}. */
export interface TcpLineConnectionOptions extends LineFramerOptions {
  /** Strips telnet's sequences: a server does, for people who come with `telnet`; default false. */
  readonly telnet?: boolean;
  /** Bills what forms no line, as a server does; see {@linkcode WasteMeter}. Default false. */
  readonly metered?: boolean;
  /** What carries the lines; default "tcp". */
  readonly transport?: Peer["transport"];
}

/** A connection whose lines are read from a TCP (or TLS) stream. */
export class TcpLineConnection implements LineConnection {
  /** Who is at the other end; an unknown address is empty. */
  readonly peer: Peer;
  /**
   * Is given the bytes that telnet waits for as an answer. They are not written here, since only
   * the owner knows when no other write is under way. Nothing is called before the first `read`.
   */
  onReply: ((bytes: Uint8Array) => void) | undefined;
  /** Is told how the bytes change that wait here for the rest of their line. */
  onWaiting: ((bytes: number) => void) | undefined;

  /** See {@linkcode LineConnection.readLimit}. */
  readLimit: (() => number) | undefined;

  readonly #conn: StreamConn;
  readonly #maxChars: number;
  readonly #pieces: PieceReader;
  readonly #meter: WasteMeter | null;
  /** Holds part of a line, or of a character; null between two lines. */
  #pipeline: LinePipeline | null = null;
  #isFirst = true;
  #ended = false;
  #broken = false;
  #closed = false;
  #waitingBytes = 0;

  /**
   * Takes a connection over; reads nothing yet.
   *
   * @param conn An open connection, from here on this object's to close.
   * @param options See {@linkcode TcpLineConnectionOptions}.
   */
  constructor(conn: StreamConn, options: TcpLineConnectionOptions = {}) {
    const { telnet = false, metered = false, transport = "tcp" } = options;
    this.#conn = conn;
    this.#maxChars = options.maxChars ?? MAX_LINE_CHARS;
    this.peer = peerOf(conn, transport);
    sendAtOnce(conn);
    const filter = telnet ? new TelnetFilter((bytes) => this.onReply?.(bytes)) : null;
    this.#pieces = new PieceReader(conn, filter);
    this.#meter = metered ? new WasteMeter() : null;
  }

  /** The peer answered with an alert of TLS, as a TLS server does to our first line. */
  get fault(): Error | undefined {
    return this.#pieces.fault;
  }

  /** Bytes read so far. See {@linkcode LineConnection.bytesIn}. */
  get bytesIn(): number {
    return this.#pieces.bytesIn;
  }

  /** The input ended with an error instead of an orderly end; our own `close` is none. */
  get broken(): boolean {
    return this.#broken;
  }

  /** The next lines, and the bill for what was none. See {@linkcode LineConnection.read}. */
  async read(): Promise<Line[] | null> {
    // One `await` a step and no function for each: all of this runs for each line that somebody
    // types.
    while (!this.#ended) {
      let piece: Uint8Array<ArrayBuffer> | null = null;
      try {
        piece = await this.#pieces.next(this.readLimit?.());
      } catch {
        this.#broken = !this.#closed;
      }
      if (piece === null) return await this.#end();
      const lines: Line[] = piece.length === 0 ? [] : await this.#borrowed().push(piece);
      this.#pushed(piece);
      if (typeof lines[0] === "string") this.#pieces.madeLine();
      const waste = this.#meter?.note(lines.length, this.#pieces.commands) ?? null;
      if (waste !== null) lines.push(waste);
      if (lines.length > 0) return lines;
    }
    return null;
  }

  /** See {@linkcode LineConnection.endTelnet}. */
  endTelnet(): void {
    this.#pieces.endFilter();
  }

  /**
   * Writes some of the bytes. See {@linkcode LineConnection.write}.
   *
   * @param bytes 1 byte or more; must not change until it resolves.
   * @returns How many were written, 1 or more.
   * @throws When the connection is gone.
   */
  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  /**
   * See {@linkcode LineConnection.writeFailed}. The system tells of a reset once: when a write has
   * met it, the next read sees an orderly end. It was one if the write met a broken pipe.
   */
  writeFailed(error: unknown): void {
    if (!(error instanceof Deno.errors.BrokenPipe)) this.#broken = !this.#closed;
  }

  /** Tells the other end that nothing more will be written. Never throws. */
  async closeWrite(): Promise<void> {
    try {
      await this.#conn.closeWrite();
    } catch {
      // The connection is gone, and so is its other direction.
    }
  }

  /** Ends the connection at once, reads and writes under way included. Never throws. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeQuietly(this.#conn);
  }

  #borrowed(): LinePipeline {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    return this.#pipeline ??= borrowPipeline({ isFirst, maxChars: this.#maxChars });
  }

  #pushed(piece: Uint8Array): void {
    const pipeline = this.#pipeline;
    if (pipeline === null) return;
    this.#note(pipeline.pendingChars);
    if (piece[piece.length - 1] !== NEWLINE) return;
    this.#pipeline = null;
    giveBack(pipeline);
  }

  async #end(): Promise<Line[] | null> {
    this.#ended = true;
    const pipeline = this.#pipeline;
    this.#pipeline = null;
    this.#note(0);
    // Half a line can mean the opposite of the whole, so what a break cut off is no line.
    if (pipeline === null || this.#broken || this.#closed) return null;
    const last = await pipeline.end();
    return last.length > 0 ? last : null;
  }

  /** A code unit may take two bytes. */
  #note(pendingChars: number): void {
    const bytes = 2 * pendingChars;
    if (bytes !== this.#waitingBytes) this.onWaiting?.(bytes - this.#waitingBytes);
    this.#waitingBytes = bytes;
  }
}
