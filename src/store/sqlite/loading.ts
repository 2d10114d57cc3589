/**
 * Reads the sessions and their ids for a server that starts: a million of them in a few seconds.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { ROOM_SPAN } from "../store.ts";
import {
  directKey,
  SESSION_IDS,
  type SessionBounds,
  type StoredId,
  type StoredSession,
  WAITING_DIRECT,
} from "../stored_sessions.ts";
import { SqliteWaiting } from "./waiting.ts";

/**
 * The ids of messages and of direct messages. Of those of one room or without a room `n` rises with
 * time.
 */
const IDS = `
  SELECT session, id, seq AS n, at_ms, 0 AS is_direct, 0 AS waits FROM published UNION ALL
  SELECT session, id, n, at_ms, 1, waits FROM directs`;

interface SessionRow extends Pick<StoredSession, "hash" | "name" | "seenMs"> {
  readonly ref: number;
  readonly isHere: number;
  readonly gone: number;
  readonly lastDirect: number;
}

interface IdRow {
  readonly session: number;
  readonly id: string;
  readonly n: number;
  readonly atMs: number;
  readonly isDirect: number;
  readonly waits: number;
}

/**
 * Sessions that are read at once, each with up to 2,000 ids: row by row takes four times as long.
 */
const PAGE = 64;

/**
 * The sessions that were heard of since a time or are here, with their newest filed ids.
 *
 * @param db A database with our schema.
 * @param sinceMs Milliseconds since 1970; older ids are not given.
 * @param bounds Of ids, and of sessions that have none and are not here.
 */
export function* loadSessions(
  db: DatabaseSync,
  sinceMs: number,
  bounds: SessionBounds,
): Iterable<StoredSession> {
  const newestMs = newest(db, "SELECT seen_ms AS at_ms FROM sessions", sinceMs, bounds.sessions);
  const idsSinceMs = newest(db, IDS, sinceMs, bounds.ids);
  const sessions = db.prepare(`
    SELECT ref, hash, name, seen_ms AS seenMs, gone, last_direct AS lastDirect, ref IN (
      SELECT session FROM present WHERE session IS NOT NULL
    ) AS isHere FROM sessions
    WHERE ref > ? AND (seen_ms >= ? OR isHere) ORDER BY ref LIMIT ${PAGE}`);
  const waiting = new SqliteWaiting(db);
  const ids = db.prepare(`
    SELECT session, id, n, at_ms AS atMs, is_direct AS isDirect, waits FROM (${IDS})
    WHERE session BETWEEN ? AND ? AND at_ms >= ? ORDER BY at_ms, n`);
  for (let last = 0;;) {
    const page = sessions.all(last, sinceMs) as unknown as SessionRow[];
    if (page.length === 0) return;
    const first = page[0]!.ref;
    last = page.at(-1)!.ref;
    const idsOf = Map.groupBy(
      ids.all(first, last, idsSinceMs) as unknown as IdRow[],
      ({ session }) => session,
    );
    for (const { ref, hash, name, seenMs, isHere, gone, lastDirect } of page) {
      const own = (idsOf.get(ref) ?? []).slice(-SESSION_IDS).map(storedId);
      const messages = lastDirect === 0 ? [] : waiting.of(ref);
      const isKept = own.length + messages.length > 0 || isHere === 1 || seenMs >= newestMs;
      if (!isKept) continue;
      yield {
        hash,
        name,
        seenMs,
        ids: own,
        ...(gone === 1 && isHere === 0 ? { isGone: true } : {}),
        ...(lastDirect > 0 ? { mailbox: { last: lastDirect, messages } } : {}),
      };
    }
  }
}

function storedId({ id, n, atMs, isDirect, waits }: IdRow): StoredId {
  return isDirect === 1
    ? { id: directKey(id), room: 0, outcome: waits === 1 ? WAITING_DIRECT : 0, atMs }
    : { id, room: Math.floor(n / ROOM_SPAN), outcome: n % ROOM_SPAN, atMs };
}

/** The time since which there are so many rows, or the given one when that is later. */
function newest(db: DatabaseSync, rows: string, sinceMs: number, count: number): number {
  const nth = db.prepare(`
    SELECT at_ms FROM (${rows}) WHERE at_ms >= ? ORDER BY at_ms DESC LIMIT 1 OFFSET ?`);
  return Number(nth.get(sinceMs, count - 1)?.["at_ms"] ?? sinceMs);
}
