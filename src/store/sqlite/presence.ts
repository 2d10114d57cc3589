/**
 * Who is in which room: those who came and did not leave. A table of its own, written in the commit
 * of each join, leave and rename. Looking back through the events would not do: however far it
 * looks, more of them may have come and gone since somebody joined.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Notable } from "./rows.ts";
import type { Present } from "../store.ts";

/** `since` is the key of the join. */
export const PRESENT_TABLE = `
  CREATE TABLE IF NOT EXISTS present (
    name TEXT NOT NULL,
    room INTEGER NOT NULL,
    since INTEGER NOT NULL,
    session INTEGER,
    PRIMARY KEY (name, room)
  ) STRICT, WITHOUT ROWID`;

/** Reads and writes the table `present`. */
export class SqlitePresence {
  readonly #all: StatementSync;
  readonly #join: StatementSync;
  readonly #leave: StatementSync;
  readonly #rename: StatementSync;
  readonly #clear: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   */
  constructor(db: DatabaseSync) {
    this.#all = db.prepare(`
      SELECT present.name AS name, room, hash AS session FROM present
      LEFT JOIN sessions ON sessions.ref = present.session ORDER BY since DESC`);
    this.#join = db.prepare("INSERT OR REPLACE INTO present VALUES (?, ?, ?, ?)");
    this.#leave = db.prepare("DELETE FROM present WHERE name = ? AND room = ?");
    this.#rename = db.prepare("UPDATE OR REPLACE present SET name = ? WHERE name = ? AND room = ?");
    this.#clear = db.prepare("DELETE FROM present WHERE room = ?");
  }

  /**
   * Takes note of who comes, goes or takes another name. To be called in the transaction of that
   * event.
   *
   * @param room Number of the room in which it is.
   * @param key The event's key.
   * @param session The number of the session that it comes from; null without one.
   */
  note(draft: Notable, room: number, key: number, session: number | null): void {
    switch (draft.type) {
      case "join":
        this.#join.run(draft.name, room, key, session);
        return;
      case "leave":
        this.#leave.run(draft.name, room);
        return;
      case "rename":
        this.#rename.run(draft.to, draft.from, room);
        return;
      case "topic":
        return;
    }
  }

  /** Nobody is in a room any more. To be called in a transaction. */
  clear(room: number): void {
    this.#clear.run(room);
  }

  /** Everybody, with all rooms; of one room, the latest comer first. */
  all(): Present[] {
    const rows = this.#all.all() as unknown as PresentRow[];
    const people = new Map<string, Omit<Present, "rooms"> & { rooms: number[] }>();
    for (const { name, room, session } of rows) {
      const known = people.get(name);
      if (known === undefined) people.set(name, { name, session, rooms: [room] });
      else known.rooms.unshift(room);
    }
    return [...people.values()];
  }
}

interface PresentRow {
  readonly name: string;
  readonly room: number;
  readonly session: string | null;
}
