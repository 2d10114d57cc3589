/**
 * The library's connections, over Deno's own sockets.
 *
 * Its transport for Node takes away a socket's listeners while a connection is being made, so that
 * a reset in that moment ends the whole program (transport-node 3.4.0 under Deno 2.9.6: 19 of 150
 * connections that NATS refused); and where a server is an IP address it takes a certificate for
 * "localhost".
 *
 * @module
 */

import {
  checkOptions,
  type ConnectionOptions,
  errors,
  INFO,
  type Server,
  setTransportFactory,
  type Transport,
} from "@nats-io/nats-core/internal";
import { shakeHands } from "../../net/dial.ts";
import { closeQuietly, sendAtOnce, type StreamConn } from "../../net/stream_conn.ts";

/** One read takes no more: as large as the socket's buffer usually is. */
const READ_BYTES = 64 * 1024;

/** The first line of NATS is one of some hundred bytes. */
const MAX_INFO_BYTES = 64 * 1024;

/** From now on the library connects in this way, in the whole process. */
export function useDenoTransport(): void {
  setTransportFactory({ factory: () => new DenoTransport() });
}

/** One connection, once. */
class DenoTransport implements Transport {
  readonly lang = "deno";
  readonly version = "3.4.0";
  closeError?: Error;
  readonly #abort = new AbortController();
  readonly #closed = Promise.withResolvers<void | Error>();
  readonly #buffer = new Uint8Array(READ_BYTES);
  #conn: StreamConn | null = null;
  #info: Uint8Array = new Uint8Array(0);
  #isEncrypted = false;
  #stands = false;
  #isClosed = false;
  #writes: Promise<void> = Promise.resolve();

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Connects, and reads what the server says of itself. TLS begins after that. */
  async connect({ hostname, port, tlsName }: Server, options: ConnectionOptions): Promise<void> {
    const { signal } = this.#abort;
    try {
      const conn = await Deno.connect({ hostname, port, signal });
      this.#conn = conn;
      signal.throwIfAborted();
      sendAtOnce(conn);
      const info = await this.#readInfo(conn);
      checkOptions(info, options);
      const { tls } = options;
      if (info.tls_required === true && tls === null) {
        throw new errors.ConnectionError("it requires TLS: use tls:// or --nats-ca");
      }
      if (tls !== null) {
        const caCerts = typeof tls?.ca === "string" ? [tls.ca] : [];
        const name = tlsName === "" ? hostname : tlsName;
        this.#conn = await shakeHands(conn, name, { tls: { caCerts }, signal });
        this.#isEncrypted = true;
      }
      signal.throwIfAborted();
      this.#stands = true;
    } catch (error) {
      this.discard();
      throw error instanceof Deno.errors.ConnectionRefused
        ? new errors.ConnectionError("connection refused", { cause: error })
        : error;
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    let reason: unknown;
    try {
      yield this.#info;
      while (!this.#isClosed) {
        const count = await this.#conn!.read(this.#buffer);
        if (count === null) break;
        // What is made of it points into it.
        yield this.#buffer.slice(0, count);
      }
    } catch (error) {
      reason = error;
    } finally {
      this.#end(reason);
    }
  }

  isEncrypted(): boolean {
    return this.#isEncrypted;
  }

  send(frame: Uint8Array): void {
    this.#writes = this.#writes.then(() => this.#write(frame)).catch((error) => this.#end(error));
  }

  close(error?: Error): Promise<void> {
    this.#end(error);
    return Promise.resolve();
  }

  disconnect(): void {
    this.#end(undefined);
  }

  closed(): Promise<void | Error> {
    return this.#closed.promise;
  }

  /** Ends it, and nobody is told. */
  discard(): void {
    this.#isClosed = true;
    this.#abort.abort();
    if (this.#conn !== null) closeQuietly(this.#conn);
  }

  /** Ends it; who listens is told, once, if the connection stood. */
  #end(reason: unknown): void {
    if (this.#isClosed) return;
    if (reason instanceof Error) this.closeError = reason;
    this.discard();
    if (this.#stands) this.#closed.resolve(this.closeError);
  }

  async #write(frame: Uint8Array): Promise<void> {
    for (let sent = 0; sent < frame.length && !this.#isClosed;) {
      sent += await this.#conn!.write(frame.subarray(sent));
    }
  }

  /** Reads the first line, and hands on all that came. */
  async #readInfo(conn: StreamConn): Promise<Parameters<typeof checkOptions>[0]> {
    let text = "";
    const decoder = new TextDecoder();
    while (!text.includes("\r\n")) {
      const count = text.length > MAX_INFO_BYTES ? null : await conn.read(this.#buffer);
      if (count === null) throw new errors.ConnectionError("no server of NATS");
      text += decoder.decode(this.#buffer.subarray(0, count), { stream: true });
    }
    const [line, json] = INFO.exec(text) ?? [];
    if (line === undefined || json === undefined) {
      throw new errors.ConnectionError("no server of NATS");
    }
    // Where TLS begins, whatever stood behind this line came from nobody who is known.
    this.#info = new TextEncoder().encode(line);
    return JSON.parse(json);
  }
}
