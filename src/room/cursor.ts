/**
 * A client's place in the log, and the only writer of its connection.
 *
 * Whenever the log has grown the cursor is woken, and writes what lies between its place and the
 * end. What is for this client alone waits in a small queue, each piece with the position in the
 * log at which it arose, and is woven in there. A plain sender's own lines are passed over.
 *
 * A slow reader is a cursor that lags. When its segment has fallen out of the log's window, it
 * finishes the event that it is in, tells the client what it missed, and goes on at the oldest event
 * of the window. That is decided when a write returns and not when the segment falls out: a write in
 * flight still delivers the old bytes, so only then is it known what the client has.
 *
 * @module
 */

import { eventIndexAt, type Log, type Segment, viewOf } from "./log.ts";
import { OwnRanges } from "./own_ranges.ts";
import { type Piece, PrivateQueue } from "./private_queue.ts";

/** Where a cursor writes to: a `LineConnection`, or anything like one. */
export interface Sink {
  /** Writes some of the bytes and resolves to how many. @throws When the connection is gone. */
  write(bytes: Uint8Array): Promise<number>;
}

/** What a cursor needs to know from its owner. */
export interface CursorOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** The line that tells of skipped events, from the `seq` of the first to that of the last one. */
  readonly renderLagged: (from: number, to: number) => string;
  /** The connection has failed; nothing more will be written. */
  readonly onFailure: (error: unknown) => void;
  /** Bytes that may wait for this client alone; see `private_queue.ts`. */
  readonly queueBytes?: number;
  /** What waits for this client alone has changed by so many bytes. */
  readonly onWaiting?: (bytes: number) => void;
  /** More than twice of what may wait does: the owner ends the connection. */
  readonly onOverflow?: () => void;
  /** Events have been skipped. For the operator's counters. */
  readonly onLag?: (events: number) => void;
}

const NO_BYTES = new Uint8Array(0);
const encoder = new TextEncoder();

/** Reads one log for one client, and writes it with what is for this client alone. */
export class Cursor {
  readonly #sink: Sink;
  readonly #options: CursorOptions;
  #log: Log | null = null;
  #segment: Segment | null = null;
  #offset = 0;
  /** Bytes under way that belong to no segment of the window: a piece, or the rest of an event. */
  #loose: Uint8Array = NO_BYTES;
  readonly #queue: PrivateQueue;
  readonly #own = new OwnRanges();
  #running = false;
  #closed = false;
  /** Write no event from here on: the client is leaving. */
  #stopAt = Infinity;
  #writingSince = 0;
  #bytesWritten = 0;
  #settled: (() => void)[] = [];
  /** A piece waits for its bytes; then no write is late. */
  #awaitsPiece = false;
  #waitingBytes = 0;
  /** The bytes under way are the log's, at the place of this cursor. */
  #fromLog = false;
  readonly #onWritten = (written: number): void => {
    this.#bytesWritten += written;
    if (this.#closed) {
      this.#running = false;
      this.#settle();
      return;
    }
    if (this.#fromLog) this.#offset += written;
    else this.#loose = this.#loose.subarray(written);
    this.#advance();
  };
  readonly #onPiece = (bytes: Uint8Array | null): void => {
    this.#awaitsPiece = false;
    if (this.#closed) {
      this.#running = false;
      this.#settle();
      return;
    }
    if (bytes === null) this.#queue.drop();
    else this.#loose = bytes;
    this.#noteWaiting();
    this.#advance();
  };
  readonly #onFailed = (error: unknown): void => this.#fail(error);

  /**
   * A cursor that follows no log yet: only {@linkcode insert} makes it write.
   *
   * @param sink Nobody else may write to it.
   */
  constructor(sink: Sink, options: CursorOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#queue = new PrivateQueue(options.queueBytes);
  }

  /** Position in the log of the next byte to write; 0 before it follows one. */
  get position(): number {
    return this.#segment === null ? 0 : this.#segment.base + this.#offset;
  }

  /** Bytes between this client and the newest event. */
  get lagBytes(): number {
    return this.#log === null ? 0 : this.#log.end - this.position;
  }

  /** Bytes handed to the connection so far. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** The outbox is at its bound: let its owner wait for {@linkcode drained}. */
  get full(): boolean {
    return this.#queue.full;
  }

  /** Since when a write has made no progress, in `now()` milliseconds; null when none is waiting. */
  get stalledSince(): number | null {
    return this.#running && !this.#awaitsPiece ? this.#writingSince : null;
  }

  /** The segment that it reads, where that has left the window and only its readers hold it. */
  get orphan(): Segment | null {
    return this.#segment?.dropped ? this.#segment : null;
  }

  /**
   * Begins to follow a log.
   *
   * @param position Where to begin: the start of an event, or the log's end.
   */
  follow(log: Log, position: number): void {
    this.#log = log;
    this.#segment = log.segmentAt(position);
    this.#offset = Math.max(0, position - this.#segment.base);
  }

  /**
   * Adds a piece for this client alone.
   *
   * @param piece Whole lines.
   * @param at Position in the log before which it must not be seen; by default the log's end now.
   * @param options `force`: take it although the outbox is full (welcome, bye, replies); past twice
   * the bound the connection ends. `slot`: see {@linkcode PrivateQueue.push}.
   * @returns Whether it was taken.
   */
  insert(
    piece: Piece,
    at: number = this.#log?.end ?? 0,
    options: { readonly force?: boolean; readonly slot?: string } = {},
  ): boolean {
    if (this.#closed || (this.full && options.force !== true)) return false;
    this.#queue.push(at, piece, options.slot);
    this.#noteWaiting();
    if (!this.#queue.overflowing) return true;
    this.#options.onOverflow?.();
    return false;
  }

  /**
   * Leaves a range of the log out, because the client wrote it itself.
   *
   * @param start Position of its first byte, not before the end of the range given last.
   * @param end Position behind its last byte.
   */
  passOver(start: number, end: number): void {
    this.#own.add(start, end, this.#log?.start ?? 0);
  }

  /**
   * Writes what there is to write. Cheap when a write is under way or there is nothing.
   *
   * @param nowMs The time, where it is known: one look at the clock does for all who are woken.
   */
  wake(nowMs?: number): void {
    if (!this.#running && !this.#closed) this.#advance(nowMs);
  }

  /** Resolves when all that there is now has been handed to the connection, or it has failed. */
  drained(): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  /**
   * Writes up to the log's present end and the whole outbox, and nothing that comes later.
   *
   * @returns Resolves when that is done, or when the connection has failed.
   */
  finish(): Promise<void> {
    this.#stopAt = Math.min(this.#stopAt, this.#log?.end ?? 0);
    this.wake();
    return this.drained();
  }

  /** Stops for good and lets go of the log. A write under way fails with its connection. */
  close(): void {
    this.#closed = true;
    this.#segment = null;
    this.#log = null;
    this.#queue.clear();
    this.#noteWaiting();
    this.#own.clear();
    this.#loose = NO_BYTES;
    if (!this.#running) this.#settle();
  }

  /**
   * Begins the next write, or comes to rest. A chain of callbacks and no `async` loop: most wakings
   * write one line once, and there are as many of them for each message as there are clients.
   */
  #advance(nowMs?: number): void {
    // Set before `#next()`: producing the bytes of a piece may insert others, and wake this cursor.
    this.#running = true;
    try {
      const bytes = this.#next();
      if (bytes === null) {
        this.#running = false;
        this.#settle();
        return;
      }
      if (bytes instanceof Promise) {
        this.#awaitsPiece = true;
        bytes.then(this.#onPiece, this.#onFailed);
        return;
      }
      this.#fromLog = bytes !== this.#loose;
      this.#writingSince = nowMs ?? this.#options.now();
      this.#sink.write(bytes).then(this.#onWritten, this.#onFailed);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!this.#closed) {
      this.close();
      this.#options.onFailure(error);
    }
    this.#running = false;
    this.#settle();
  }

  /** What to write next: the loose bytes, or bytes of the segment at the offset; null when done. */
  #next(): Uint8Array | Promise<Uint8Array | null> | null {
    for (;;) {
      if (this.#loose.length > 0) return this.#loose;
      const segment = this.#segment;
      if (segment?.dropped) {
        this.#loose = this.#restOfEvent(segment);
        if (this.#loose.length > 0) continue;
      }
      const position = this.position;
      if (this.#queue.dueAt <= position) {
        const taken = this.#queue.take();
        if (taken instanceof Promise) return taken;
        this.#loose = taken;
        this.#noteWaiting();
        continue;
      }
      if (segment === null) return null;
      if (segment.dropped) {
        this.#loose = this.#leaveDropped(segment);
        continue;
      }
      if (this.#own.end <= position) this.#own.forget(position);
      if (this.#own.start <= position) {
        this.#moveTo(this.#own.end);
      } else if (this.#offset < segment.end) {
        const limit = Math.min(this.#own.start, this.#queue.dueAt, this.#stopAt);
        const until = Math.min(segment.end, limit - segment.base);
        return until > this.#offset ? viewOf(segment, this.#offset, until) : null;
      } else if (segment.next !== null) {
        this.#moveTo(position);
      } else {
        return null;
      }
    }
  }

  #noteWaiting(): void {
    const { bytes } = this.#queue;
    if (bytes !== this.#waitingBytes) this.#options.onWaiting?.(bytes - this.#waitingBytes);
    this.#waitingBytes = bytes;
  }

  #settle(): void {
    // Nearly always: this runs for each delivery.
    if (this.#settled.length === 0) return;
    const waiting = this.#settled;
    this.#settled = [];
    for (const resolve of waiting) resolve();
  }

  /** Copies the rest of the event that a dropped segment was left in, and steps behind it. */
  #restOfEvent(segment: Segment): Uint8Array {
    if (this.#offset === segment.end) return NO_BYTES;
    const index = eventIndexAt(segment, this.#offset);
    if (segment.starts[index] === this.#offset) return NO_BYTES;
    const eventEnd = segment.starts[index + 1] ?? segment.end;
    const rest = segment.bytes.slice(this.#offset, eventEnd);
    this.#offset = eventEnd;
    return rest;
  }

  /** Goes from a dropped segment to the window. @returns The line that reports the gap. */
  #leaveDropped(segment: Segment): Uint8Array {
    const log = this.#log!;
    const from = segment.firstSeq + eventIndexAt(segment, this.#offset);
    const to = log.firstSeq - 1;
    this.#segment = log.oldest;
    this.#offset = 0;
    if (to < from) return NO_BYTES;
    this.#options.onLag?.(to - from + 1);
    return encoder.encode(this.#options.renderLagged(from, to));
  }

  /** Steps forward to a position, along the segments that follow. */
  #moveTo(position: number): void {
    let segment = this.#segment!;
    while (segment.next !== null && segment.next.base <= position) segment = segment.next;
    this.#segment = segment;
    this.#offset = Math.min(position - segment.base, segment.end);
  }
}
