/**
 * A client's place in the log of one room. It is passive: the {@linkcode Writer} of the connection
 * asks each cursor for its next bytes, and says how many of them were written.
 *
 * What is for this client alone waits in a small queue, each piece with the position in the log at
 * which it arose, and is woven in there. A plain sender's own lines are passed over.
 *
 * A slow reader is a cursor that lags. When its segment has fallen out of the log's window, it
 * finishes the event that it is in, tells the client what it missed, and goes on at the oldest
 * event of the window. That is decided when a write returns and not when the segment falls out: a
 * write in flight still delivers the old bytes, so only then is it known what the client has.
 *
 * @module
 */

import { eventIndexAt, type Log, type Segment, viewOf } from "./log.ts";
import { OwnRanges } from "./own_ranges.ts";
import { PrivateQueue, type QueueSize } from "./private_queue.ts";
import type { Room } from "./room.ts";

/** What becomes of events that a slow reader misses. */
export interface LagReports {
  /** The line that tells of skipped events, from the `seq` of the first to that of the last one. */
  readonly renderLagged: (room: Room, from: number, to: number) => string;
  /** Events have been skipped. For the operator's counters. */
  readonly onLag?: (room: Room, events: number) => void;
}

const NO_BYTES = new Uint8Array(0);
const encoder = new TextEncoder();

/** Reads one log for one client; without a log, only its queue. */
export class Cursor {
  /** The room that it reads; null: what waits here belongs to none. */
  readonly room: Room | null;
  /** What is for this client alone. */
  readonly queue: PrivateQueue;
  readonly #reports: LagReports;
  #log: Log | null = null;
  #start = 0;
  /** Where it is without a log. */
  #place = 0;
  #segment: Segment | null = null;
  #offset = 0;
  /** Bytes under way that belong to no segment of the window: a piece, or the rest of an event. */
  #loose: Uint8Array = NO_BYTES;
  readonly #own = new OwnRanges();
  /** Give no event from here on: the client is leaving the room, or altogether. */
  #stopAt = Infinity;
  /** `seq` of the event there. */
  #stopSeq = Infinity;
  /** A piece waits for its bytes. */
  #awaitsPiece = false;
  /** Bytes under way are the log's, at the place of this cursor; how many were given. */
  #fromLog = 0;
  /** Not all of them were written, so it may be in the middle of an event. */
  #isCut = false;
  /** The bytes of the segment when they were given: what was erased since begins in these. */
  #givenFrom: Uint8Array = NO_BYTES;

  /**
   * A cursor that reads nothing yet.
   *
   * @param size Of all queues of its client.
   */
  constructor(room: Room | null, size: QueueSize, reports: LagReports) {
    this.room = room;
    this.queue = new PrivateQueue(size);
    this.#reports = reports;
  }

  /** What it reads; null: nothing. */
  get log(): Log | null {
    return this.#log;
  }

  /** Position in the log of the next byte to write; without a log, where it was told to be. */
  get position(): number {
    return this.#segment === null ? this.#place : this.#segment.base + this.#offset;
  }

  /** Position in the log where it began; 0 without one. */
  get start(): number {
    return this.#start;
  }

  /** Position behind the newest event; 0 without a log. */
  get end(): number {
    return this.#log?.end ?? 0;
  }

  /** Where an event begins in the log that it reads; see {@linkcode Log.positionOf}. */
  positionOf(seq: number): number {
    return this.#log?.positionOf(seq) ?? 0;
  }

  /** Bytes between this client and the newest event. */
  get lagBytes(): number {
    return this.end - this.position;
  }

  /** The segment that it reads, where that has left the window and only its readers hold it. */
  get orphan(): Segment | null {
    return this.#segment?.dropped ? this.#segment : null;
  }

  /** {@linkcode next} has bytes, or passes over some; after it gave null it has none. */
  get hasMore(): boolean {
    if (this.#awaitsPiece) return false;
    if (this.#loose.length > 0) return true;
    const position = this.position;
    if (this.#dueAt <= position) return true;
    const segment = this.#segment;
    return segment !== null && position < this.#stopAt &&
      (segment.dropped || position < this.end);
  }

  /**
   * It is within an event or a piece, which has to be written to its end before anything else is.
   */
  get isWithin(): boolean {
    if (this.#loose.length > 0) return true;
    const segment = this.#segment;
    if (!this.#isCut || segment === null || this.#offset === segment.end) return false;
    return segment.starts[eventIndexAt(segment, this.#offset)] !== this.#offset;
  }

  /** It was told to {@linkcode stop}. */
  get isStopped(): boolean {
    return this.#stopAt !== Infinity;
  }

  /** It was told to {@linkcode stop}, and has given everything up to there. */
  get isOver(): boolean {
    return !this.#awaitsPiece && this.#stopAt <= this.position && !this.hasMore;
  }

  /**
   * Begins to follow a log.
   *
   * @param position Where to begin: the start of an event, or the log's end.
   */
  follow(log: Log, position: number): void {
    this.#log = log;
    this.#start = position;
    this.#segment = log.segmentAt(position);
    this.#offset = Math.max(0, position - this.#segment.base);
  }

  /**
   * Without a log: gives the pieces that are due up to a place.
   *
   * @param place Not before the one given last.
   */
  goTo(place: number): void {
    this.#place = place;
  }

  /** It has given all that there was when its log ended there. */
  hasGiven(end: number): boolean {
    return !this.#awaitsPiece && this.#loose.length === 0 && this.position >= end &&
      this.#dueAt > end;
  }

  /**
   * Leaves events of the log that it reads out, because the client wrote them itself. Those that
   * are not in the log are given.
   *
   * @param first `seq` of the first one.
   * @param end One more than the `seq` of the last one.
   */
  passOver(first: number, end: number = first + 1): void {
    const log = this.#log;
    if (log === null) return;
    const start = log.positionOf(first);
    const endPosition = log.positionOf(end);
    if (start < endPosition) this.#own.add(start, endPosition, log.start);
  }

  /**
   * Gives no event behind a position, and once that is reached everything that waits in the queue.
   *
   * @param position Where an event ends; default: the end of the log now.
   */
  stop(position: number = this.end): void {
    if (this.#log === null || position >= this.#stopAt) return;
    this.#stopAt = position;
    this.#stopSeq = this.#log.seqAt(position);
  }

  /**
   * What to write next: bytes of a piece, or of the segment at its place.
   *
   * @param limit Of events, at most so many bytes of whole ones, but the event at its place in any
   * case; `Infinity`: all that there is in one segment.
   * @returns A promise where a piece waits for its bytes: they are to be given to
   * {@linkcode arrived}. Null: nothing for now.
   */
  next(limit: number): Uint8Array | Promise<Uint8Array | null> | null {
    if (this.#awaitsPiece) return null;
    this.#fromLog = 0;
    for (;;) {
      if (this.#loose.length > 0) return this.#loose;
      const segment = this.#segment;
      if (segment !== null && (segment.dropped || this.#isInOldBytes(segment))) {
        this.#loose = this.#restOfEvent(segment);
        this.#isCut = false;
        if (this.#loose.length > 0) continue;
      }
      const position = this.position;
      if (this.#dueAt <= position) {
        const taken = this.queue.take();
        if (taken instanceof Promise) {
          this.#awaitsPiece = true;
          return taken;
        }
        this.#loose = taken;
        continue;
      }
      if (segment === null || position >= this.#stopAt) return null;
      if (segment.dropped) {
        this.#loose = this.#leaveDropped(segment);
        continue;
      }
      if (this.#own.end <= position) this.#own.forget(position);
      if (this.#own.start <= position) {
        this.#moveTo(this.#own.end);
        // A way that does not lead on would be taken for ever.
        if (this.position <= position) return null;
      } else if (this.#offset < segment.end) {
        const bound = Math.min(this.#own.start, this.queue.dueAt, this.#stopAt);
        const until = Math.min(segment.end, bound - segment.base);
        return until > this.#offset ? this.#view(segment, until, limit) : null;
      } else if (segment.next !== null) {
        this.#segment = segment.next;
        this.#offset = 0;
      } else {
        return null;
      }
    }
  }

  /**
   * What {@linkcode next} gives without a limit, where that is bytes of the log or nothing: this is
   * asked twice for each line and client, and answered with as few looks as there can be. Nothing
   * may wait in the queue.
   *
   * @returns Undefined where there is more to decide: ask `next`.
   */
  nextInLog(): Uint8Array | null | undefined {
    let segment = this.#segment;
    if (segment === null || segment.dropped || this.#loose.length > 0) return undefined;
    if (this.#isInOldBytes(segment)) return undefined;
    if (this.#own.start !== Infinity || this.#stopAt !== Infinity) return undefined;
    if (this.#offset === segment.end) {
      if (segment.next === null) return null;
      this.#segment = segment = segment.next;
      this.#offset = 0;
    }
    const { end } = segment;
    this.#fromLog = end - this.#offset;
    return this.#fromLog === 0 ? null : this.#give(segment, end);
  }

  /** So many of the bytes that {@linkcode next} gave last have been written. */
  written(bytes: number): void {
    if (this.#fromLog === 0) {
      this.#loose = this.#loose.subarray(bytes);
      return;
    }
    this.#offset += bytes;
    this.#isCut = bytes < this.#fromLog;
    if (!this.#isCut) this.#givenFrom = NO_BYTES;
  }

  /** The bytes of a piece that {@linkcode next} promised; null: it has no more. */
  arrived(bytes: Uint8Array | null): void {
    this.#awaitsPiece = false;
    if (bytes === null) this.queue.drop();
    else this.#loose = bytes;
  }

  /** Lets go of everything. */
  close(): void {
    this.#segment = null;
    this.#log = null;
    this.queue.clear();
    this.#own.clear();
    this.#loose = NO_BYTES;
  }

  /** Position at which the next piece is due; `Infinity` when there is none. */
  get #dueAt(): number {
    const { dueAt } = this.queue;
    return dueAt === Infinity ? dueAt : Math.min(dueAt, this.#stopAt);
  }

  #view(segment: Segment, until: number, limit: number): Uint8Array {
    let end = until;
    if (until - this.#offset > limit) {
      const index = eventIndexAt(segment, this.#offset + limit);
      end = segment.starts[index]!;
      if (end <= this.#offset) end = segment.starts[index + 1] ?? segment.end;
    }
    this.#fromLog = end - this.#offset;
    return this.#give(segment, end);
  }

  #give(segment: Segment, end: number): Uint8Array {
    this.#givenFrom = segment.bytes;
    return viewOf(segment, this.#offset, end);
  }

  /** It may be in the middle of an event that was erased since it began. */
  #isInOldBytes({ bytes }: Segment): boolean {
    return this.#isCut && bytes !== this.#givenFrom;
  }

  /** Copies the rest of the event that it was cut in, as that began, and steps behind it. */
  #restOfEvent(segment: Segment): Uint8Array {
    if (this.#offset === segment.end) return NO_BYTES;
    const index = eventIndexAt(segment, this.#offset);
    if (segment.starts[index] === this.#offset) return NO_BYTES;
    const eventEnd = segment.starts[index + 1] ?? segment.end;
    const bytes = this.#isCut ? this.#givenFrom : segment.bytes;
    const rest = bytes.slice(this.#offset, eventEnd);
    this.#offset = eventEnd;
    return rest;
  }

  /** Goes from a dropped segment to the window. @returns The line that reports the gap. */
  #leaveDropped(segment: Segment): Uint8Array {
    const log = this.#log!;
    const room = this.room!;
    const from = segment.firstSeq + eventIndexAt(segment, this.#offset);
    const to = Math.min(log.firstSeq, this.#stopSeq) - 1;
    this.#segment = log.oldest;
    this.#offset = 0;
    if (to < from) return NO_BYTES;
    this.#reports.onLag?.(room, to - from + 1);
    return encoder.encode(this.#reports.renderLagged(room, from, to));
  }

  /** Steps forward to a position, along the segments that follow. */
  #moveTo(position: number): void {
    let segment = this.#segment!;
    while (segment.next !== null && segment.next.base <= position) segment = segment.next;
    this.#segment = segment;
    this.#offset = Math.min(position - segment.base, segment.end);
  }
}
