/**
 * A piece of a room's log. Segments are written once, by the log, and read by every cursor.
 *
 * @module
 */

/** Bytes of a log's first segment: 60 short lines. */
export const LEAST_SEGMENT_BYTES = 4 * 1024;

/**
 * Most bytes of a segment: 2,000 short lines. One write goes no further than its end, and what one
 * read of 64 KiB becomes is longer, since names are added: with segments of 64 KiB each read became
 * two writes or three, and a flood was a fifth slower. Larger ones are not faster, and a write in
 * flight holds its whole segment.
 */
export const SEGMENT_BYTES = 128 * 1024;

/** A run of bytes that the log has written; see `log.ts`. Cursors read it, only the log writes. */
export interface Segment {
  /** The lines of the events. */
  readonly bytes: Uint8Array<ArrayBuffer>;
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

const encoder = new TextEncoder();

/**
 * Makes an empty segment.
 *
 * @param base Position of its first byte.
 * @param firstSeq `seq` of its first event.
 * @param size Its bytes.
 */
export function createSegment(base: number, firstSeq: number, size: number): Segment {
  const bytes = new Uint8Array(size);
  return {
    bytes,
    end: 0,
    base,
    firstSeq,
    starts: [],
    next: null,
    dropped: false,
    view: bytes,
  };
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

/** Bytes of the segment that follows on one of `before` bytes and begins with these lines. */
export function sizeFor(lines: string, before: number): number {
  let size = Math.min(2 * before, SEGMENT_BYTES);
  if (lines.length * 3 <= size) return size;
  const needed = encoder.encode(lines).length;
  while (size < needed && size < SEGMENT_BYTES) size *= 2;
  // Only a caller that breaks the limit of 60 KiB an event ever needs more than that.
  return Math.max(size, needed);
}
