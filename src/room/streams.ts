/**
 * What one client reads, each room with its {@linkcode Cursor}, and whose turn it is to be written.
 *
 * ```text
 *   no room  ▪▪        ──┐ first
 *   #lobby   ▪▪▪▪▪▪▪▪  ──┤
 *   #dev     ▪▪▪       ──┼─▶ writer    in turn, at most 64 KiB each
 *   #ops     ▪▪▪▪▪     ──┘
 * ```
 *
 * Whole events and pieces are given; what is half written when the connection takes no more is
 * written to its end first. A client that reads one room gets all that there is in one write: then
 * the writer asks its cursor alone.
 *
 * @module
 */

import { Cursor, type LagReports } from "./cursor.ts";
import type { Log } from "./log.ts";
import type { Piece, QueueSize } from "./private_queue.ts";
import type { Room } from "./room.ts";
import type { Reader } from "./readers.ts";

/** What has to be written of the rooms before a piece of none. */
interface Mark {
  /** Where the log of each ended. */
  readonly ends: ReadonlyMap<Cursor, number>;
}

/** What each room takes of the memory in a {@linkcode Mark}: an entry of a `Map` with a number. */
const ENTRY_BYTES = 48;

/** All that one client reads. */
export class Streams {
  /** What belongs to no room. */
  readonly own: Cursor;
  /**
   * The cursor of the only room, where that does not end: then nothing has to be divided. Null:
   * there are several, or none. Changed here alone.
   */
  only: Cursor | null = null;
  readonly #reader: Reader;
  readonly #size: QueueSize;
  readonly #reports: LagReports;
  #cursors: Cursor[] = [];
  /** Which of the cursors had the last turn; -1: none had, so it is that of the first. */
  #turn = -1;
  /** How many of them end at a position. */
  #ending = 0;
  #isClosed = false;
  #inOneOrder = false;
  /** Of the pieces of no room that wait for rooms; the first one is passed next. */
  #marks: Mark[] = [];
  /** How many have been passed. */
  #passed = 0;

  /**
   * None but what belongs to no room.
   *
   * @param reader Woken by the rooms.
   * @param size Of all that waits for the client alone.
   */
  constructor(reader: Reader, size: QueueSize, reports: LagReports) {
    this.#reader = reader;
    this.#size = size;
    this.#reports = reports;
    this.own = new Cursor(null, size, reports);
  }

  /** The cursors of rooms, those that end included. */
  get all(): readonly Cursor[] {
    return this.#cursors;
  }

  /** The cursor of a room that the client reads, and has not left. */
  of(room: Room): Cursor | undefined {
    // The newest first: the one before may still be at its end.
    const cursor = this.#cursors.findLast((one) => one.room === room);
    return cursor?.isStopped ? undefined : cursor;
  }

  /** See {@linkcode Writer.keepOneOrder}. */
  keepOneOrder(): void {
    this.#inOneOrder = true;
  }

  /** Adds a piece of no room. */
  pushOwn(piece: Piece, slot?: string): void {
    // In the place of one that waits there is nothing more to wait for.
    const isNew = this.#inOneOrder && !this.own.queue.has(slot);
    this.own.queue.push(isNew ? this.#mark() : 0, piece, slot);
  }

  /** Where in the order of its own pieces one that comes now belongs. */
  #mark(): number {
    const last = this.#marks.at(-1)?.ends;
    // Where no room has grown since the last piece came, that waits for the same. A client that
    // reads nothing may ask a thousand times: then not even a map is made for each.
    const behind = this.#cursors.filter((cursor) => !cursor.hasGiven(cursor.end));
    if (behind.some((cursor) => last?.get(cursor) !== cursor.end)) {
      this.#marks.push({ ends: new Map(behind.map((cursor) => [cursor, cursor.end])) });
      this.#size.add(0, behind.length * ENTRY_BYTES);
    }
    return this.#passed + this.#marks.length;
  }

  /** Passes the marks whose rooms have been written so far. */
  #passMarks(): void {
    for (let mark = this.#marks[0]; mark !== undefined; mark = this.#marks[0]) {
      for (const [cursor, end] of mark.ends) {
        if (this.#cursors.includes(cursor) && !cursor.hasGiven(end)) return;
      }
      this.#marks.shift();
      this.#size.add(0, -mark.ends.size * ENTRY_BYTES);
      this.own.goTo(++this.#passed);
    }
  }

  /** See {@linkcode Writer.follow}. */
  follow(room: Room, log: Log, position: number): Cursor {
    const cursor = new Cursor(room, this.#size, this.#reports);
    if (this.#isClosed) return cursor;
    cursor.follow(log, position);
    this.#cursors.push(cursor);
    this.#noteOnly();
    room.attach(this.#reader, log);
    return cursor;
  }

  /** See {@linkcode Writer.unfollow}. */
  unfollow(room: Room, position?: number): void {
    const cursor = this.of(room);
    if (cursor === undefined) return;
    cursor.stop(position);
    this.#ending++;
    this.#noteOnly();
  }

  /** Ends all, each at the present end of its log. */
  stop(): void {
    for (const cursor of this.#cursors) cursor.stop();
    this.#ending = this.#cursors.length;
    this.#noteOnly();
  }

  /** Lets go of all rooms. */
  close(): void {
    this.#isClosed = true;
    for (const cursor of this.#cursors) this.#letGo(cursor);
    this.#cursors = [];
    for (const { ends } of this.#marks) this.#size.add(0, -ends.size * ENTRY_BYTES);
    this.#marks = [];
    this.own.close();
    this.#noteOnly();
  }

  /** Whose turn it is; null when nobody has anything. */
  choose(): Cursor | null {
    if (this.#ending > 0) this.#sweep();
    if (this.#marks.length > 0) this.#passMarks();
    if (this.own.hasMore) return this.own;
    const cursors = this.#cursors;
    for (let step = 1; step <= cursors.length; step++) {
      const index = (this.#turn + step) % cursors.length;
      const cursor = cursors[index]!;
      if (!cursor.hasMore || this.#isBehind(cursor, index)) continue;
      this.#turn = index;
      return cursor;
    }
    return null;
  }

  /** No other cursor has anything. */
  isAlone(cursor: Cursor): boolean {
    if (cursor !== this.own && this.own.hasMore) return false;
    return this.#cursors.every((one) => one === cursor || !one.hasMore);
  }

  /** Another one still ends in the room of this name: the same, or one that is closed. */
  #isBehind({ room }: Cursor, index: number): boolean {
    if (this.#ending === 0) return false;
    return this.#cursors.findIndex((one) => one.room!.name === room!.name) < index;
  }

  /** Lets go of those that are at their end. */
  #sweep(): void {
    const over = this.#cursors.filter((cursor) => cursor.isOver);
    if (over.length === 0) return;
    this.#cursors = this.#cursors.filter((cursor) => !over.includes(cursor));
    this.#ending -= over.length;
    this.#turn = Math.max(-1, this.#turn - over.length);
    for (const cursor of over) this.#letGo(cursor);
    this.#noteOnly();
  }

  #letGo(cursor: Cursor): void {
    const room = cursor.room!;
    const log = cursor.log!;
    cursor.close();
    // Another one may still be at its end.
    const isRead = !this.#isClosed && this.#cursors.some((one) => one.room === room);
    room.detach(this.#reader, log, !isRead);
  }

  #noteOnly(): void {
    this.only = this.#cursors.length === 1 && this.#ending === 0 ? this.#cursors[0]! : null;
  }
}
