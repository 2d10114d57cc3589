/**
 * Reads events out of the database in their order: for the room, and page by page for clients.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { LogEvent } from "../../protocol/messages.ts";
import { type Fits, utf8Bytes } from "../../protocol/limits.ts";
import { type EventRow, fromRow, ROW_COLUMNS, SEQ_COLUMN } from "./rows.ts";
import { Steps } from "../steps.ts";
import { ROOM_SPAN } from "../store.ts";
import {
  type Lookup,
  type Page,
  type Place,
  type TailBounds,
  type TalkBounds,
} from "../room_store.ts";
import { atOf } from "../events.ts";

/**
 * Rows that are read at once for {@linkcode SqliteReader.tail}; it stops at its bounds after them.
 */
const TAIL_ROWS = 256;

/**
 * Rows of a page that are read at once: each may have 16 KB. No rows are read with `iterate()`:
 * where the database cannot be read it ends as if there were no more of them (`node:sqlite` of Deno
 * 2.9.6).
 */
const PAGE_ROWS = 16;

/** Rows that are looked through at once for messages: about 1 ms. */
const SCANNED_ROWS = 10_000;

/** So often that is done where something was found already: about a second, in steps. */
const MAX_PIECES = 1_000;

/** How much of a page. */
export interface PageBounds {
  /** At most this many, 1 or more. */
  readonly limit: number;
  /** Asked in the order of reading. */
  readonly fits: Fits;
}

/** Reads the table `events`. Rooms go by the key above which theirs begin. */
export class SqliteReader {
  readonly #now: (() => number) | undefined;
  readonly #down: StatementSync;
  readonly #up: StatementSync;
  readonly #messages: StatementSync;
  readonly #places: StatementSync;
  readonly #lastSaid: StatementSync;
  readonly #nthMessage: StatementSync;
  readonly #firstMessage: StatementSync;

  /**
   * Prepares its statements.
   *
   * @param db A database with our schema.
   * @param options.now A monotonic clock in milliseconds; default `performance.now`.
   */
  constructor(db: DatabaseSync, options: { readonly now?: (() => number) | undefined } = {}) {
    this.#now = options.now;
    this.#down = db.prepare(
      `SELECT ${ROW_COLUMNS} FROM events WHERE seq < ? AND seq > ? ` +
        "ORDER BY events.seq DESC LIMIT ?",
    );
    this.#up = db.prepare(
      `SELECT ${ROW_COLUMNS} FROM events WHERE seq > ? AND seq < ? ORDER BY events.seq LIMIT ?`,
    );
    this.#messages = db.prepare(
      `SELECT ${ROW_COLUMNS} FROM events WHERE type = 'message' AND seq < ? AND seq > ? ` +
        "ORDER BY events.seq DESC LIMIT ?",
    );
    this.#places = db.prepare(`
      SELECT ${SEQ_COLUMN}, at FROM events
      WHERE type = 'message' AND seq <= ? AND seq > ? ORDER BY events.seq DESC LIMIT ?`);
    this.#lastSaid = db.prepare(`
      SELECT at FROM events WHERE type = 'message' AND erases IS NULL AND seq <= ? AND seq > ?
      ORDER BY seq DESC LIMIT 1`);
    this.#nthMessage = db.prepare(`
      SELECT ${SEQ_COLUMN} FROM events
      WHERE type = 'message' AND seq <= ? AND seq > ? ORDER BY events.seq DESC LIMIT 1 OFFSET ?`);
    this.#firstMessage = db.prepare(`
      SELECT ${SEQ_COLUMN} FROM events
      WHERE type = 'message' AND seq <= ? AND seq > ? ORDER BY events.seq LIMIT 1`);
  }

  /**
   * The newest event before a `seq`; undefined: there is none.
   *
   * @param base The room's keys are above.
   * @param before Only events with a smaller `seq`; at most one beyond the newest.
   */
  newestBefore(base: number, before: number): LogEvent | undefined {
    const [row] = this.#rowsBefore(base, before, 1);
    return row === undefined ? undefined : fromRow(row);
  }

  /**
   * The newest events without a hole, rising by `seq`; see `RoomStore.tail`.
   *
   * @param base The room's keys are above.
   * @param lastSeq `seq` of the newest event.
   * @param bounds How many.
   */
  tail(base: number, lastSeq: number, { messages, events, bytes }: TailBounds): LogEvent[] {
    const floor = Math.max(lastSeq - events, 0);
    const keys = [base + lastSeq, base + floor] as const;
    const message = this.#nthMessage.get(...keys, messages - 1) ?? this.#firstMessage.get(...keys);
    const wantedSeq = Math.min(Number(message?.["seq"] ?? Infinity), lastSeq + 1 - messages);
    const firstSeq = Math.max(wantedSeq, floor + 1);
    const tail: LogEvent[] = [];
    let next = lastSeq;
    let bytesLeft = bytes;
    while (next >= firstSeq && bytesLeft > 0) {
      const rows = this.#rowsBefore(base, next + 1, Math.min(TAIL_ROWS, next + 1 - firstSeq));
      for (const row of rows) {
        // Somebody has deleted rows: a log can begin only behind them.
        if (row.seq !== next || bytesLeft <= 0) return tail.reverse();
        tail.push(fromRow(row));
        bytesLeft -= utf8Bytes(row.text ?? "");
        next--;
      }
      if (rows.length === 0) break;
    }
    return tail.reverse();
  }

  /** Where the newest messages are, rising by `seq`, at most `limit`. */
  places(base: number, lastSeq: number, limit: number): Place[] {
    const rows = this.#places.all(base + lastSeq, base, limit);
    return (rows as unknown as Place[]).reverse().map(({ seq, at }) => ({ seq, at: atOf(at) }));
  }

  /** `at` of the newest message that somebody said: not of one that erases others. */
  lastSaid(base: number, lastSeq: number): string | undefined {
    const row = this.#lastSaid.get(base + lastSeq, base);
    return row === undefined ? undefined : atOf(String(row["at"]));
  }

  /** The newest events before a `seq` in steps, rising by `seq`; see `RoomStore.page`. */
  *page(base: number, before: number, bounds: PageBounds): Lookup<Page> {
    const next = (seq: number, limit: number) => this.#rowsBefore(base, seq, limit);
    const page = yield* this.#collect(next, before, bounds);
    page.events.reverse();
    return page;
  }

  /** The oldest events after a `seq` in steps, rising by `seq`; see `RoomStore.pageAfter`. */
  *pageAfter(base: number, after: number, bounds: PageBounds): Lookup<Page> {
    const end = base + ROOM_SPAN;
    const next = (seq: number, limit: number) =>
      this.#up.all(base + seq, end, limit) as unknown as EventRow[];
    return yield* this.#collect(next, after, bounds);
  }

  /**
   * Messages and what lies between them, in steps; see `RoomStore.talk`. Where no more comings and
   * goings are wanted, the rows are looked through in pieces, since there may be any number of
   * them.
   */
  *talk(
    base: number,
    before: number,
    { fits, ...bounds }: TalkBounds & { readonly fits: Fits },
  ): Lookup<Page> {
    const steps = new Steps({ now: this.#now });
    const events: LogEvent[] = [];
    let { messages, moves } = bounds;
    let pieces = 0;
    for (let at = before; messages > 0;) {
      const floor = moves > 0 ? 0 : Math.max(at - 1 - SCANNED_ROWS, 0);
      const rows = moves > 0
        ? this.#rowsBefore(base, at, Math.min(messages + moves, PAGE_ROWS))
        : this.#messagesBefore(base, at, { floor, limit: Math.min(messages, PAGE_ROWS) });
      for (const row of rows) {
        const event = fromRow(row);
        if (!fits(event)) return { events: events.reverse(), more: true };
        events.push(event);
        at = event.seq;
        const isMessage = event.type === "message";
        if (isMessage) messages--;
        else moves--;
        if (messages === 0 || (!isMessage && moves === 0)) break;
      }
      if (rows.length === 0) {
        // Nothing is older than this piece, or nothing at all.
        const older = moves > 0 ? undefined : this.#rowsBefore(base, floor + 1, 1)[0];
        if (older === undefined) break;
        at = older.seq + 1;
      }
      if (moves <= 0 && ++pieces > MAX_PIECES && events.length > 0) {
        return { events: events.reverse(), more: true };
      }
      if (steps.isDue) yield* steps.rest();
    }
    const oldest = events.at(-1)?.seq ?? before;
    const more = messages === 0 && this.#rowsBefore(base, oldest, 1).length > 0;
    return { events: events.reverse(), more };
  }

  /** Reads a few rows after the other. */
  *#collect(
    next: (seq: number, limit: number) => EventRow[],
    from: number,
    { limit, fits }: PageBounds,
  ): Lookup<Page> {
    const steps = new Steps({ now: this.#now });
    const events: LogEvent[] = [];
    for (let at = from;;) {
      const rows = next(at, Math.min(limit + 1 - events.length, PAGE_ROWS));
      if (rows.length === 0) return { events, more: false };
      for (const row of rows) {
        const event = fromRow(row);
        if (events.length === limit || !fits(event)) return { events, more: true };
        events.push(event);
        at = event.seq;
      }
      if (steps.isDue) yield* steps.rest();
    }
  }

  #messagesBefore(
    base: number,
    before: number,
    { floor, limit }: { readonly floor: number; readonly limit: number },
  ): EventRow[] {
    return this.#messages.all(base + before, base + floor, limit) as unknown as EventRow[];
  }

  #rowsBefore(base: number, before: number, limit: number): EventRow[] {
    return this.#down.all(base + before, base, limit) as unknown as EventRow[];
  }
}
