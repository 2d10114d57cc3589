/**
 * The times after which a connection is not waited for any longer.
 *
 * @module
 */

import type { Limits } from "./limits.ts";

/** A json client that has sent nothing for so long is lost: six of our client's pings. */
export const SILENCE_MS = 30_000;

/**
 * A write may make no progress for so long. The system keeps up to 4 MB on its way to a client, and
 * takes more only when a third of that has been read: somebody who reads 4 KiB a second makes
 * progress every five minutes. What waits meanwhile is bounded (`waiting.ts`).
 */
const WRITE_TIMEOUT_MS = 360_000;

/**
 * Where nothing can be written any more, what came before that is heard for so long: 700 lines at
 * the default rate. Whoever has gone must not keep a place for as long as who reads slowly.
 */
const LOST_MS = 30_000;

/** A connection for which there is no place may say for so long that it had one. */
const SURPLUS_MS = 2_000;

/**
 * A stranger who waits, for tokens or for the turn to try a password, has so many times the time
 * for a name. Whoever has gone meanwhile cannot be told from who waits, and a thousand of them must
 * not keep their places until each has had its turn.
 */
const STRANGERS_WAIT = 1.5;

/** What a connection is late with; `null`: nothing. */
export type Overdue =
  /** It reads nothing. */
  | "stalled"
  /** It has not given a name. */
  | "nameless"
  /** A plain client says nothing, where that is limited. */
  | "idle"
  /** A json client does not even ping. */
  | "silent"
  | null;

/** What is looked at of a connection. Times are milliseconds of the server's clock. */
export interface Watched {
  /** When it came. */
  readonly startedAt: number;
  /** When a line of it was last read. */
  readonly heardAt: number;
  /** Since when what it is sent makes no progress; null: it does. */
  readonly stalledSince: number | null;
  /** A write has failed: what came before that is still heard. */
  readonly writer: { readonly isLost: boolean };
  /** It is on its way out. */
  readonly leaving: boolean;
  /** Why there is no place for it; null: there is. */
  readonly refusal: string | null;
  /** Its transport tells when the other end is gone. */
  readonly watched: boolean;
  /** Null before it has joined. */
  readonly member: object | null;
  /** Who has sent nothing for so many milliseconds is lost; `Infinity`: may be silent. */
  readonly silenceMs: number;
  /** Nothing is read from it at the moment. */
  readonly throttle: { readonly held: boolean };
  /** What is allowed. */
  readonly server: { readonly limits: Limits };
}

/** What a connection is late with at a time. */
export function overdue(client: Watched, nowMs: number): Overdue {
  const { stalledSince, writer, server, member, throttle } = client;
  const { idleMs } = server.limits;
  const writeMs = writer.isLost ? LOST_MS : WRITE_TIMEOUT_MS;
  if (stalledSince !== null && nowMs - stalledSince >= writeMs) return "stalled";
  if (client.leaving) return null;
  if (member === null) return nowMs - client.startedAt >= patienceMs(client) ? "nameless" : null;
  // It is waiting for us: we read nothing, so we cannot hear it.
  if (throttle.held) return null;
  const silentMs = nowMs - client.heardAt;
  if (client.silenceMs !== Infinity) {
    return silentMs >= client.silenceMs && !client.watched ? "silent" : null;
  }
  return idleMs > 0 && silentMs >= idleMs ? "idle" : null;
}

/** How long a connection may take to have a name. */
function patienceMs({ refusal, throttle, server }: Watched): number {
  const { nameTimeoutMs } = server.limits;
  if (refusal !== null) return throttle.held ? Infinity : SURPLUS_MS;
  return throttle.held ? STRANGERS_WAIT * nameTimeoutMs : nameTimeoutMs;
}
