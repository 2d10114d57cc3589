/**
 * Who is in the room: those who came and did not leave. A table of its own, written in the commit of
 * each join, leave and rename. Looking back through the events would not do: however far it looks,
 * more of them may have come and gone since somebody joined.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Notable } from "./rows.ts";
import type { Present } from "../store.ts";

/** `since` is the `seq` of the join. */
export const PRESENT_TABLE = `
  CREATE TABLE IF NOT EXISTS present (
    name TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    session INTEGER
  ) STRICT, WITHOUT ROWID`;

/** Reads and writes the table `present`. */
export class SqlitePresence {
  readonly #all: StatementSync;
  readonly #join: StatementSync;
  readonly #leave: StatementSync;
  readonly #rename: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   */
  constructor(db: DatabaseSync) {
    this.#all = db.prepare(`
      SELECT present.name AS name, hash AS session FROM present
      LEFT JOIN sessions ON sessions.ref = present.session ORDER BY since DESC`);
    this.#join = db.prepare("INSERT OR REPLACE INTO present VALUES (?, ?, ?)");
    this.#leave = db.prepare("DELETE FROM present WHERE name = ?");
    this.#rename = db.prepare("UPDATE OR REPLACE present SET name = ? WHERE name = ?");
  }

  /**
   * Takes note of who comes, goes or takes another name. To be called in the transaction of that
   * event.
   *
   * @param seq The event's `seq`.
   * @param session The number of the session that it comes from; null without one.
   */
  note(draft: Notable, seq: number, session: number | null): void {
    switch (draft.type) {
      case "join":
        this.#join.run(draft.name, seq, session);
        return;
      case "leave":
        this.#leave.run(draft.name);
        return;
      case "rename":
        this.#rename.run(draft.to, draft.from);
        return;
    }
  }

  /** Everybody, the latest comer first. */
  all(): Present[] {
    const rows = this.#all.all() as unknown as Omit<Present, "rooms">[];
    return rows.map((row) => ({ ...row, rooms: [0] }));
  }
}

/**
 * Fills the table of a database of schema 1 from all its events. A database that was recovered as
 * docs/operations.md says passes for one, and may have the table: what is right in it stays. To be
 * called in a transaction.
 *
 * @param db With the other tables.
 */
export function addPresence(db: DatabaseSync): void {
  db.exec(PRESENT_TABLE);
  const presence = new SqlitePresence(db);
  const rows = db.prepare(`
    SELECT seq, type, name, new_name, session FROM events INDEXED BY events_notable
    WHERE type <> 'message' ORDER BY seq`);
  for (const row of rows.iterate()) {
    const { seq, type, name, new_name, session } = row as unknown as NotableRow;
    if (type === "rename") presence.note({ type, from: name, to: new_name ?? "" }, seq, session);
    else if (type === "join") presence.note({ type, name }, seq, session);
    else if (type === "leave") presence.note({ type, name, reason: "lost" }, seq, session);
  }
}

interface NotableRow {
  readonly seq: number;
  readonly type: Notable["type"];
  readonly name: string;
  readonly new_name: string | null;
  readonly session: number | null;
}
