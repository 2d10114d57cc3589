/**
 * The only writer of a connection. It has a {@linkcode Cursor} for each room that the client reads,
 * and one for what belongs to no room, and writes what they have.
 *
 * ```text
 *   no room  ▪▪        ──┐ first
 *   #lobby   ▪▪▪▪▪▪▪▪  ──┤
 *   #dev     ▪▪▪       ──┼─▶ sink      in turn, at most 64 KiB each
 *   #ops     ▪▪▪▪▪     ──┘
 * ```
 *
 * Whole events and pieces are written; what is half written when the connection takes no more is
 * written to its end first. A client that reads one room gets all that there is in one write.
 *
 * @module
 */

import { Cursor, type LagReports } from "./cursor.ts";
import type { Log, Segment } from "./log.ts";
import { type Piece, QueueSize } from "./private_queue.ts";
import type { Room } from "./room.ts";
import type { Reader } from "./room_logs.ts";

/** Bytes of one room that are written before those of the next one, when several have some. */
export const TURN_BYTES = 64 * 1024;

/** Where a writer writes to: a `LineConnection`, or anything like one. */
export interface Sink {
  /** Writes some of the bytes and resolves to how many. @throws When the connection is gone. */
  write(bytes: Uint8Array): Promise<number>;
}

/** What a writer needs to know from its owner. */
export interface WriterOptions extends LagReports {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** The connection has failed; nothing more will be written. */
  readonly onFailure: (error: unknown) => void;
  /** Bytes that may wait for this client alone; see `private_queue.ts`. */
  readonly queueBytes?: number;
  /** What waits for this client alone has changed by so many bytes. */
  readonly onWaiting?: (bytes: number) => void;
  /** More than twice of what may wait does: the owner ends the connection. */
  readonly onOverflow?: () => void;
}

/** How a piece is inserted. */
export interface InsertOptions {
  /**
   * Into the stream of this room, where the client reads it. Default: of no room; it waits only for
   * earlier pieces of none.
   */
  readonly room?: Room;
  /** Position in the room's log before which it must not be seen; default: the log's end now. */
  readonly at?: number;
  /**
   * Take it although the queue is full (welcome, bye, replies); past twice the bound the connection
   * ends.
   */
  readonly force?: boolean;
  /** A kind of which only the newest matters: it takes the place of one that waits. */
  readonly slot?: string;
}

const NO_BYTES = new Uint8Array(0);

/** Writes to one client what it reads in its rooms, and what is for it alone. */
export class Writer implements Reader {
  readonly #sink: Sink;
  readonly #options: WriterOptions;
  readonly #size: QueueSize;
  /** What belongs to no room. */
  readonly #own: Cursor;
  #cursors: Cursor[] = [];
  /** The only one of them, where none ends: then nothing has to be divided. */
  #only: Cursor | null = null;
  /** Whose bytes are under way, or were last. */
  #current: Cursor;
  /** Which of the cursors had the last turn. */
  #turn = 0;
  /** How many of them end at a position. */
  #ending = 0;
  /** How many wait for the bytes of a piece. */
  #awaiting = 0;
  #isWriting = false;
  #isClosed = false;
  /** What is written when there is nothing else any more. */
  #last: Uint8Array = NO_BYTES;
  #writingSince = 0;
  #bytesWritten = 0;
  #waitingBytes = 0;
  #settled: (() => void)[] = [];
  readonly #onWritten = (written: number): void => {
    this.#bytesWritten += written;
    if (this.#isClosed) return this.#rest();
    this.#current.written(written);
    this.#advance();
  };
  readonly #onFailed = (error: unknown): void => this.#fail(error);

  /**
   * A writer that follows no room yet: only {@linkcode insert} makes it write.
   *
   * @param sink Nobody else may write to it.
   */
  constructor(sink: Sink, options: WriterOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#size = new QueueSize(options.queueBytes);
    this.#own = new Cursor(null, this.#size, options);
    this.#current = this.#own;
  }

  /** Bytes between this client and the newest events, in all its rooms. */
  get lagBytes(): number {
    let bytes = 0;
    for (const cursor of this.#cursors) bytes += cursor.lagBytes;
    return bytes;
  }

  /** Bytes handed to the connection so far. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** What is for this client alone is at its bound: let its owner wait for {@linkcode drained}. */
  get full(): boolean {
    return this.#size.full;
  }

  /** Since when a write has made no progress, in `now()` milliseconds; null when none is waiting. */
  get stalledSince(): number | null {
    return this.#isWriting ? this.#writingSince : null;
  }

  /** The segments that it reads and that have left their window: only their readers hold them. */
  *orphans(): Iterable<Segment> {
    for (const { orphan } of this.#cursors) if (orphan !== null) yield orphan;
  }

  /** The cursor of a room that the client reads, and has not left. */
  cursorOf(room: Room): Cursor | undefined {
    // The newest first: the one before may still be at its end.
    const cursor = this.#cursors.findLast((one) => one.room === room);
    return cursor?.isStopped ? undefined : cursor;
  }

  /**
   * Begins to read a room, and is woken by it from now on. Where it has left the room before and is
   * not yet at the end, that comes first.
   *
   * @param log Of the room, in the client's dialect.
   * @param position Where to begin: the start of an event, or the log's end.
   */
  follow(room: Room, log: Log, position: number): Cursor {
    const cursor = new Cursor(room, this.#size, this.#options);
    if (this.#isClosed) return cursor;
    cursor.follow(log, position);
    this.#cursors.push(cursor);
    this.#noteOnly();
    room.attach(this);
    return cursor;
  }

  /**
   * Ends reading a room, behind a position and everything that was inserted for the room so far.
   * Harmless for a room that it does not read. The room wakes it until that is written.
   *
   * @param position Where an event ends; default: the end of the log now.
   */
  unfollow(room: Room, position?: number): void {
    const cursor = this.cursorOf(room);
    if (cursor === undefined) return;
    cursor.stop(position);
    this.#ending++;
    this.#noteOnly();
  }

  /**
   * Adds a piece for this client alone.
   *
   * @param piece Whole lines.
   * @returns Whether it was taken.
   */
  insert(piece: Piece, options: InsertOptions = {}): boolean {
    if (this.#isClosed || (this.full && options.force !== true)) return false;
    const { room, at, slot } = options;
    const cursor = (room === undefined ? undefined : this.cursorOf(room)) ?? this.#own;
    cursor.queue.push(cursor === this.#own ? 0 : at ?? cursor.end, piece, slot);
    this.#noteWaiting();
    if (!this.#size.overflowing) return true;
    this.#options.onOverflow?.();
    return false;
  }

  /** See {@linkcode Reader.wake}. Cheap when a write is under way or there is nothing. */
  wake(nowMs?: number): void {
    if (!this.#isWriting && !this.#isClosed) this.#advance(nowMs);
  }

  /** Resolves when all that there is now has been handed to the connection, or it has failed. */
  drained(): Promise<void> {
    if (!this.#isWriting && (this.#awaiting === 0 || this.#isClosed)) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  /**
   * Writes up to the present end of each log, and all that waits for this client alone, and no event
   * that comes later.
   *
   * @param last What is written behind all that.
   * @returns Resolves when that is done, or when the connection has failed.
   */
  finish(last: Uint8Array = NO_BYTES): Promise<void> {
    for (const cursor of this.#cursors) cursor.stop();
    this.#last = last;
    this.#ending = this.#cursors.length;
    this.#noteOnly();
    this.wake();
    return this.drained();
  }

  /** Stops for good and lets go of the rooms. A write under way fails with its connection. */
  close(): void {
    this.#isClosed = true;
    for (const cursor of this.#cursors) this.#letGo(cursor);
    this.#cursors = [];
    this.#own.close();
    this.#current = this.#own;
    this.#noteOnly();
    this.#noteWaiting();
    if (!this.#isWriting) this.#settle();
  }

  /**
   * Begins the next write, or comes to rest. A chain of callbacks and no `async` loop: most wakings
   * write one line once, and there are as many of them for each message as there are clients.
   */
  #advance(nowMs?: number): void {
    // Set before asking: producing the bytes of a piece may insert others, and wake this writer.
    this.#isWriting = true;
    try {
      const bytes = this.#next();
      this.#noteWaiting();
      if (bytes === null) return this.#rest();
      this.#writingSince = nowMs ?? this.#options.now();
      this.#sink.write(bytes).then(this.#onWritten, this.#onFailed);
    } catch (error) {
      this.#fail(error);
    }
  }

  #next(): Uint8Array | null {
    const only = this.#only;
    if (only === null || this.#own.hasMore) return this.#nextOfMany();
    this.#current = only;
    const bytes = only.next(Infinity);
    if (!(bytes instanceof Promise)) return bytes;
    this.#await(only, bytes);
    return null;
  }

  #nextOfMany(): Uint8Array | null {
    for (;;) {
      const within = this.#current.isWithin;
      const cursor = within ? this.#current : this.#choose();
      if (cursor === null) return null;
      this.#current = cursor;
      const limit = this.#isAlone(cursor) ? Infinity : within ? 1 : TURN_BYTES;
      const bytes = cursor.next(limit);
      if (bytes instanceof Promise) this.#await(cursor, bytes);
      else if (bytes !== null) return bytes;
    }
  }

  /** Whose turn it is; null when nobody has anything. */
  #choose(): Cursor | null {
    if (this.#ending > 0) this.#sweep();
    if (this.#own.hasMore) return this.#own;
    const cursors = this.#cursors;
    for (let step = 1; step <= cursors.length; step++) {
      const index = (this.#turn + step) % cursors.length;
      const cursor = cursors[index]!;
      if (!cursor.hasMore || this.#isBehind(cursor, index)) continue;
      this.#turn = index;
      return cursor;
    }
    if (this.#last.length === 0 || this.#awaiting > 0) return null;
    this.#own.queue.push(0, this.#last);
    this.#last = NO_BYTES;
    return this.#own;
  }

  /** Another one still ends in the same room. */
  #isBehind({ room }: Cursor, index: number): boolean {
    if (this.#ending === 0) return false;
    return this.#cursors.findIndex((one) => one.room === room) < index;
  }

  #isAlone(cursor: Cursor): boolean {
    if (cursor !== this.#own && this.#own.hasMore) return false;
    return this.#cursors.every((one) => one === cursor || !one.hasMore);
  }

  /** Lets go of those that are at their end. */
  #sweep(): void {
    const over = this.#cursors.filter((cursor) => cursor.isOver);
    if (over.length === 0) return;
    this.#cursors = this.#cursors.filter((cursor) => !over.includes(cursor));
    this.#ending -= over.length;
    this.#turn = Math.max(0, this.#turn - over.length);
    if (over.includes(this.#current)) this.#current = this.#own;
    for (const cursor of over) this.#letGo(cursor);
    this.#noteOnly();
  }

  #letGo(cursor: Cursor): void {
    const room = cursor.room!;
    cursor.close();
    if (this.cursorOf(room) === undefined || this.#isClosed) room.detach(this);
  }

  #await(cursor: Cursor, bytes: Promise<Uint8Array | null>): void {
    this.#awaiting++;
    bytes.then((arrived) => {
      this.#awaiting--;
      if (this.#isClosed) return this.#settle();
      cursor.arrived(arrived);
      this.wake();
    }, this.#onFailed);
  }

  #noteOnly(): void {
    this.#only = this.#cursors.length === 1 && this.#ending === 0 ? this.#cursors[0]! : null;
  }

  #noteWaiting(): void {
    const { bytes } = this.#size;
    if (bytes !== this.#waitingBytes) this.#options.onWaiting?.(bytes - this.#waitingBytes);
    this.#waitingBytes = bytes;
  }

  /** Nothing is under way. */
  #rest(): void {
    this.#isWriting = false;
    if (this.#awaiting === 0 || this.#isClosed) this.#settle();
  }

  #settle(): void {
    const waiting = this.#settled;
    this.#settled = [];
    for (const resolve of waiting) resolve();
  }

  #fail(error: unknown): void {
    if (!this.#isClosed) {
      this.close();
      this.#options.onFailure(error);
    }
    this.#rest();
  }
}
