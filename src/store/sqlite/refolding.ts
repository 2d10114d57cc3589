/**
 * Brings the messages of an older database to today's rule of folding (`words.ts`), in idle time
 * and in small steps, the newest first. Until it has come to a message, a search may miss words in
 * it that have more than ASCII letters.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { transact } from "./errors.ts";
import type { SqliteRoom } from "./room.ts";
import type { SqliteRooms } from "./rooms.ts";
import { foldedColumn } from "./rows.ts";
import type { SqliteIndex } from "./search_index.ts";

/** Bytes of texts that one step folds, about: 2 ms, since the index forgets and learns each. */
const STEP_BYTES = 1024;

interface Row {
  readonly key: number;
  readonly text: string;
  readonly folded: string | null;
}

/** Folds again what was folded before schema 5. */
export class SqliteRefolding {
  readonly #db: DatabaseSync;
  readonly #rooms: SqliteRooms;
  readonly #index: SqliteIndex;
  readonly #bytes: StatementSync;
  readonly #rows: StatementSync;
  readonly #set: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   * @param rooms Keep how far it has come in each.
   * @param index Follows what it changes.
   */
  constructor(db: DatabaseSync, rooms: SqliteRooms, index: SqliteIndex) {
    this.#db = db;
    this.#rooms = rooms;
    this.#index = index;
    // What has as many bytes as characters is ASCII, which is folded as ever.
    const beyondAscii = `
      FROM events WHERE seq > ?1 AND seq <= ?2 AND type = 'message'
        AND octet_length(text) <> length(text)`;
    this.#bytes = db.prepare(`
      SELECT seq AS key, octet_length(text) AS bytes ${beyondAscii} ORDER BY seq DESC`);
    this.#rows = db.prepare(`SELECT seq AS key, text, folded ${beyondAscii} ORDER BY seq`);
    this.#set = db.prepare("UPDATE events SET folded = ?1 WHERE seq = ?2");
  }

  /**
   * One small step: the newest messages of a room that are still to be folded again.
   *
   * @param room With `refold` above 0.
   * @param budgetRows At most this many events.
   */
  step(room: SqliteRoom, budgetRows: number): void {
    const upTo = room.base + room.refold;
    const after = this.#beginOf(Math.max(room.base, upTo - budgetRows), upTo);
    const changed = new Map<number, string | null>();
    for (const row of this.#rows.all(after, upTo) as unknown as Row[]) {
      const folded = foldedColumn(row.text);
      if (folded !== row.folded) changed.set(row.key, folded);
    }
    const refold = after - room.base;
    transact(this.#db, () => {
      this.#index.replace(room, [...changed.keys()], (key) => {
        this.#set.run(changed.get(key) ?? null, key);
      });
      this.#rooms.setPointer(room, "refold", refold);
    });
    room.refold = refold;
  }

  /** The lowest key, at least `after`, above which there are no more bytes than for a step. */
  #beginOf(after: number, upTo: number): number {
    let bytes = 0;
    for (const row of this.#bytes.all(after, upTo)) {
      bytes += Number(row["bytes"]);
      if (bytes > STEP_BYTES) return Math.min(Number(row["key"]), upTo - 1);
    }
    return after;
  }
}
