/**
 * The table `rooms`: which rooms there are, what each has besides events, and how far the work of
 * idle time has followed its events.
 *
 * A room that is gone stays in the table until the last of its events has been removed, in small
 * steps: its number is not used again before that.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Draft } from "../../protocol/messages.ts";
import { LOBBY_ID, type Note, ROOM_SPAN, type StoredModes, type StoredRoom } from "../store.ts";
import { nextRoomId } from "../room_ids.ts";
import { type Pointers, type RoomReaders, SqliteRoom } from "./room.ts";

/**
 * With AUTOINCREMENT it remembers the newest number that there was: ids of messages outlive a room.
 */
export const ROOMS_TABLE = `
  CREATE TABLE IF NOT EXISTS rooms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    log TEXT NOT NULL,
    topic TEXT,
    topic_name TEXT,
    topic_at TEXT,
    key TEXT,
    key_version INTEGER,
    keeper TEXT,
    unlisted INTEGER NOT NULL DEFAULT 0,
    modes TEXT,
    gone INTEGER NOT NULL DEFAULT 0,
    last_seq INTEGER NOT NULL DEFAULT 0,
    indexed INTEGER NOT NULL DEFAULT 0,
    filed INTEGER NOT NULL DEFAULT 0,
    refold INTEGER NOT NULL DEFAULT 0
  ) STRICT`;

/** The last that a room has a key for. */
const MAX_SEQ: number = ROOM_SPAN - 1;

/** Where a new room is. */
const NOTHING: Pointers = { lastSeq: 0, indexed: 0, filed: 0, refold: 0 };

/** Any event between two keys, which are not in it. */
const EVENTS_BETWEEN = "SELECT seq FROM events WHERE seq > ? AND seq < ?";

interface PointersRow {
  readonly id: number;
  readonly log: string;
  readonly gone: number;
  readonly last_seq: number;
  readonly indexed: number;
  readonly filed: number;
  readonly refold: number;
}

interface StateRow {
  readonly id: number;
  readonly name: string;
  readonly log: string;
  readonly topic: string | null;
  readonly topic_name: string | null;
  readonly topic_at: string | null;
  readonly key: string | null;
  readonly key_version: number | null;
  readonly keeper: string | null;
  readonly unlisted: number;
  /** JSON of {@linkcode StoredModes}. */
  readonly modes: string | null;
}

/** A note of one type. */
export type NoteOf<T extends Note["type"]> = Extract<Note, { readonly type: T }>;

/** Reads and writes the table `rooms`. */
export class SqliteRooms {
  /** Those that are gone, and of which there still is something. */
  readonly gone: Set<SqliteRoom> = new Set();
  /** Those that have had events since maintenance last found nothing to do in them. */
  readonly touched: Set<SqliteRoom> = new Set();
  readonly #db: DatabaseSync;
  readonly #readers: RoomReaders;
  /** Those that are gone, too. */
  readonly #all = new Map<number, SqliteRoom>();
  readonly #newest: StatementSync;
  readonly #setNewest: StatementSync;
  readonly #between: StatementSync;
  readonly #insert: StatementSync;
  readonly #setTopic: StatementSync;
  readonly #setState: StatementSync;
  readonly #setGone: StatementSync;
  readonly #delete: StatementSync;
  readonly #setPointer: Readonly<Record<keyof Pointers, StatementSync>>;
  #newestId: number;

  /**
   * Reads which rooms there are.
   *
   * @param db A database with our schema.
   * @param readers What they read with.
   */
  constructor(db: DatabaseSync, readers: RoomReaders) {
    this.#db = db;
    this.#readers = readers;
    this.#between = db.prepare(`${EVENTS_BETWEEN} LIMIT 1`);
    this.#insert = db.prepare("INSERT INTO rooms (id, name, log) VALUES (?, ?, ?)");
    this.#setTopic = db.prepare(
      "UPDATE rooms SET topic = ?, topic_name = ?, topic_at = ? WHERE id = ?",
    );
    this.#setState = db.prepare(
      "UPDATE rooms SET key = ?, key_version = ?, keeper = ?, unlisted = ?, modes = ? WHERE id = ?",
    );
    this.#setGone = db.prepare("UPDATE rooms SET gone = 1 WHERE id = ?");
    this.#delete = db.prepare("DELETE FROM rooms WHERE id = ?");
    this.#setPointer = {
      lastSeq: db.prepare("UPDATE rooms SET last_seq = ? WHERE id = ?"),
      indexed: db.prepare("UPDATE rooms SET indexed = ? WHERE id = ?"),
      filed: db.prepare("UPDATE rooms SET filed = ? WHERE id = ?"),
      refold: db.prepare("UPDATE rooms SET refold = ? WHERE id = ?"),
    };
    const newest = db.prepare(`${EVENTS_BETWEEN} ORDER BY seq DESC LIMIT 1`);
    for (const row of db.prepare("SELECT * FROM rooms ORDER BY id").all()) {
      const { id, log, gone, last_seq, indexed, filed, ...more } = row as unknown as PointersRow;
      const base = id * ROOM_SPAN;
      const key = Number(newest.get(base, base + ROOM_SPAN)?.["seq"] ?? base);
      const lastSeq = Math.max(key - base, last_seq);
      const refold = Math.min(more.refold, lastSeq);
      const room = this.#add(id, log, { lastSeq, indexed, filed, refold });
      this.touched.add(room);
      if (gone === 1) this.gone.add(room);
    }
    this.#newest = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'rooms'");
    this.#setNewest = db.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'rooms'");
    this.#newestId = this.newestId;
  }

  /** Those that are gone, too. */
  get size(): number {
    return this.#all.size;
  }

  /** A room, which may be gone. */
  get(id: number): SqliteRoom {
    const room = this.#all.get(id);
    if (room === undefined) throw new Error(`there is no room ${id}`);
    return room;
  }

  /**
   * Gives an event its place. Taken back by making `lastSeq` one less.
   *
   * @throws When the room has had as many events as there are keys for.
   */
  nextSeq(id: number): number {
    const room = this.get(id);
    if (room.lastSeq === MAX_SEQ) throw new Error(`room ${id} has had ${MAX_SEQ} events`);
    this.touched.add(room);
    return ++room.lastSeq;
  }

  /** All of them, with those that are gone. */
  all(): MapIterator<SqliteRoom> {
    return this.#all.values();
  }

  /** See `Store.rooms`. */
  stored(): StoredRoom[] {
    const rows = this.#db.prepare("SELECT * FROM rooms WHERE gone = 0 ORDER BY id").all();
    return (rows as unknown as StateRow[]).map((row): StoredRoom => {
      const { id, name, log, topic, topic_name, topic_at, key, key_version, keeper } = row;
      const at = this.get(id).lastSaid();
      return {
        id,
        name,
        log,
        topic: topic === null ? null : { text: topic, name: topic_name ?? "", at: topic_at ?? "" },
        key: key === null ? null : { hash: key, version: key_version ?? 1 },
        keeper,
        unlisted: row.unlisted === 1,
        modes: row.modes === null ? null : JSON.parse(row.modes) as StoredModes,
        lastMessageAtMs: at === undefined ? null : Date.parse(at),
      };
    });
  }

  /** There is the lobby alone, and nothing in it. */
  get isEmpty(): boolean {
    return this.#newestId === LOBBY_ID && this.get(LOBBY_ID).lastSeq === 0;
  }

  /** Gives the lobby another log, with what has happened in it. Nobody has read it yet. */
  setLobbyLog(log: string): void {
    const lobby = this.get(LOBBY_ID);
    if (lobby.logId === log) return;
    this.#db.prepare("UPDATE rooms SET log = ? WHERE id = ?").run(log, LOBBY_ID);
    this.touched.delete(lobby);
    this.#add(LOBBY_ID, log, lobby);
  }

  /** See `Store.newRoomId`. After two million rooms it begins again with those that are free. */
  newId(): number {
    this.#newestId = nextRoomId(
      this.#newestId,
      (id) => this.#all.has(id) || this.#hasEvents(id),
    );
    return this.#newestId;
  }

  /** See `Store.newestRoomId`. */
  get newestId(): number {
    return Number(this.#newest.get()?.["seq"] ?? LOBBY_ID);
  }

  /** Makes a room. To be called in a transaction; forgotten if that is undone. */
  make({ id, name, log }: NoteOf<"room">): SqliteRoom {
    this.#insert.run(id, name, log);
    // SQLite notes the highest. Behind the last number come the first.
    this.#setNewest.run(id);
    return this.#add(id, log, NOTHING);
  }

  /**
   * Keeps that a room is gone. To be called in a transaction; {@linkcode SqliteRooms.gone} follows.
   */
  writeGone(id: number): void {
    this.#setGone.run(id);
  }

  /** Keeps what has changed. To be called in a transaction. */
  writeState({ id, key, keeper, unlisted, modes }: NoteOf<"room-state">): void {
    this.#setState.run(
      key?.hash ?? null,
      key?.version ?? null,
      keeper,
      unlisted ? 1 : 0,
      modes === null ? null : JSON.stringify(modes),
      id,
    );
  }

  /** Keeps the topic that an event has set; an empty one is none. To be called in a transaction. */
  writeTopic(id: number, { name, text }: Extract<Draft, { type: "topic" }>, at: string): void {
    if (text === "") this.#setTopic.run(null, null, null, id);
    else this.#setTopic.run(text, name, at, id);
  }

  /** Keeps how far a room has come, in the transaction that is open. */
  setPointer(room: SqliteRoom, pointer: keyof Pointers, seq: number): void {
    this.#setPointer[pointer].run(seq, room.id);
  }

  /** Removes a room of which there are no events any more. */
  remove(room: SqliteRoom): void {
    this.#delete.run(room.id);
    this.forget(room);
  }

  /** The database does not have a room any more. */
  forget(room: SqliteRoom): void {
    this.#all.delete(room.id);
    this.gone.delete(room);
    this.touched.delete(room);
  }

  #add(id: number, log: string, pointers: Pointers): SqliteRoom {
    const room = new SqliteRoom(id, log, pointers, this.#readers);
    this.#all.set(id, room);
    return room;
  }

  /** Where a recovery has lost the row of a room, its events must not become another's. */
  #hasEvents(id: number): boolean {
    return this.#between.get(id * ROOM_SPAN, (id + 1) * ROOM_SPAN) !== undefined;
  }
}
