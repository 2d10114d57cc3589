/**
 * The server's end of a TLS connection, with the methods of a `Deno.TlsConn`: a TLS engine
 * (`node:tls`) between two byte streams. Why not `Deno.TlsConn` itself, `wire.ts` says.
 *
 * @module
 */

import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { NodeSocket } from "../node_socket.ts";
import type { StreamConn } from "../stream_conn.ts";
import { Wire } from "./wire.ts";

/** Time for a handshake: two round trips, on a very bad line. */
export const HANDSHAKE_MS = 10_000;

/** What a record without data takes at least: five bytes of head, a few of content, 16 of tag. */
const RECORD_BYTES = 24;

/**
 * The largest record (RFC 8446, section 5.2): so much may have come of one that is not complete.
 */
const MAX_RECORD_BYTES = 5 + 16 * 1024 + 256;

/** Who a server is. */
export interface TlsIdentity {
  /** The certificate, with those that vouch for it after it, in PEM. */
  readonly cert: string;
  /** Its private key, in PEM. */
  readonly key: string;
}

/**
 * Prepares an identity for any number of connections.
 *
 * @param identity Checked already: here nothing is noticed before the first handshake.
 */
export function tlsContext({ cert, key }: TlsIdentity): SecureContext {
  return createSecureContext({ cert, key });
}

/** Knows how the peer's side of the conversation ended. */
class Socket extends TLSSocket {
  /** The input ended without a farewell of TLS: somebody may have cut it off. */
  isCut = false;
  /** Bytes that have come out of TLS. */
  dataBytes = 0;
  readonly #wire: Wire;

  constructor(wire: Wire, secureContext: SecureContext) {
    super(wire, { isServer: true, secureContext, allowHalfOpen: true } as object);
    this.#wire = wire;
  }

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk === null && this.#wire.atEnd) this.isCut = true;
    if (chunk instanceof Uint8Array) {
      this.dataBytes += chunk.length;
      this.#wire.hadData();
    }
    return super.push(chunk, encoding);
  }
}

/** Bytes as the peer has meant them: decrypted when read, encrypted when written. */
export class TlsStream implements StreamConn {
  /** Where the peer is. */
  readonly remoteAddr: Deno.Addr;
  /**
   * Called when the peer does not begin a TLS handshake, with the first bytes that it has sent.
   * They are lost for TLS; the connection below can then be used as it is.
   */
  onPlaintext: (first: Uint8Array) => void = () => {};
  readonly #wire: Wire;
  readonly #socket: Socket;
  readonly #bytes: NodeSocket;
  readonly #secure = Promise.withResolvers<void>();
  #billedBytes = MAX_RECORD_BYTES;

  /**
   * Begins the handshake.
   *
   * @param conn From here on this object's to close; whoever sends small things at once has
   * switched its delay off.
   * @param context From {@linkcode tlsContext}.
   */
  constructor(conn: StreamConn, context: SecureContext) {
    this.remoteAddr = conn.remoteAddr;
    this.#wire = new Wire(conn);
    this.#wire.onPlaintext = (first) => this.onPlaintext(first);
    this.#socket = new Socket(this.#wire, context);
    this.#bytes = new NodeSocket(this.#socket);
    // Whoever does not wait for the handshake learns of its failure by reading and writing.
    this.#secure.promise.catch(() => {});
    this.#wire.on("error", (error: Error) => this.#fail(error));
    this.#socket.on("error", (error: Error) => this.#fail(error));
    this.#socket.on("secure", () => this.#secure.resolve());
    this.#bytes.start();
    this.#socket.on("end", () => this.#inputEnded(this.#socket.isCut));
    this.#socket.on("close", () => this.#inputEnded(!this.#socket.readableEnded));
  }

  /** Bytes of TLS that the system has taken. */
  get writtenBytes(): number {
    return this.#wire.writtenBytes;
  }

  /** See {@linkcode StreamConn.takeCommands}: what the peer has sent beside data. */
  takeCommands(): number {
    const bytes = this.#wire.readBytes - this.#socket.dataBytes - this.#billedBytes;
    if (bytes < RECORD_BYTES) return 0;
    const commands = Math.floor(bytes / RECORD_BYTES);
    this.#billedBytes += commands * RECORD_BYTES;
    return commands;
  }

  /** Asks for another turn, where the connection below gives turns. */
  turn(): Promise<void> | null {
    return this.#wire.turn();
  }

  /**
   * Waits for the end of the handshake.
   *
   * @throws What went wrong with it; {@linkcode Deno.errors.ConnectionReset} when the peer went
   * away.
   */
  handshake(): Promise<void> {
    return this.#secure.promise;
  }

  /**
   * Reads some bytes.
   *
   * @param buffer Where to put them. One call at a time.
   * @returns How many were read; null when the peer has said that there will be no more.
   * @throws When the connection is gone or was cut off.
   */
  read(buffer: Uint8Array): Promise<number | null> {
    return this.#bytes.read(buffer);
  }

  /**
   * Writes some of the bytes, after the handshake. One call at a time.
   *
   * @param bytes They must not change until it resolves.
   * @returns How many were taken, at most 64 KiB, when all of them are on their way.
   * @throws When the connection is gone.
   */
  write(bytes: Uint8Array): Promise<number> {
    return this.#bytes.write(bytes);
  }

  /** Says in TLS, then in TCP, that nothing more will be written. Reading goes on. */
  closeWrite(): Promise<void> {
    return this.#bytes.closeWrite();
  }

  /** Closes the socket at once. */
  close(): void {
    this.#socket.destroy();
    this.#wire.destroy();
    this.#inputEnded(!this.#socket.readableEnded);
  }

  #inputEnded(isCut: boolean): void {
    const error = cutOff();
    this.#secure.reject(error);
    this.#bytes.end(isCut ? error : null);
  }

  #fail(error: Error): void {
    this.#secure.reject(error);
    this.#bytes.end(error);
  }
}

function cutOff(): Error {
  return new Deno.errors.ConnectionReset("The connection ended in the middle of TLS");
}
