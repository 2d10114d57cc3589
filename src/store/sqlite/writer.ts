/**
 * Writes the events of one flush into the table `events`: the hot path of a server with `--db`.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { deleteBan, writeBan } from "./bans.ts";
import type { SqliteErasing } from "./erasing.ts";
import { foldedColumn, kindColumn, type Notable, notableColumns } from "./rows.ts";
import type { SqlitePresence } from "./presence.ts";
import type { SqliteRooms } from "./rooms.ts";
import { newestName, type SqliteSessions } from "./sessions.ts";
import type { Draft, LogEvent } from "../../protocol/messages.ts";
import { type Entry, type Note, ROOM_SPAN } from "../store.ts";

/**
 * Messages that one statement inserts: with 8 the rows a second are 1.8 times those with 1
 * (measured).
 */
const ROWS_A_STATEMENT = 8;

/** Parameters before the messages: `at`. */
const SHARED = 1;

/** Columns of each message, each a parameter. */
const COLUMNS = ["seq", "name", "text", "id", "action", "session", "folded"];

/**
 * Those of a message that has nothing else: what a plain client says. Binding nothing costs, too: a
 * row without the other four takes a third less time (measured).
 */
const BARE_COLUMNS = ["seq", "name", "text"];

type Value = string | number | null;

/** What an {@linkcode EventWriter} writes with. */
export interface WriterParts {
  /** A database with our schema. */
  readonly db: DatabaseSync;
  /** Have their topics written. */
  readonly rooms: SqliteRooms;
  /** Numbers the sessions that entries come from. */
  readonly sessions: SqliteSessions;
  /** Takes note of who comes and goes. */
  readonly presence: SqlitePresence;
  /** Erases what messages say. */
  readonly erasing: SqliteErasing;
}

/** Inserts events, several messages a statement, of whatever rooms. */
export class EventWriter {
  readonly #parts: WriterParts;
  readonly #insertMany: StatementSync;
  readonly #insertManyBare: StatementSync;
  readonly #insertOne: StatementSync;
  readonly #insertNotable: StatementSync;

  /** Prepares its statements. */
  constructor(parts: WriterParts) {
    const { db } = parts;
    this.#parts = parts;
    this.#insertMany = db.prepare(insertMessages(ROWS_A_STATEMENT, COLUMNS));
    this.#insertManyBare = db.prepare(insertMessages(ROWS_A_STATEMENT, BARE_COLUMNS));
    this.#insertOne = db.prepare(insertMessages(1, COLUMNS));
    this.#insertNotable = db.prepare(`
      INSERT INTO events (seq, at, type, name, text, new_name, reason, by, session)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  }

  /**
   * Inserts entries. To be called in a transaction.
   *
   * @param entries What happened, oldest first.
   * @param events The events that they become.
   * @param at ISO 8601 in UTC with milliseconds: their common time.
   */
  write(entries: readonly Entry[], events: readonly LogEvent[], at: string): void {
    const { sessions } = this.#parts;
    const seenMs = Date.parse(at);
    const values: Value[] = [at];
    const bareValues: Value[] = [at];
    let index = 0;
    for (const { room, draft, session } of entries) {
      const key = room * ROOM_SPAN + events[index++]!.seq;
      const ref = session === undefined
        ? null
        : sessions.touch(session, newestName(draft), seenMs, isGoneBy(draft));
      if (draft.type === "message" && draft.erases !== undefined) {
        const { rooms, erasing } = this.#parts;
        erasing.write(draft, { room: rooms.get(room), key, ref, at });
      } else if (draft.type === "message") {
        const { from, text, id } = draft;
        const kind = kindColumn(draft);
        const folded = foldedColumn(text);
        values.push(key, from, text, id ?? null, kind, ref, folded);
        const isBare = id === undefined && kind === null && ref === null && folded === null;
        if (isBare) bareValues.push(key, from, text);
        if (values.length === SHARED + ROWS_A_STATEMENT * COLUMNS.length) {
          this.#insertFull(values, bareValues);
        }
      } else {
        this.#writeNotable(draft, { room, key, ref, at });
      }
    }
    for (let start = SHARED; start < values.length; start += COLUMNS.length) {
      this.#insertOne.run(at, ...values.slice(start, start + COLUMNS.length));
    }
  }

  /**
   * Keeps what is about direct messages. To be called in the same transaction, before the entries:
   * whose session has a note and then leaves, or takes another name, has done so when it ends.
   */
  writeDirects(notes: readonly Note[], at: string): void {
    if (notes.length === 0) return;
    const atMs = Date.parse(at);
    for (const note of notes) this.#writeDirect(note, atMs);
  }

  /** Keeps what else goes with the entries. To be called in the same transaction, after them. */
  writeNotes(notes: readonly Note[]): void {
    for (const note of notes) this.#writeNote(note);
  }

  #writeNotable(
    draft: Notable,
    { room, key, ref, at }: {
      readonly room: number;
      readonly key: number;
      readonly ref: number | null;
      readonly at: string;
    },
  ): void {
    const [type, ...columns] = notableColumns(draft);
    this.#insertNotable.run(key, at, type, ...columns, ref);
    this.#parts.presence.note(draft, room, key, ref);
    if (draft.type === "topic") this.#parts.rooms.writeTopic(room, draft, at);
  }

  #writeDirect(note: Note, atMs: number): void {
    const { sessions } = this.#parts;
    const { directs } = sessions;
    switch (note.type) {
      case "direct":
        return directs.add(sessions.touchByNote(note.session, note.name, atMs), note.id, atMs);
      case "undelivered":
        return directs.remove(sessions.refOf(note.session), note.id);
      case "wait":
        return this.#writeWaiting(note);
      case "left":
        sessions.touchByNote(note.session, note.name, atMs, note.mayComeBack);
        return;
      case "seen":
        return sessions.waiting.remove(sessions.refOf(note.session), note.upTo);
    }
  }

  #writeNote(note: Note): void {
    const { db, rooms, presence } = this.#parts;
    switch (note.type) {
      case "ban":
        return writeBan(db, note.ban);
      case "unban":
        return deleteBan(db, note.key);
      case "room":
        // Made before its first event.
        return;
      case "room-gone":
        presence.clear(note.id);
        return rooms.writeGone(note.id);
      case "room-state":
        return rooms.writeState(note);
    }
  }

  #writeWaiting({ session, message, sender }: Note & { readonly type: "wait" }): void {
    const { sessions } = this.#parts;
    const { id, from, to, atMs } = message;
    // Who was never in a room is not known yet.
    const ref = sessions.refOf(session) || sessions.touch(session, to, atMs, true);
    sessions.waiting.add(ref, message);
    if (id === undefined || sender === null) return;
    sessions.directs.add(sessions.touchByNote(sender, from, atMs), id, atMs, true);
  }

  /** Inserts as many messages as one statement takes. */
  #insertFull(values: Value[], bareValues: Value[]): void {
    const areBare = bareValues.length === SHARED + ROWS_A_STATEMENT * BARE_COLUMNS.length;
    if (areBare) this.#insertManyBare.run(...bareValues);
    else this.#insertMany.run(...values);
    values.length = SHARED;
    bareValues.length = SHARED;
  }
}

/**
 * Whether somebody has left by it without saying so. Who leaves one room only stays: where that was
 * the last one, a restart finds nobody.
 */
function isGoneBy(draft: Draft): boolean {
  return draft.type === "leave" && /^(?:lost|part|timeout|shutdown)$/.test(draft.reason);
}

/** A statement that inserts messages with these columns. */
function insertMessages(count: number, columns: readonly string[]): string {
  const rows: string[] = [];
  for (let i = 0; i < count; i++) {
    const message = columns.map((_, n) => `?${SHARED + i * columns.length + n + 1}`);
    rows.push(`(?1, 'message', ${message.join(", ")})`);
  }
  return `INSERT INTO events (at, type, ${columns.join(", ")}) VALUES ${rows.join(", ")}`;
}
