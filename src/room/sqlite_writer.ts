/**
 * Writes the events of one flush into the table `events`: the hot path of a server with `--db`.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { foldedColumn, notableColumns } from "./sqlite_rows.ts";
import type { SqliteSessions } from "./sqlite_sessions.ts";
import type { Entry } from "./store.ts";

/** Messages that one statement inserts: with 8 the rows a second are 1.8 times those with 1 (measured). */
const ROWS_A_STATEMENT = 8;

/** Parameters before the messages: the first `seq`, and `at`. */
const SHARED = 2;

/** Parameters of each message: name, text, id, action, session, folded. */
const PER_MESSAGE = 6;

/** Inserts events, several messages a statement. */
export class EventWriter {
  readonly #sessions: SqliteSessions;
  readonly #insertMany: StatementSync;
  readonly #insertOne: StatementSync;
  readonly #insertNotable: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   * @param sessions Numbers the sessions that entries come from.
   */
  constructor(db: DatabaseSync, sessions: SqliteSessions) {
    this.#sessions = sessions;
    this.#insertMany = db.prepare(insertMessages(ROWS_A_STATEMENT));
    this.#insertOne = db.prepare(insertMessages(1));
    this.#insertNotable = db.prepare(`
      INSERT INTO events (seq, at, type, name, new_name, reason, session)
      VALUES (?, ?, ?, ?, ?, ?, ?)`);
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
    const values: (string | number | null)[] = [0, at];
    let seq = firstSeq;
    for (const { draft, session } of entries) {
      const ref = session === undefined ? null : this.#sessions.touch(session, draft, seenMs);
      if (draft.type === "message") {
        const { from, text, id, action } = draft;
        values.push(from, text, id ?? null, action ? 1 : null, ref, foldedColumn(text));
        if (values.length === SHARED + ROWS_A_STATEMENT * PER_MESSAGE) {
          values[0] = seq + 1 - ROWS_A_STATEMENT;
          this.#insertMany.run(...values);
          values.length = SHARED;
        }
      } else {
        this.#insertRest(values, seq, at);
        const [type, name, newName, reason] = notableColumns(draft);
        this.#insertNotable.run(seq, at, type, name, newName, reason, ref);
      }
      seq++;
    }
    this.#insertRest(values, seq, at);
  }

  /** Inserts the messages just before a `seq` that did not fill a statement. */
  #insertRest(values: (string | number | null)[], end: number, at: string): void {
    const count = (values.length - SHARED) / PER_MESSAGE;
    for (let i = 0; i < count; i++) {
      const start = SHARED + i * PER_MESSAGE;
      this.#insertOne.run(end - count + i, at, ...values.slice(start, start + PER_MESSAGE));
    }
    values.length = SHARED;
  }
}

function insertMessages(count: number): string {
  const rows: string[] = [];
  for (let i = 0; i < count; i++) {
    const message: string[] = [];
    for (let n = 1; n <= PER_MESSAGE; n++) message.push(`?${SHARED + i * PER_MESSAGE + n}`);
    rows.push(`(?1 + ${i}, ?2, 'message', ${message.join(", ")})`);
  }
  return "INSERT INTO events (seq, at, type, name, text, id, action, session, folded) VALUES " +
    rows.join(", ");
}
