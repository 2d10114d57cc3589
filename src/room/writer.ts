/**
 * The only writer of a connection: it writes what the client reads in its rooms, and what is for it
 * alone, one write after the other. Where there are several rooms, `streams.ts` says whose turn it
 * is.
 *
 * @module
 */

import type { Cursor, LagReports } from "./cursor.ts";
import type { Log, Segment } from "./log.ts";
import { type Piece, QueueSize } from "./private_queue.ts";
import type { Room } from "./room.ts";
import type { Reader } from "./readers.ts";
import { Streams } from "./streams.ts";

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
  /** What is to be written cannot be made; nothing more will be written. */
  readonly onFailure: (error: unknown) => void;
  /**
   * The connection takes nothing any more; what has come from it may still be read. Default:
   * {@linkcode onFailure}.
   */
  readonly onLost?: (error: unknown) => void;
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
  readonly #streams: Streams;
  /** Whose bytes are under way, or were last. */
  #current: Cursor;
  /** Pieces whose bytes are waited for. */
  #awaited = 0;
  #isWriting = false;
  #isClosed = false;
  #isLost = false;
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
  readonly #onFailed = (error: unknown): void => {
    this.#isLost = !this.#isClosed;
    this.#writingSince = this.#options.now();
    const { onFailure, onLost = onFailure } = this.#options;
    this.#fail(error, onLost);
  };

  /**
   * A writer that follows no room yet: only {@linkcode insert} makes it write.
   *
   * @param sink Nobody else may write to it.
   */
  constructor(sink: Sink, options: WriterOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#size = new QueueSize(options.queueBytes);
    this.#streams = new Streams(this, this.#size, options);
    this.#current = this.#streams.own;
  }

  /** Bytes between this client and the newest events, in all its rooms. */
  get lagBytes(): number {
    let bytes = 0;
    for (const cursor of this.#streams.all) bytes += cursor.lagBytes;
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

  /** A write has failed: nobody reads any more what is for this client. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Since when a write has made no progress, in `now()` milliseconds; null when none is waiting.
   * One that has failed makes none, since then.
   */
  get stalledSince(): number | null {
    return this.#isWriting || this.#isLost ? this.#writingSince : null;
  }

  /** The segments that it reads and that have left their window: only their readers hold them. */
  *orphans(): Iterable<Segment> {
    for (const { orphan } of this.#streams.all) if (orphan !== null) yield orphan;
  }

  /**
   * From now on a piece of no room waits for all that there is in the rooms when it comes; without
   * that only for earlier pieces of none.
   */
  keepOneOrder(): void {
    this.#streams.keepOneOrder();
  }

  /** The cursors of its rooms, those that it has left and reads to their end included. */
  get cursors(): readonly Cursor[] {
    return this.#streams.all;
  }

  /** The cursor of a room that the client reads, and has not left. */
  cursorOf(room: Room): Cursor | undefined {
    return this.#streams.of(room);
  }

  /**
   * Begins to read a room, and is woken by it from now on. Where it has left the room before and is
   * not yet at the end, that comes first.
   *
   * @param log Of the room, in the client's dialect.
   * @param position Where to begin: the start of an event, or the log's end.
   */
  follow(room: Room, log: Log, position: number): Cursor {
    return this.#streams.follow(room, log, position);
  }

  /**
   * Ends reading a room, behind a position and everything that was inserted for the room so far.
   * Harmless for a room that it does not read. The room wakes it until that is written.
   *
   * @param position Where an event ends; default: the end of the log now.
   */
  unfollow(room: Room, position?: number): void {
    this.#streams.unfollow(room, position);
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
    const cursor = room === undefined ? undefined : this.#streams.of(room);
    if (cursor === undefined) this.#streams.pushOwn(piece, slot);
    else cursor.queue.push(at ?? cursor.end, piece, slot);
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
    if (!this.#isWriting && (this.#awaited === 0 || this.#isClosed)) {
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  /**
   * Writes up to the present end of each log, and all that waits for this client alone, and no
   * event that comes later.
   *
   * @param last What is written behind all that.
   * @returns Resolves when that is done, or when the connection has failed.
   */
  finish(last: Uint8Array = NO_BYTES): Promise<void> {
    this.#streams.stop();
    this.#last = last;
    this.wake();
    return this.drained();
  }

  /** Stops for good and lets go of the rooms. A write under way fails with its connection. */
  close(): void {
    this.#isClosed = true;
    this.#streams.close();
    this.#current = this.#streams.own;
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
      const quick = this.#nextOfOnly();
      const bytes = quick === undefined ? this.#next() : quick;
      if (bytes === null) return this.#rest();
      this.#writingSince = nowMs ?? this.#options.now();
      this.#sink.write(bytes).then(this.#onWritten, this.#onFailed);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The same as {@linkcode next}, where it reads one room and nothing is for it alone. */
  #nextOfOnly(): Uint8Array | null | undefined {
    const { only } = this.#streams;
    const isOnly = only !== null && only === this.#current && this.#size.isEmpty;
    return isOnly && this.#last.length === 0 ? only.nextInLog() : undefined;
  }

  /** The bytes to write next; null: there are none for now. */
  #next(): Uint8Array | null {
    let bytes = this.#nextOfStreams();
    if (bytes === null && this.#last.length > 0 && this.#awaited === 0) {
      this.#streams.pushOwn(this.#last);
      this.#last = NO_BYTES;
      bytes = this.#nextOfStreams();
    }
    this.#noteWaiting();
    return bytes;
  }

  #nextOfStreams(): Uint8Array | null {
    for (;;) {
      const isWithin = this.#current.isWithin;
      const cursor = isWithin ? this.#current : this.#streams.choose();
      this.#current = cursor ?? this.#streams.own;
      if (cursor === null) return null;
      const limit = this.#streams.isAlone(cursor) ? Infinity : isWithin ? 1 : TURN_BYTES;
      const bytes = cursor.next(limit);
      if (bytes instanceof Promise) this.#await(cursor, bytes);
      else if (bytes !== null) return bytes;
    }
  }

  /** Goes on when the bytes of a piece are there. */
  #await(cursor: Cursor, bytes: Promise<Uint8Array | null>): void {
    this.#awaited++;
    bytes.then((arrived) => {
      this.#awaited--;
      if (this.#isClosed) return this.#settle();
      cursor.arrived(arrived);
      this.wake();
    }, (error) => {
      this.#awaited--;
      this.#fail(error);
    });
  }

  #noteWaiting(): void {
    const { bytes } = this.#size;
    if (bytes !== this.#waitingBytes) this.#options.onWaiting?.(bytes - this.#waitingBytes);
    this.#waitingBytes = bytes;
  }

  /** Nothing is under way. */
  #rest(): void {
    this.#isWriting = false;
    if (this.#awaited === 0 || this.#isClosed) this.#settle();
  }

  #settle(): void {
    const waiting = this.#settled;
    if (waiting.length === 0) return;
    this.#settled = [];
    for (const resolve of waiting) resolve();
  }

  #fail(error: unknown, tell = this.#options.onFailure): void {
    if (!this.#isClosed) {
      // The owner may look how far it came.
      tell(error);
      this.close();
    }
    this.#rest();
  }
}
