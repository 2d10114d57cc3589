/**
 * Lines over TCP and TLS: what the server accepts and what a client dials.
 *
 * ```text
 * conn.read ─▶ PieceReader ─▶ TextDecoderStream ─▶ lineStream ─▶ read()
 *              telnet, turns  ╰────── LinePipeline ──────╯
 * ```
 *
 * Nothing is read before somebody waits for a line, so a slow owner makes TCP push back. Not
 * `conn.readable`: it closes the whole connection at end of input, so that a peer that half-closed
 * would never get its answers, and it holds 64 KiB.
 *
 * What the streams cost against a bare `TextDecoder`: a pipeline takes 13 KB and 90 µs to make, so
 * connections share a few spare ones and hold one only within a line (`line_pipeline.ts`). 2,000
 * connections with a name took 5 to 7 KB more each than before there were streams; one for each
 * connection took 12.7 KB more. Paced messages (500 a second to 100) cost as much with shared ones
 * (ratio 1.011, 95% interval 0.965 to 1.058). Measured with Deno 2.9.6 on Linux, on a busy machine.
 *
 * @module
 */

import { type Line, type LineFramerOptions, WasteMeter } from "../protocol/framing.ts";
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
  readonly #options: LineFramerOptions;
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
    const { telnet = false, metered = false, transport = "tcp", ...lines } = options;
    this.#conn = conn;
    this.#options = lines;
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
    while (!this.#ended) {
      const piece = await this.#nextPiece();
      if (piece === null) return await this.#end();
      const lines: Line[] = await this.#push(piece);
      if (typeof lines[0] === "string") this.#pieces.madeLine();
      const waste = this.#meter?.note(lines.length, this.#pieces.commands) ?? null;
      if (waste !== null) lines.push(waste);
      if (lines.length > 0) return lines;
    }
    return null;
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

  async #nextPiece(): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      return await this.#pieces.next(this.readLimit?.());
    } catch {
      this.#broken = !this.#closed;
      return null;
    }
  }

  async #push(piece: Uint8Array<ArrayBuffer>): Promise<Line[]> {
    if (piece.length === 0) return [];
    const pipeline = this.#pipeline ?? borrowPipeline({ ...this.#options, isFirst: this.#isFirst });
    this.#pipeline = pipeline;
    this.#isFirst = false;
    const isLineEnd = piece.at(-1) === NEWLINE;
    const lines = await pipeline.push(piece);
    this.#note(pipeline.pendingChars);
    if (isLineEnd) {
      this.#pipeline = null;
      giveBack(pipeline);
    }
    return lines;
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
