/**
 * How long a connection may take to its welcome.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import type { Timers } from "./timers.ts";

/** A welcome that is on its way has the longest: 60 KiB, the longest line, at 1 KiB/s. */
const MAX_WELCOME_MS = 60_000;

/** What a server may say before the welcome is over: its longest line, at 4 bytes a character. */
const MAX_WELCOME_BYTES = 256 * 1024;

/**
 * Bytes that arrived within this time are arriving. Longer than the 3 s between two pongs of a server
 * that lets many people in one after the other.
 */
const ARRIVING_MS = 4_000;

/**
 * Gives a connection up that is not welcomed in time. While bytes arrive, up to a minute, the time
 * is not over: over a slow link the welcome to a large room takes a while.
 *
 * @param connection Given up in the end.
 * @param options `waitMs`: the time, in milliseconds; `isOver`: there is nothing to wait for.
 * @returns Calls it off.
 */
export function limitWelcome(
  connection: Pick<Connection, "received" | "giveUp">,
  { timers, waitMs, isOver }: {
    readonly timers: Timers;
    readonly waitMs: number;
    readonly isOver: () => boolean;
  },
): () => void {
  const beganMs = timers.now();
  let seen = 0;
  const look = (): void => {
    if (isOver()) return;
    const { received } = connection;
    const elapsedMs = timers.now() - beganMs;
    const arriving = received > seen && received <= MAX_WELCOME_BYTES &&
      elapsedMs < MAX_WELCOME_MS;
    seen = received;
    if (elapsedMs < waitMs) cancel = timers.after(waitMs - elapsedMs, look);
    else if (arriving) {
      cancel = timers.after(Math.min(ARRIVING_MS, MAX_WELCOME_MS - elapsedMs), look);
    } else connection.giveUp();
  };
  let cancel = timers.after(Math.max(0, waitMs - ARRIVING_MS), look);
  return () => cancel();
}
