/**
 * Reads and writes the table `bans`.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import type { Ban } from "../store.ts";

interface BanRow {
  readonly key: string;
  readonly shown: string;
  readonly by: string;
  readonly reason: string;
  readonly at_ms: number;
  readonly until_ms: number | null;
}

/** All bans, oldest first. */
export function readBans(db: DatabaseSync): Ban[] {
  const rows = db.prepare("SELECT * FROM bans ORDER BY at_ms").all() as unknown as BanRow[];
  return rows.map(({ key, shown, by, reason, at_ms, until_ms }) => (
    { key, shown, by, reason, atMs: at_ms, untilMs: until_ms }
  ));
}

/** Writes a ban, in place of one with the same key. */
export function writeBan(db: DatabaseSync, ban: Ban): void {
  const { key, shown, by, reason, atMs, untilMs } = ban;
  db.prepare("INSERT OR REPLACE INTO bans VALUES (?, ?, ?, ?, ?, ?)")
    .run(key, shown, by, reason, atMs, untilMs);
}

/** Deletes the ban of a key, if there is one. */
export function deleteBan(db: DatabaseSync, key: string): void {
  db.prepare("DELETE FROM bans WHERE key = ?").run(key);
}
