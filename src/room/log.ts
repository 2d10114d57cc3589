/**
 * The append-only log of a room in one dialect: every event is rendered and encoded once, and each
 * client reads the same bytes at its own pace.
 *
 * Bytes live in segments in a linked list, the first of 4 KiB and each twice as long as the one
 * before, up to 256 KiB: a quiet room costs little. An event's lines never straddle two segments,
 * and bytes once written are not rewritten (a segment in which something is erased gets a copy of
 * them, see `erasure.ts`), so a socket may write from a segment while the log
 * grows behind it. The log keeps a window; what falls out of it is dropped from the front.
 *
 * ```text
 *        start                                                  end
 *          │  ┌──────── 256 KiB ───────┐                          │
 *   dropped▏  │ event event event …    │──next──▶│ event event …  ▼
 *             ▲ base, firstSeq                          ▲ a cursor: segment + offset
 * ```
 *
 * Positions are byte counts since the log began and are plain numbers: keeping a position keeps
 * no segment alive. Only a {@linkcode Cursor} holds a segment. A dropped segment loses its
 * `next`, since otherwise one stalled reader would hold on to everything that came after it.
 *
 * @module
 */

import type { Windows } from "./windows.ts";

/** Bytes that a log keeps when nothing else is asked for: minutes of a busy room. */
export const DEFAULT_WINDOW_BYTES = 4 * 1024 * 1024;

/** Bytes of a log's first segment: 60 short lines. */
export const LEAST_SEGMENT_BYTES = 4 * 1024;

/**
 * Most bytes of a segment: 4,000 short lines. One write goes no further than its end, and what one
 * read of 64 KiB becomes is longer, since names are added. Where all of that is in one segment,
 * each reader takes it with one write: with segments of 128 KiB that were cut wherever they ended
 * it were three for two reads, and a flood cost a tenth more. A write in flight holds its whole
 * segment.
 */
export const SEGMENT_BYTES = 256 * 1024;

const encoder = new TextEncoder();

/** A run of bytes that the log has written once. Every cursor reads it, only the log writes. */
export interface Segment {
  /** The lines of the events. Another array where something in it was erased: see `erasure.ts`. */
  bytes: Uint8Array<ArrayBuffer>;
  /** How many bytes are written. */
  end: number;
  /** Position of its first byte. */
  readonly base: number;
  /** `seq` of its first event. */
  readonly firstSeq: number;
  /** Where each event begins in `bytes`. */
  readonly starts: number[];
  /** The segment after it; null for the newest one and for a dropped one. */
  next: Segment | null;
  /** It has fallen out of the window. */
  dropped: boolean;
  /** The view of `bytes` that was asked for last; see {@linkcode viewOf}. */
  view: Uint8Array<ArrayBuffer>;
}

/** How much a log keeps. */
export interface LogOptions {
  /** At least one segment beside the newest one; default: {@linkcode DEFAULT_WINDOW_BYTES}. */
  readonly windowBytes?: number | undefined;
  /** What it shares its memory with; default: nothing. */
  readonly windows?: Windows | undefined;
}

/** The log of one room in one dialect. */
export class Log {
  readonly #windowBytes: number;
  #windows: Windows | undefined;
  #bytes = LEAST_SEGMENT_BYTES;
  #oldest: Segment;
  #newest: Segment;
  #nextSeq: number;

  /**
   * An empty log.
   *
   * @param firstSeq `seq` of the first event that will be appended.
   */
  constructor(firstSeq: number, { windowBytes, windows }: LogOptions = {}) {
    this.#windowBytes = windowBytes ?? DEFAULT_WINDOW_BYTES;
    this.#windows = windows;
    this.#nextSeq = firstSeq;
    this.#oldest = createSegment(0, firstSeq, LEAST_SEGMENT_BYTES);
    this.#newest = this.#oldest;
    windows?.add(this);
  }

  /** Memory that its window takes: its segments, the newest one included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The segment that the window begins with. */
  get oldest(): Segment {
    return this.#oldest;
  }

  /** The segment that grows. */
  get newest(): Segment {
    return this.#newest;
  }

  /** Position of the oldest byte in the window. */
  get start(): number {
    return this.#oldest.base;
  }

  /** Position behind the newest byte. */
  get end(): number {
    return this.#newest.base + this.#newest.end;
  }

  /** `seq` of the oldest event in the window; one more than the newest when the log is empty. */
  get firstSeq(): number {
    return this.#oldest.firstSeq;
  }

  /** `seq` that the next event must have. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /**
   * Appends the next event. Its `seq` must be one more than the last one's.
   *
   * @param lines Its lines, each with its newline.
   */
  append(lines: string): void {
    let segment = this.#newest;
    // A UTF-16 code unit becomes at most 3 bytes: nearly every line fits for certain, and only near
    // the end of a segment does the encoder have to find out.
    if (segment.end + lines.length * 3 > segment.bytes.length) {
      const room = segment.bytes.subarray(segment.end);
      const result = encoder.encodeInto(lines, room);
      if (result.read === lines.length) {
        segment.starts.push(segment.end);
        segment.end += result.written;
        this.#nextSeq++;
        return;
      }
      segment = this.#grow(lines);
    }
    const { written } = encoder.encodeInto(lines, segment.bytes.subarray(segment.end));
    segment.starts.push(segment.end);
    segment.end += written;
    this.#nextSeq++;
  }

  /**
   * Appends the next events, each as {@linkcode Log.append} does. Those that are ASCII are encoded
   * together, since every call of the encoder costs more than the characters of a short line.
   *
   * Where they end behind the present segment, which is half full, a new one begins: each reader
   * then takes them with one write. Of the window not even half stays empty so.
   *
   * @param events The lines of each event.
   */
  appendAll(events: readonly string[]): void {
    for (let first = 0; first < events.length;) {
      const segment = this.#newest;
      const room = segment.bytes.length - segment.end;
      let text = "";
      let end = first;
      while (end < events.length && text.length + events[end]!.length <= room) {
        text += events[end++]!;
      }
      if (end < events.length && room <= segment.bytes.length / 2) {
        this.#grow(events[first]!);
        continue;
      }
      const { read, written } = encoder.encodeInto(text, segment.bytes.subarray(segment.end));
      // A byte for each character: then the places of all of them are known without looking.
      if (first < end && read === text.length && written === text.length) {
        for (; first < end; first++) {
          segment.starts.push(segment.end);
          segment.end += events[first]!.length;
          this.#nextSeq++;
        }
      } else {
        for (end = Math.max(end, first + 1); first < end; first++) this.append(events[first]!);
      }
    }
  }

  /**
   * Where an event begins.
   *
   * @param seq Its `seq`; one that has fallen out of the window counts as the oldest one in it, and
   * one that has not come yet as the end.
   */
  positionOf(seq: number): number {
    if (seq >= this.#nextSeq) return this.end;
    if (seq >= this.#newest.firstSeq) {
      return this.#newest.base + this.#newest.starts[seq - this.#newest.firstSeq]!;
    }
    let segment = this.#oldest;
    if (seq <= segment.firstSeq) return segment.base;
    while (segment.next !== null && segment.next.firstSeq <= seq) segment = segment.next;
    return segment.base + segment.starts[seq - segment.firstSeq]!;
  }

  /**
   * `seq` of the event that begins at a position.
   *
   * @param position From `start` up to `end`; that of an event.
   */
  seqAt(position: number): number {
    const segment = this.segmentAt(position);
    return segment.firstSeq + eventIndexAt(segment, position - segment.base);
  }

  /**
   * The segment that holds a position of the window.
   *
   * @param position From `start` up to `end`; earlier ones count as `start`.
   */
  segmentAt(position: number): Segment {
    let segment = this.#oldest;
    while (segment.next !== null && segment.next.base <= position) segment = segment.next;
    return segment;
  }

  /** The oldest segment is not the newest, too. */
  get canDrop(): boolean {
    return this.#oldest !== this.#newest;
  }

  /** Drops the oldest segment, unless it is the newest, too. */
  dropOldest(): void {
    const dropped = this.#oldest;
    if (dropped.next === null) return;
    this.#oldest = dropped.next;
    dropped.next = null;
    dropped.dropped = true;
    this.#note(-dropped.bytes.length);
  }

  /**
   * Nothing more will be appended: none of its segments is the newest from now on, so all of them
   * can be dropped. Who reads it may go on to its end.
   */
  seal(): void {
    const end = createSegment(this.end, this.#nextSeq, 1);
    this.#newest.next = end;
    this.#newest = end;
  }

  /** It shares no memory any more, even if it grows. */
  close(): void {
    this.#windows?.delete(this);
    this.#windows = undefined;
  }

  /** Begins a new segment, large enough for `lines`, and lets the window follow. */
  #grow(lines: string): Segment {
    const full = this.#newest;
    const segment = createSegment(this.end, this.#nextSeq, sizeFor(lines, full.bytes.length));
    full.next = segment;
    this.#newest = segment;
    while (segment.base - this.#oldest.base > this.#windowBytes) this.dropOldest();
    this.#note(segment.bytes.length);
    return segment;
  }

  #note(bytes: number): void {
    this.#bytes += bytes;
    this.#windows?.changed(bytes);
  }
}

/**
 * A part of a segment's bytes. Cursors that are woken together mostly want the same one: it is made
 * once for all of them.
 *
 * @param start Offset of its first byte.
 * @param end Offset behind its last byte.
 */
export function viewOf(segment: Segment, start: number, end: number): Uint8Array<ArrayBuffer> {
  const { view } = segment;
  if (view.byteOffset === start && view.length === end - start) return view;
  return segment.view = segment.bytes.subarray(start, end);
}

/**
 * Index of the event that holds a byte of a segment.
 *
 * @param offset Byte in the segment, from 0 up to its `end`.
 * @returns Index into `starts`; `starts.length` when `offset` is the end.
 */
export function eventIndexAt(segment: Segment, offset: number): number {
  if (offset >= segment.end) return segment.starts.length;
  let low = 0;
  let high = segment.starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (segment.starts[middle]! <= offset) low = middle;
    else high = middle;
  }
  return low;
}

function createSegment(base: number, firstSeq: number, size: number): Segment {
  const bytes = new Uint8Array(size);
  return { bytes, end: 0, base, firstSeq, starts: [], next: null, dropped: false, view: bytes };
}

/** Bytes of the segment that follows on one of `before` bytes and begins with these lines. */
function sizeFor(lines: string, before: number): number {
  let size = Math.min(2 * before, SEGMENT_BYTES);
  if (lines.length * 3 <= size) return size;
  const needed = encoder.encode(lines).length;
  while (size < needed && size < SEGMENT_BYTES) size *= 2;
  // Only a caller that breaks the limit of 60 KiB an event ever needs more than that.
  return Math.max(size, needed);
}
