/**
 * A connection that a proxy hands on: it begins with a header that says whose it is.
 *
 * @module
 */

import { MAX_PROXY_HEADER_BYTES, parseProxyHeader, type ProxyHeader } from "./proxy_header.ts";
import { type StreamConn, WrappedConn } from "./stream_conn.ts";

/** What {@linkcode openProxied} made of a connection; only a `ProxiedConn` is ready to be used. */
export type Proxied =
  | ProxiedConn
  | {
    /** What is wrong with the header, in a few words; undefined when there is not one byte. */
    readonly fault: string | undefined;
    /** What has come instead. */
    readonly first: Uint8Array;
  };

/**
 * A connection whose peer is somebody else than who dialled, and whose first bytes have been read
 * already.
 */
export class ProxiedConn extends WrappedConn {
  #rest: Uint8Array | null;

  /**
   * Takes a connection over.
   *
   * @param conn From here on this object's to close.
   * @param remoteAddr Where the peer is: what the proxy says of it.
   * @param rest What has been read of it already, to be read again.
   */
  constructor(conn: StreamConn, remoteAddr: Deno.Addr, rest?: Uint8Array) {
    super(conn, remoteAddr);
    this.#rest = rest === undefined || rest.length === 0 ? null : rest;
  }

  /** Reads some bytes: those that have been read already come first. */
  read(buffer: Uint8Array): Promise<number | null> {
    const rest = this.#rest;
    if (rest === null) return this.conn.read(buffer);
    const length = Math.min(rest.length, buffer.length);
    buffer.set(rest.subarray(0, length));
    this.#rest = length < rest.length ? rest.subarray(length) : null;
    return Promise.resolve(length);
  }
}

/**
 * Reads the header, which must be there. Writes nothing and closes nothing; to stop waiting, close
 * `conn`.
 *
 * @param conn A connection from a proxy.
 * @returns Never rejects: a connection that breaks is a fault, too.
 */
export async function openProxied(conn: StreamConn): Promise<Proxied> {
  const buffer = new Uint8Array(MAX_PROXY_HEADER_BYTES);
  let length = 0;
  for (;;) {
    const count = await readSome(conn, buffer.subarray(length));
    if (count === null) {
      const fault = length === 0 ? undefined : "a PROXY header that was cut off";
      return { fault, first: buffer.slice(0, length) };
    }
    length += count;
    const header = parseProxyHeader(buffer.subarray(0, length));
    if (header.kind === "fault") return { fault: header.why, first: buffer.slice(0, length) };
    if (header.kind === "more") continue;
    const rest = buffer.slice(header.length, length);
    return new ProxiedConn(conn, peerOf(header, conn.remoteAddr), rest);
  }
}

/** A broken connection is at its end. */
async function readSome(conn: StreamConn, buffer: Uint8Array): Promise<number | null> {
  try {
    return await conn.read(buffer);
  } catch {
    return null;
  }
}

function peerOf(header: ProxyHeader, own: Deno.Addr): Deno.Addr {
  if (header.kind !== "client") return own;
  return { transport: "tcp", hostname: header.address, port: header.port };
}
