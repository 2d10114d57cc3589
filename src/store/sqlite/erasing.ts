/**
 * Erases what messages say: their text, and what the index knows of it.
 *
 * That nothing of it stays in unused parts of the file, a row is first written over by one that is
 * as long, which SQLite does in place. A shorter one would be written elsewhere, and pages that
 * become emptier are joined without being cleaned, also with `secure_delete` (measured). Of the
 * index, SQLite cleans what is deleted (`secure_delete`) until that has been merged, in idle time,
 * into one that lacks the text. Then the write-ahead log is emptied. Until all that is done, the
 * table `erasing` has a row, so that a server that was stopped goes on with it.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ERASED, type Message } from "../../protocol/messages.ts";
import type { SqliteRoom } from "./room.ts";
import { kindColumn } from "./rows.ts";
import type { SqliteIndex } from "./search_index.ts";

/** `since` is the time of the first message that erased something. */
export const ERASING_TABLE = "CREATE TABLE IF NOT EXISTS erasing (since TEXT NOT NULL) STRICT";

/** Erases in the tables `events` and `search`. */
export class SqliteErasing {
  readonly #db: DatabaseSync;
  readonly #index: SqliteIndex;
  /** Something may still be in the files. */
  #isCleaning = false;
  readonly #begin: StatementSync;
  readonly #insert: StatementSync;
  readonly #blank: StatementSync;
  readonly #erase: StatementSync;

  /**
   * Prepares its statements, and goes on with what an earlier server has begun.
   *
   * @param db A database with our schema and {@linkcode ERASING_TABLE}.
   */
  constructor(db: DatabaseSync, index: SqliteIndex) {
    this.#db = db;
    this.#index = index;
    this.#begin = db.prepare(
      "INSERT INTO erasing SELECT ? WHERE NOT EXISTS (SELECT 1 FROM erasing)",
    );
    this.#insert = db.prepare(`
      INSERT INTO events (seq, at, type, name, text, action, session, erases)
      VALUES (?, ?, 'message', ?, ?, ?, ?, ?)`);
    this.#blank = db.prepare(`
      UPDATE events SET text = printf('%*s', octet_length(text), ''),
        folded = iif(folded IS NULL, NULL, printf('%*s', octet_length(folded), ''))
      WHERE seq = ? AND type = 'message'`);
    this.#erase = db.prepare(`
      UPDATE events SET text = '${ERASED}', folded = NULL, action = NULL
      WHERE seq = ? AND type = 'message'`);
    if (db.prepare("SELECT 1 FROM erasing").get() !== undefined) this.#cleanLater();
  }

  /**
   * Writes a message that erases others, and erases those. To be called in a transaction.
   *
   * @param key Of the message.
   * @param ref Of the session that it comes from; null: it has none.
   */
  write(
    message: Pick<Message, "from" | "text" | "action" | "erases">,
    { room, key, ref, at }: {
      readonly room: SqliteRoom;
      readonly key: number;
      readonly ref: number | null;
      readonly at: string;
    },
  ): void {
    const { from, text, erases = [] } = message;
    this.#begin.run(at);
    this.#cleanLater();
    this.#insert.run(key, at, from, text, kindColumn(message), ref, erases.join(","));
    this.#index.replace(room, erases.map((seq) => room.base + seq), (key) => {
      this.#blank.run(key);
      this.#erase.run(key);
    });
  }

  /**
   * Once the index is merged, empties the write-ahead log of what was erased. Where somebody reads
   * there now, the next call tries again.
   */
  clean(): void {
    if (!this.#isCleaning || this.#index.isMerging || !emptyLog(this.#db)) return;
    this.#db.exec("DELETE FROM erasing; PRAGMA secure_delete = FAST");
    this.#isCleaning = false;
  }

  #cleanLater(): void {
    if (!this.#isCleaning) this.#db.exec("PRAGMA secure_delete = ON");
    this.#isCleaning = true;
    this.#index.mergeAll();
  }
}

/** Empties the write-ahead log. Returns whether nobody read there, which is not waited for. */
function emptyLog(db: DatabaseSync): boolean {
  const { timeout } = db.prepare("PRAGMA busy_timeout").get()!;
  db.exec("PRAGMA busy_timeout = 0");
  try {
    return db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.["busy"] === 0;
  } finally {
    db.exec(`PRAGMA busy_timeout = ${timeout}`);
  }
}
