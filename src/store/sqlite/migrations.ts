/**
 * From the schemas of earlier versions to that of today. Their one room becomes the lobby: the rows
 * of its events stay as they are.
 *
 * A database that was recovered as docs/operations.md says passes for one of schema 1, whatever it
 * was before. So each step looks what there is, and what is right stays.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { newLogId } from "../events.ts";
import { LOBBY } from "../../protocol/messages.ts";
import { LOBBY_ID, ROOM_SPAN } from "../store.ts";
import { AUDIT_INDEX, AUDIT_TABLE } from "./audit.ts";
import { PRESENT_TABLE, SqlitePresence } from "./presence.ts";
import { ROOMS_TABLE } from "./rooms.ts";
import type { Notable } from "./rows.ts";

/** The schema to which {@linkcode migrate} brings a database. */
export const SCHEMA_VERSION = 8;

/** Comings and goings that are read at once: about 1 MB. */
const NOTABLE_ROWS = 4_096;

/**
 * Adds what the newest schema has more. To be called in a transaction.
 *
 * @param db Of an earlier schema, or recovered.
 */
export function migrate(db: DatabaseSync): void {
  if (!columnsOf(db, "events").has("by")) db.exec("ALTER TABLE events ADD COLUMN by TEXT");
  addPresence(db);
  const isRefolded = columnsOf(db, "rooms").has("refold");
  db.exec(ROOMS_TABLE);
  if (!columnsOf(db, "rooms").has("modes")) db.exec("ALTER TABLE rooms ADD COLUMN modes TEXT");
  if (db.prepare("SELECT 1 FROM rooms WHERE id = ?").get(LOBBY_ID) === undefined) addLobby(db);
  if (!isRefolded) addRefold(db);
  addModeration(db);
  addWaiting(db);
  addActors(db);
  db.exec(`DROP TABLE IF EXISTS meta; PRAGMA user_version = ${SCHEMA_VERSION}`);
}

/** Schema 6: what messages erase, and what operators have done. */
function addModeration(db: DatabaseSync): void {
  addColumn(db, "events", "erases TEXT");
  db.exec(AUDIT_TABLE);
}

/** Schema 7: who has left without saying so, and the numbers of direct messages that waited. */
function addWaiting(db: DatabaseSync): void {
  addColumn(db, "sessions", "gone INTEGER NOT NULL DEFAULT 0");
  addColumn(db, "sessions", "last_direct INTEGER NOT NULL DEFAULT 0");
  addColumn(db, "directs", "waits INTEGER NOT NULL DEFAULT 0");
}

/** Schema 8: by what right somebody acted; all that there are count as operators'. */
function addActors(db: DatabaseSync): void {
  addColumn(db, "audit", "operator INTEGER NOT NULL DEFAULT 1");
  db.exec(AUDIT_INDEX);
}

/** Makes the table `present`: from that of schema 2, or from all events. */
function addPresence(db: DatabaseSync): void {
  const columns = columnsOf(db, "present");
  if (columns.has("room")) return;
  if (columns.size > 0) {
    db.exec(`
      ALTER TABLE present RENAME TO present_2;
      ${PRESENT_TABLE};
      INSERT INTO present SELECT name, ${LOBBY_ID}, since, session FROM present_2;
      DROP TABLE present_2;
    `);
    return;
  }
  db.exec(PRESENT_TABLE);
  const presence = new SqlitePresence(db);
  const rows = db.prepare(`
    SELECT seq, type, name, new_name, session FROM events INDEXED BY events_notable
    WHERE type <> 'message' AND seq > ? ORDER BY seq LIMIT ${NOTABLE_ROWS}`);
  for (let last = 0;;) {
    // Not with `iterate()`: where the database cannot be read, that ends without an error.
    const piece = rows.all(last) as unknown as NotableRow[];
    if (piece.length === 0) return;
    for (const { seq, type, name, new_name, session } of piece) {
      if (type === "rename") presence.note(renameOf(name, new_name), LOBBY_ID, seq, session);
      else if (type === "join") presence.note({ type, name }, LOBBY_ID, seq, session);
      else presence.note({ type: "leave", name, reason: "lost" }, LOBBY_ID, seq, session);
      last = seq;
    }
  }
}

/** The lobby goes on where the one room was. */
function addLobby(db: DatabaseSync): void {
  const meta = new Map<string, unknown>();
  if (columnsOf(db, "meta").size > 0) {
    for (const { key, value } of db.prepare("SELECT key, value FROM meta").all()) {
      meta.set(String(key), value);
    }
  } else db.exec("INSERT INTO search (search) VALUES ('delete-all')");
  const number = (key: string) => Number(meta.get(key) ?? 0);
  db.prepare(`
    INSERT INTO rooms (id, name, log, last_seq, indexed, filed) VALUES (?, ?, ?, ?, ?, ?)`)
    .run(
      LOBBY_ID,
      LOBBY,
      String(meta.get("log") ?? newLogId()),
      number("last_seq"),
      number("indexed"),
      number("filed"),
    );
}

/** Adds a column to a table that is there and lacks it. */
function addColumn(db: DatabaseSync, table: string, column: string): void {
  const columns = columnsOf(db, table);
  if (columns.size === 0 || columns.has(column.split(" ")[0]!)) return;
  db.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`);
}

/** All messages that there are were folded by an earlier rule: maintenance folds them again. */
function addRefold(db: DatabaseSync): void {
  addColumn(db, "rooms", "refold INTEGER NOT NULL DEFAULT 0");
  db.exec(`UPDATE rooms SET refold = ${ROOM_SPAN - 1}`);
}

function columnsOf(db: DatabaseSync, table: string): Set<string> {
  const rows = db.prepare("SELECT name FROM pragma_table_info(?)").all(table);
  return new Set(rows.map(({ name }) => String(name)));
}

function renameOf(from: string, to: string | null): Notable {
  return { type: "rename", from, to: to ?? "" };
}

interface NotableRow {
  readonly seq: number;
  readonly type: "join" | "leave" | "rename";
  readonly name: string;
  readonly new_name: string | null;
  readonly session: number | null;
}
