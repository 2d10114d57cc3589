/**
 * How a client connects over TCP.
 *
 * @module
 */

import { TcpLineConnection } from "./tcp.ts";

/** Where a server listens. */
export interface Address {
  /** A name or an IP address, without brackets. */
  readonly hostname: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
}

/** Options of {@linkcode dial}. */
export interface DialOptions {
  /** Milliseconds until it gives up. */
  readonly timeoutMs: number;
  /** Gives up earlier. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to a server.
 *
 * @param address Where to.
 * @param options See {@linkcode DialOptions}.
 * @returns The connection, the caller's to close.
 * @throws {Deno.errors.TimedOut} When nobody answered in time.
 * @throws The signal's reason when it was aborted.
 * @throws {Deno.errors.ConnectionRefused} When nobody listens, and whatever else `Deno.connect`
 * throws for names and networks.
 */
export async function dial(
  { hostname, port }: Address,
  { timeoutMs, signal }: DialOptions,
): Promise<TcpLineConnection> {
  signal?.throwIfAborted();
  // Not AbortSignal.timeout: its timer would live on after the connection stands.
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), timeoutMs);
  const anySignal = signal ? AbortSignal.any([signal, giveUp.signal]) : giveUp.signal;
  try {
    const conn = await Deno.connect({ hostname, port, signal: anySignal });
    if (signal?.aborted) conn.close();
    signal?.throwIfAborted();
    return new TcpLineConnection(conn);
  } catch (error) {
    signal?.throwIfAborted();
    if (!giveUp.signal.aborted) throw error;
    throw new Deno.errors.TimedOut(
      `No answer from ${hostname} port ${port} within ${timeoutMs / 1000} s.`,
    );
  } finally {
    clearTimeout(timer);
  }
}
