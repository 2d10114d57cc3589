/**
 * Listening: opening the port, with words for everything that can be wrong with it, and taking the
 * connections that come in, whatever happens to some of them.
 *
 * `for await (const conn of listener)` would end for good at the first error, of which there are
 * harmless ones; so this loops over `accept()`.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { Failure } from "../failure.ts";
import { formatAddress } from "../net/address.ts";
import type { StreamConn } from "../net/stream_conn.ts";
import { ACCEPT, type Turns, WORK_MS } from "../net/turns.ts";
import type { Logger } from "./logger.ts";
import type { MetricsAddress } from "./options.ts";

/** Pause after an accept that failed for want of file descriptors or memory. */
const BACKOFF_MS = 100;

/**
 * What one turn lets in: so many connections, and no more work than this, in milliseconds. With one
 * a turn the system's queue of 511 ran over as soon as a thousand came in a second, and whoever
 * then knocks is heard again after 1, 3 or 7 s (RFC 6298).
 */
const MAX_A_TURN = 32;
const TURN_MS = WORK_MS / 4;

/** Where connections come in. */
export interface Listener {
  /** The next one. @throws {Deno.errors.BadResource} When it is closed. */
  accept(): Promise<StreamConn>;
  /** Takes no more. Throws the second time. */
  close(): void;
}

/** A port of this server that is open. */
export interface OpenPort extends Listener {
  /** Address and port. */
  readonly addr: Deno.NetAddr;
}

/** Where to listen. */
export interface ListenOptions {
  /** Address, without brackets; `0.0.0.0` is all of IPv4, `::` everything. */
  readonly host: string;
  /** 0 to 65535; 0 takes any free one. */
  readonly port: number;
  /** Which flag chooses another port; default `--port`. */
  readonly flag?: string;
}

/**
 * Listens on a TCP port.
 *
 * @throws {Failure} When that cannot be done; the message says why and what to try.
 */
export function listen({ host, port, flag = "--port" }: ListenOptions): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: host, port });
  } catch (error) {
    throw new Failure(
      `Cannot listen on ${formatAddress(host, port)}: ${explain(error, port, flag)}`,
    );
  }
}

/**
 * Listens for `--metrics`.
 *
 * @throws {Failure} When that cannot be done; the message says why and what to try.
 */
export function listenForMetrics({ host, port }: MetricsAddress): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: host, port });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `Cannot serve metrics on ${formatAddress(host, port)}: ${reason}. ` +
        "Choose another address with --metrics.",
    );
  }
}

function explain(error: unknown, port: number, flag: string): string {
  if (error instanceof Deno.errors.AddrInUse) {
    const other = port < 65_535 ? port + 1 : port - 1;
    return "another program (or another chat) uses that port. Stop it, or choose another port " +
      `with ${flag} PORT, such as ${flag} ${other}.`;
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return "this machine does not have that address. Leave --host out to listen on all of them.";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return port < 1024
      ? `ports below 1024 need special rights. Choose a higher one with ${flag}.`
      : `the system does not allow it. Choose another port with ${flag}.`;
  }
  if (error instanceof Deno.errors.NotCapable) {
    return "the program was started without permission for it. Start it with --allow-net.";
  }
  const message = error instanceof Error ? error.message : String(error);
  return `${message}. Is the value of --host an address or name of this machine?`;
}

/** What {@linkcode acceptAll} needs. */
export interface AcceptOptions {
  /** Takes a connection. */
  readonly take: (conn: StreamConn) => void;
  /** The listener has been closed on purpose. */
  readonly isClosed: () => boolean;
  /** Connections are taken in turn with all reads; default: at once. */
  readonly turns?: Turns;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. */
  readonly logger: Logger;
}

/** Takes connections until the listener is closed. Never rejects. */
export async function acceptAll(listener: Listener, options: AcceptOptions): Promise<void> {
  const { take, isClosed, turns, clock, logger } = options;
  let left = 0;
  let untilMs = 0;
  for (;;) {
    try {
      const conn = await accept(listener);
      if (left-- === 0 || clock.now() >= untilMs) {
        const turn = turns?.next(ACCEPT) ?? null;
        if (turn !== null) await turn;
        left = MAX_A_TURN - 1;
        untilMs = clock.now() + TURN_MS;
      }
      if (conn !== null) take(conn);
    } catch (error) {
      if (isClosed() || error instanceof Deno.errors.BadResource) return;
      // Without file descriptors it would fail again at once, while a pause lets somebody leave.
      logger.warn("accept failed", { error: (error as Error).message });
      await new Promise<void>((resolve) => clock.after(BACKOFF_MS, resolve));
    }
  }
}

/**
 * The next connection; null for a peer that was gone again before it was accepted. That harms
 * nobody, and must not hold up those behind it: 2,000 in a row would have cost three minutes of
 * pauses. But it is work, and takes its turn: 30,000 a second would stop everybody else.
 */
async function accept(listener: Listener): Promise<StreamConn | null> {
  try {
    return await listener.accept();
  } catch (error) {
    const isPeersFault = error instanceof Deno.errors.NotConnected ||
      error instanceof Deno.errors.ConnectionAborted ||
      error instanceof Deno.errors.ConnectionReset;
    if (isPeersFault) return null;
    throw error;
  }
}
