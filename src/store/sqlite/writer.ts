/**
 * Writes the events of one flush into the table `events`: the hot path of a server with `--db`.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { deleteBan, writeBan } from "./bans.ts";
import { foldedColumn, notableColumns } from "./rows.ts";
import type { SqlitePresence } from "./presence.ts";
import { newestName, type SqliteSessions } from "./sessions.ts";
import type { Entry, Note } from "../store.ts";

/** Messages that one statement inserts: with 8 the rows a second are 1.8 times those with 1 (measured). */
const ROWS_A_STATEMENT = 8;

/** Parameters before the messages: the first `seq`, and `at`. */
const SHARED = 2;

/** Columns of each message, each a parameter. */
const COLUMNS = ["name", "text", "id", "action", "session", "folded"];

/**
 * Those of a message that has nothing else: what a plain client says. Binding nothing costs, too: a
 * row without the other four takes a third less time (measured).
 */
const BARE_COLUMNS = ["name", "text"];

type Value = string | number | null;

/** Inserts events, several messages a statement. */
export class EventWriter {
  readonly #db: DatabaseSync;
  readonly #sessions: SqliteSessions;
  readonly #presence: SqlitePresence;
  readonly #insertMany: StatementSync;
  readonly #insertManyBare: StatementSync;
  readonly #insertOne: StatementSync;
  readonly #insertNotable: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   * @param sessions Numbers the sessions that entries come from.
   * @param presence Takes note of who comes and goes.
   */
  constructor(db: DatabaseSync, sessions: SqliteSessions, presence: SqlitePresence) {
    this.#db = db;
    this.#sessions = sessions;
    this.#presence = presence;
    this.#insertMany = db.prepare(insertMessages(ROWS_A_STATEMENT, COLUMNS));
    this.#insertManyBare = db.prepare(insertMessages(ROWS_A_STATEMENT, BARE_COLUMNS));
    this.#insertOne = db.prepare(insertMessages(1, COLUMNS));
    this.#insertNotable = db.prepare(`
      INSERT INTO events (seq, at, type, name, text, new_name, reason, session)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  }

  /**
   * Inserts entries. To be called in a transaction.
   *
   * @param entries What happened, oldest first.
   * @param firstSeq `seq` of the first.
   * @param at ISO 8601 in UTC with milliseconds: their common time.
   */
  write(entries: readonly Entry[], firstSeq: number, at: string): void {
    const seenMs = Date.parse(at);
    const values: Value[] = [0, at];
    const bareValues: Value[] = [0, at];
    let seq = firstSeq;
    for (const { draft, session } of entries) {
      const ref = session === undefined
        ? null
        : this.#sessions.touch(session, newestName(draft), seenMs);
      if (draft.type === "message") {
        const { from, text, id, action } = draft;
        const folded = foldedColumn(text);
        values.push(from, text, id ?? null, action ? 1 : null, ref, folded);
        const isBare = id === undefined && !action && ref === null && folded === null;
        if (isBare) bareValues.push(from, text);
        if (values.length === SHARED + ROWS_A_STATEMENT * COLUMNS.length) {
          this.#insertFull(seq + 1 - ROWS_A_STATEMENT, values, bareValues);
        }
      } else {
        this.#insertRest(values, seq, at);
        bareValues.length = SHARED;
        const [type, name, text, newName, reason] = notableColumns(draft);
        this.#insertNotable.run(seq, at, type, name, text, newName, reason, ref);
        this.#presence.note(draft, seq, ref);
      }
      seq++;
    }
    this.#insertRest(values, seq, at);
  }

  /** Keeps what goes with them. To be called in the same transaction. */
  writeNotes(notes: readonly Note[], at: string): void {
    const atMs = Date.parse(at);
    for (const note of notes) this.#writeNote(note, atMs);
  }

  #writeNote(note: Note, atMs: number): void {
    const { directs } = this.#sessions;
    switch (note.type) {
      case "direct":
        return directs.add(this.#sessions.touch(note.session, note.name, atMs), note.id, atMs);
      case "undelivered":
        return directs.remove(this.#sessions.refOf(note.session), note.id);
      case "ban":
        return writeBan(this.#db, note.ban);
      case "unban":
        return deleteBan(this.#db, note.key);
    }
  }

  /** Inserts as many messages as one statement takes. */
  #insertFull(firstSeq: number, values: Value[], bareValues: Value[]): void {
    const areBare = bareValues.length === SHARED + ROWS_A_STATEMENT * BARE_COLUMNS.length;
    const all = areBare ? bareValues : values;
    all[0] = firstSeq;
    (areBare ? this.#insertManyBare : this.#insertMany).run(...all);
    values.length = SHARED;
    bareValues.length = SHARED;
  }

  /** Inserts the messages just before a `seq` that did not fill a statement. */
  #insertRest(values: Value[], end: number, at: string): void {
    const count = (values.length - SHARED) / COLUMNS.length;
    for (let i = 0; i < count; i++) {
      const start = SHARED + i * COLUMNS.length;
      this.#insertOne.run(end - count + i, at, ...values.slice(start, start + COLUMNS.length));
    }
    values.length = SHARED;
  }
}

/** A statement that inserts messages that follow on each other, with these columns. */
function insertMessages(count: number, columns: readonly string[]): string {
  const rows: string[] = [];
  for (let i = 0; i < count; i++) {
    const message = columns.map((_, n) => `?${SHARED + i * columns.length + n + 1}`);
    rows.push(`(?1 + ${i}, ?2, 'message', ${message.join(", ")})`);
  }
  return `INSERT INTO events (seq, at, type, ${columns.join(", ")}) VALUES ${rows.join(", ")}`;
}
