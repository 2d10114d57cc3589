/**
 * Erases what messages say: their text, and what the index knows of it.
 *
 * That nothing of it stays in unused parts of the file, a row is first written over by one that is
 * as long, which SQLite does in place. A shorter one would be written elsewhere, and pages that
 * become emptier are joined without being cleaned, also with `secure_delete` (measured). Of the
 * index, SQLite cleans what is deleted (`secure_delete`) until that has been merged, in idle time,
 * into one that lacks the text.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ERASED, type Message } from "../../protocol/messages.ts";
import type { SqliteRoom } from "./room.ts";
import { kindColumn } from "./rows.ts";
import type { SqliteIndex } from "./search_index.ts";

/** Erases in the tables `events` and `search`. */
export class SqliteErasing {
  readonly #index: SqliteIndex;
  readonly #insert: StatementSync;
  readonly #blank: StatementSync;
  readonly #erase: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   */
  constructor(db: DatabaseSync, index: SqliteIndex) {
    this.#index = index;
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
    this.#insert.run(key, at, from, text, kindColumn(message), ref, erases.join(","));
    for (const seq of erases) {
      this.#index.rewrite(room, room.base + seq, () => {
        this.#blank.run(room.base + seq);
        this.#erase.run(room.base + seq);
      });
    }
  }
}
