/**
 * How a client connects, over TCP or TLS.
 *
 * @module
 */

import { closeQuietly, sendAtOnce } from "./stream_conn.ts";
import { TcpLineConnection } from "./tcp.ts";
import { TlsFault } from "./tls/fault.ts";

/** Where a server listens. */
export interface Address {
  /** A name or an IP address, without brackets. */
  readonly hostname: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
}

/** Whom a client believes over TLS. */
export interface Trust {
  /** Certificates in PEM, which are believed beside those that every Deno knows; may be none. */
  readonly caCerts: readonly string[];
}

/** Options of {@linkcode dial}. */
export interface DialOptions {
  /** Milliseconds until it gives up, the TLS handshake included. */
  readonly timeoutMs: number;
  /** Gives up earlier. */
  readonly signal?: AbortSignal;
  /** Speaks TLS; the certificate must be for the address's `hostname`. Default: plain TCP. */
  readonly tls?: Trust | undefined;
}

/**
 * Connects to a server.
 *
 * @param address Where to.
 * @param options See {@linkcode DialOptions}.
 * @returns The connection, the caller's to close.
 * @throws {Deno.errors.TimedOut} When nobody answered in time.
 * @throws The signal's reason when it was aborted.
 * @throws {TlsFault} When there was no TLS handshake, or the certificate is not to be believed.
 * @throws {Deno.errors.ConnectionRefused} When nobody listens, and whatever else `Deno.connect`
 * throws for names and networks.
 */
export async function dial(
  address: Address,
  { timeoutMs, signal, tls }: DialOptions,
): Promise<TcpLineConnection> {
  signal?.throwIfAborted();
  // Not setTimeout: the first one loads timers of Node's, for 7 ms in which somebody waits for the
  // question after their name (Deno 2.9.6). This one lives on, unheard, and keeps no process.
  const late = AbortSignal.timeout(timeoutMs);
  const anySignal = signal ? AbortSignal.any([signal, late]) : late;
  try {
    const conn = await Deno.connect({ ...address, signal: anySignal });
    if (anySignal.aborted) conn.close();
    anySignal.throwIfAborted();
    if (tls === undefined) return new TcpLineConnection(conn);
    const secure = await shakeHands(conn, address.hostname, { tls, signal: anySignal });
    return new TcpLineConnection(secure, { transport: "tls" });
  } catch (error) {
    signal?.throwIfAborted();
    if (!late.aborted) throw error;
    throw new Deno.errors.TimedOut(
      `No answer from ${address.hostname} port ${address.port} within ${timeoutMs / 1000} s.`,
    );
  }
}

/**
 * Begins TLS on a connection.
 *
 * @param conn Closed when it throws.
 * @param hostname A name or an IP address, for which the certificate must be.
 * @throws {TlsFault} When there was no handshake, or the certificate is not to be believed.
 * @throws The signal's reason when it was aborted.
 */
export async function shakeHands(
  conn: Deno.TcpConn,
  hostname: string,
  { tls, signal }: { readonly tls: Trust; readonly signal: AbortSignal },
): Promise<Deno.TlsConn> {
  // Now, since a TLS connection has no such method.
  sendAtOnce(conn);
  let secure: Deno.TlsConn;
  try {
    secure = await Deno.startTls(conn, { hostname, caCerts: [...tls.caCerts] });
  } catch (error) {
    closeQuietly(conn);
    throw new TlsFault(error);
  }
  const stop = () => secure.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    await secure.handshake();
    signal.throwIfAborted();
    return secure;
  } catch (error) {
    if (!signal.aborted) secure.close();
    throw signal.aborted ? error : new TlsFault(error);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
