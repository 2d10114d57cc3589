/**
 * A TCP connection in the shape that `node:tls` wants to work on.
 *
 * `Deno.listenTls` is not used, because closing a `Deno.TlsConn` in the middle of its handshake or
 * of a write does not close the socket: it stays open for as long as the peer likes (Deno 2.9.6,
 * more than five minutes), and so a silent peer would take a file descriptor for good. Here the
 * socket is ours, and {@linkcode Wire.destroy} closes it. The price, beside a `Deno.TlsConn`, is
 * twice the memory (60 KB an idle connection) and three times the processor time a byte.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { writeAll } from "../line_connection.ts";
import { closeQuietly, type StreamConn } from "../stream_conn.ts";
import { HANDSHAKE_RECORD } from "./fault.ts";

/** A handshake takes one or two KiB; what people type, less. */
const READ_BYTES = 4 * 1024;

/**
 * Bytes from the peer without any data in them, after which the connection ends: a handshake takes
 * two KiB, and records that change keys (RFC 8446, section 4.6.3) can go on for ever.
 */
const MAX_SILENT_BYTES = 64 * 1024;

/** Bytes on their way between a TCP connection and `node:tls`. */
export class Wire extends Duplex {
  /** Called instead of handing the first bytes on when no TLS handshake begins with them. */
  onPlaintext: (first: Uint8Array) => void = () => {};
  readonly #conn: StreamConn;
  #isFirst = true;
  #atEnd = false;
  #writtenBytes = 0;
  #readBytes = 0;
  #dataAt = 0;

  /**
   * Takes a connection over.
   *
   * @param conn Closed when this stream is destroyed.
   */
  constructor(conn: StreamConn) {
    super({ allowHalfOpen: true, highWaterMark: READ_BYTES });
    this.#conn = conn;
  }

  /** The peer will send no more bytes; whether it has said so in TLS is another matter. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Bytes that the system has taken. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** Bytes that the peer has sent. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /** Says that there was data in what the peer has sent. */
  hadData(): void {
    this.#dataAt = this.#readBytes;
  }

  /** Asks for another turn, where the connection gives turns. */
  turn(): Promise<void> | null {
    return this.#conn.turn?.() ?? null;
  }

  /** Reads once and pushes what came. */
  override async _read(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      const length = await this.#conn.read(buffer);
      if (length === null) {
        this.#atEnd = true;
        this.push(null);
      } else if (this.#isFirst && buffer[0] !== HANDSHAKE_RECORD) {
        this.onPlaintext(buffer.subarray(0, length));
      } else {
        this.#isFirst = false;
        this.#readBytes += length;
        if (this.#readBytes - this.#dataAt > MAX_SILENT_BYTES) {
          throw new Deno.errors.ConnectionAborted("The peer speaks TLS and says nothing");
        }
        this.push(buffer.subarray(0, length));
      }
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  /** Writes all of a chunk. */
  override async _write(
    chunk: Buffer,
    _encoding: string,
    done: (error?: Error | null) => void,
  ): Promise<void> {
    try {
      await writeAll(this.#conn, chunk, (written) => this.#writtenBytes += written);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  /** Half-closes, after the last write. */
  override async _final(done: (error?: Error | null) => void): Promise<void> {
    try {
      await this.#conn.closeWrite();
    } catch {
      // The connection is gone, and so is its other direction.
    }
    done();
  }

  /** Closes the connection. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    closeQuietly(this.#conn);
    done(error);
  }
}
