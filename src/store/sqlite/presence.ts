/**
 * Who was in the room when the database was last written: those who came and did not leave.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import type { Present } from "../store.ts";

/**
 * How many comings, goings and renames are looked at, the newest first. A member who came before
 * that is not found; the next time that name comes, it joins as if it had never been here.
 */
export const PRESENCE_ROWS = 10_000;

interface NotableRow {
  readonly type: "join" | "leave" | "rename";
  readonly name: string;
  readonly new_name: string | null;
  readonly hash: string | null;
}

/**
 * Finds who came and did not leave.
 *
 * @param db A database with our schema.
 * @returns Their newest names, the latest comer first.
 */
export function presentIn(db: DatabaseSync): Present[] {
  const rows = db.prepare(`
    SELECT type, events.name, new_name, hash FROM events INDEXED BY events_notable
    LEFT JOIN sessions ON sessions.ref = events.session
    WHERE type <> 'message' ORDER BY seq DESC LIMIT ?`).all(PRESENCE_ROWS);
  const present: Present[] = [];
  // Read backwards, the first that is said of a name is how things stand.
  const decided = new Set<string>();
  for (const { type, name, new_name, hash } of rows as unknown as NotableRow[]) {
    const now = type === "rename" ? new_name ?? name : name;
    if (!decided.has(now) && type !== "leave") present.push({ name: now, session: hash });
    decided.add(now).add(name);
  }
  return present;
}
