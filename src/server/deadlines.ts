/**
 * The times after which a session is not waited for any longer.
 *
 * @module
 */

import type { Session } from "./session.ts";

/** A json session that has sent nothing for so long is lost: six of our client's pings. */
export const SILENCE_MS = 30_000;

/** A write may make no progress for so long. */
export const WRITE_TIMEOUT_MS = 30_000;

/** What a session is late with; `null`: nothing. */
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

/**
 * What a session is late with.
 *
 * @param heardAtMs When a line of it was last read.
 * @param nowMs The present, by the same clock.
 */
export function overdue(session: Session, heardAtMs: number, nowMs: number): Overdue {
  const { cursor, hub, member, record, throttle } = session;
  const { nameTimeoutMs, idleMs } = hub.limits;
  const { stalledSince } = cursor;
  if (stalledSince !== null && nowMs - stalledSince >= WRITE_TIMEOUT_MS) return "stalled";
  // It is waiting for us, by the wrong answers to its password or by its own talk.
  if (session.leaving || throttle.slowed) return null;
  if (member === null) return nowMs - session.startedAt >= nameTimeoutMs ? "nameless" : null;
  const silentMs = nowMs - heardAtMs;
  if (record !== null) return silentMs >= SILENCE_MS && !session.watched ? "silent" : null;
  return idleMs > 0 && silentMs >= idleMs ? "idle" : null;
}
