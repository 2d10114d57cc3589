/**
 * Takes the connections of a listener, whatever happens to some of them.
 *
 * `for await (const conn of listener)` would end for good at the first error, of which there are
 * harmless ones; so this loops over `accept()`.
 *
 * @module
 */

import { ACCEPT, type Turns } from "../net/turns.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "./logger.ts";

/** Pause after an accept that failed for want of file descriptors or memory. */
const BACKOFF_MS = 100;

/** What {@linkcode acceptAll} needs. */
export interface AcceptOptions {
  /** Takes a connection. */
  readonly take: (conn: Deno.Conn) => void;
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
export async function acceptAll(listener: Deno.Listener, options: AcceptOptions): Promise<void> {
  const { take, isClosed, turns, clock, logger } = options;
  for (;;) {
    try {
      const conn = await accept(listener);
      const turn = turns?.next(ACCEPT) ?? null;
      if (turn !== null) await turn;
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
 * The next connection; null for a peer that was gone again before it was accepted. That harms nobody,
 * and must not hold up those behind it: 2,000 in a row would have cost three minutes of pauses. But it
 * is work, and takes its turn: 30,000 a second would stop everybody else.
 */
async function accept(listener: Deno.Listener): Promise<Deno.Conn | null> {
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
