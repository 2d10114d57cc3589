/**
 * Reads the log out of a database with SQLite alone, without any code of the program.
 *
 * @module
 */

import { existsSync } from "node:fs";
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
  readonly by: string | null;
}

/** The events of room 1 begin behind this key. */
const ROOM_SPAN = 2 ** 32;

/**
 * All events of a room, rising by `seq`. The tables are described in `docs/operations.md`.
 *
 * @param path The file; no server needs to have closed it.
 * @param room Folded; default the lobby.
 */
export function readEvents(path: string, room = "lobby"): LogEvent[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const id = db.prepare("SELECT id FROM rooms WHERE name = ? AND gone = 0").get(room)?.["id"];
    if (id === undefined) return [];
    const base = Number(id) * ROOM_SPAN;
    const rows = db.prepare(`
      SELECT seq - ? AS seq, at, type, name, text, new_name, reason, action, id, by FROM events
      WHERE seq > ? AND seq < ? ORDER BY events.seq`).all(base, base, base + ROOM_SPAN);
    return (rows as unknown as Row[]).map(toEvent);
  } finally {
    db.close();
  }
}

/**
 * What `PRAGMA integrity_check` finds in a database whose server was killed. A copy is looked at:
 * the next server finds the files as the killed one left them.
 *
 * @param path The file.
 * @returns Its lines; none when all is well.
 */
export function integrityProblems(path: string): string[] {
  const directory = Deno.makeTempDirSync({ prefix: "chat-copy-" });
  try {
    const copy = `${directory}/copy.db`;
    Deno.copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) Deno.copyFileSync(`${path}-wal`, `${copy}-wal`);
    const db = new DatabaseSync(copy);
    try {
      return db.prepare("PRAGMA integrity_check").all()
        .map((row) => String(row["integrity_check"])).filter((line) => line !== "ok");
    } finally {
      db.close();
    }
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function toEvent({ seq, at, type, name, text, new_name, reason, action, id, by }: Row): LogEvent {
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
      return {
        type,
        seq,
        at,
        name,
        reason: reason as LeaveReason,
        ...(by === null ? {} : { by }),
        ...(text === null ? {} : { text }),
      };
    case "rename":
      return { type, seq, at, from: name, to: new_name ?? "" };
    case "topic":
      return { type, seq, at, name, text: text ?? "" };
    default:
      throw new Error(`Cannot read event ${seq}: its type is "${type}".`);
  }
}
