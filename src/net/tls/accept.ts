/**
 * Lines over TLS, as a server accepts them. What a client dials is in `dial.ts`.
 *
 * @module
 */

import type { SecureContext } from "node:tls";
import type { Line, LineFramerOptions } from "../../protocol/framing.ts";
import { type LineConnection, type Peer, writeAll } from "../line_connection.ts";
import { dropInput, sendAtOnce, type StreamConn } from "../stream_conn.ts";
import { TcpLineConnection } from "../tcp.ts";
import { HANDSHAKE_MS, TlsStream } from "./stream.ts";

/** Options of {@linkcode TlsLineConnection}. */
export interface TlsLineConnectionOptions extends LineFramerOptions {
  /** Milliseconds that the handshake may take; default {@linkcode HANDSHAKE_MS}. */
  readonly handshakeMs?: number;
  /**
   * What to say to a peer that does not speak TLS, without TLS.
   *
   * @param first The first bytes that it sent.
   * @returns Bytes, which may be none; the connection is closed after them.
   */
  readonly answerPlaintext?: (first: Uint8Array) => Uint8Array;
  /**
   * Is told once when there was no handshake.
   *
   * @param why In a few words.
   */
  readonly onRefused?: (why: string) => void;
}

/**
 * A connection whose lines come out of TLS. The handshake is its own affair: it begins at once, and
 * where it fails, there are no lines and `broken` is set.
 */
export class TlsLineConnection implements LineConnection {
  /** Who is at the other end. */
  readonly peer: Peer;
  /** Never called: `telnet` does not speak TLS. */
  onReply: ((bytes: Uint8Array) => void) | undefined;
  /** Is told how the bytes change that wait for the rest of their line. */
  set onWaiting(tell: ((bytes: number) => void) | undefined) {
    this.#inner.onWaiting = tell;
  }
  /** See {@linkcode LineConnection.readLimit}. */
  set readLimit(limit: (() => number) | undefined) {
    this.#inner.readLimit = limit;
  }
  /** Bytes handed to the system so far. See {@linkcode LineConnection.writtenBytes}. */
  get writtenBytes(): number {
    return this.#stream.writtenBytes;
  }
  readonly #raw: StreamConn;
  readonly #stream: TlsStream;
  readonly #inner: TcpLineConnection;
  readonly #options: TlsLineConnectionOptions;
  /** Resolves to whether there is a conversation, when the handshake is done. */
  readonly ready: Promise<boolean>;
  #refused = false;
  #closed = false;
  #isPlain = false;
  #cancel: () => void = () => {};

  /**
   * Takes a connection over and begins the handshake.
   *
   * @param raw An open connection, from here on this object's to close.
   * @param context From `tlsContext`.
   * @param options See {@linkcode TlsLineConnectionOptions}.
   */
  constructor(raw: StreamConn, context: SecureContext, options: TlsLineConnectionOptions = {}) {
    this.#raw = raw;
    this.#options = options;
    sendAtOnce(raw);
    const stream = new TlsStream(raw, context);
    this.#stream = stream;
    this.#inner = new TcpLineConnection(stream, { ...options, metered: true, transport: "tls" });
    this.peer = this.#inner.peer;
    stream.onPlaintext = (first) => this.#answerPlaintext(first);
    this.ready = this.#shakeHands(stream);
  }

  /** The input ended with an error, or there was no handshake; our own `close` is neither. */
  get broken(): boolean {
    return this.#inner.broken || this.#refused;
  }

  /** The next lines once the handshake is done. See {@linkcode LineConnection.read}. */
  async read(): Promise<Line[] | null> {
    return await this.ready ? await this.#inner.read() : null;
  }

  /**
   * Writes some of the bytes once the handshake is done. See {@linkcode LineConnection.write}.
   *
   * @param bytes 1 byte or more; must not change until it resolves.
   * @returns How many were written, 1 to 65,536.
   * @throws When the connection is gone, or there was no handshake.
   */
  write(bytes: Uint8Array): Promise<number> {
    return this.#inner.write(bytes);
  }

  /** Tells the other end that nothing more will be written. Never throws. */
  closeWrite(): Promise<void> {
    return this.#inner.closeWrite();
  }

  /** Ends the connection at once, the handshake included. Never throws. */
  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#inner.close();
  }

  /** @returns Whether there is a conversation. */
  async #shakeHands(stream: TlsStream): Promise<boolean> {
    const { handshakeMs = HANDSHAKE_MS } = this.#options;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#inner.close();
    }, handshakeMs);
    this.#cancel = () => clearTimeout(timer);
    try {
      await stream.handshake();
      return true;
    } catch (error) {
      if (!this.#closed) {
        this.#refused = true;
        const why = this.#isPlain
          ? "does not speak TLS"
          : late
          ? `no TLS handshake within ${handshakeMs / 1000} s`
          : `no TLS handshake: ${reason(error)}`;
        this.#options.onRefused?.(why);
      }
      this.#inner.close();
      return false;
    } finally {
      this.#cancel();
    }
  }

  async #answerPlaintext(first: Uint8Array): Promise<void> {
    this.#isPlain = true;
    try {
      await writeAll(this.#raw, this.#options.answerPlaintext?.(first) ?? new Uint8Array(0));
      await this.#raw.closeWrite();
      await dropInput(this.#raw);
    } catch {
      // It did not wait for the answer.
    }
    this.#inner.close();
  }
}

/** What stands behind OpenSSL's words for the same is noise. */
function reason(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.replace(/ ?\(SSL routines:.*$/s, "");
}
