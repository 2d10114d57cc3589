/**
 * Reads the log out of a database with SQLite alone, without any code of the program.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import type { LeaveReason, LogEvent } from "../../src/protocol/messages.ts";

interface Row {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly name: string;
  readonly text: string | null;
  readonly new_name: string | null;
  readonly reason: string | null;
  readonly action: number | null;
  readonly id: string | null;
}

/**
 * All events of a database, rising by `seq`. The tables are described in `docs/operations.md`.
 *
 * @param path The file; no server needs to have closed it.
 */
export function readEvents(path: string): LogEvent[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = db.prepare(
      "SELECT seq, at, type, name, text, new_name, reason, action, id FROM events ORDER BY seq",
    ).all();
    return (rows as unknown as Row[]).map(toEvent);
  } finally {
    db.close();
  }
}

function toEvent({ seq, at, type, name, text, new_name, reason, action, id }: Row): LogEvent {
  switch (type) {
    case "message":
      return {
        type,
        seq,
        at,
        from: name,
        text: text ?? "",
        ...(id === null ? {} : { id }),
        ...(action === null ? {} : { action: true }),
      };
    case "join":
      return { type, seq, at, name };
    case "leave":
      return { type, seq, at, name, reason: reason as LeaveReason };
    case "rename":
      return { type, seq, at, from: name, to: new_name ?? "" };
    default:
      throw new Error(`Cannot read event ${seq}: its type is "${type}".`);
  }
}
