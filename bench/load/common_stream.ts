/**
 * Checks streams that must all be the same, though nobody knows beforehand what comes: several
 * senders flood at once, and the server decides in which order their lines stand.
 *
 * Whoever is ahead of all others lays down what comes; everybody else is compared with that, one
 * native `memcmp` for each read. In the end the common stream is looked at once, line by line.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { StreamError } from "./exact_stream.ts";
import { COUNTER_DIGITS, lineBytes, type LinePattern } from "./pattern.ts";

/** What several readers get. */
export class CommonStream {
  readonly #bytes: Buffer;
  #length = 0;

  /**
   * Expects so much and nothing yet.
   *
   * @param byteLength Bytes that every reader must get, 1 or more.
   */
  constructor(byteLength: number) {
    this.#bytes = Buffer.allocUnsafe(byteLength);
  }

  /** Bytes that each reader must get. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  /** All that has come, as text. */
  text(): string {
    return this.#bytes.toString("utf8", 0, this.#length);
  }

  /**
   * Takes what one reader got.
   *
   * @param position Bytes that this reader had before.
   * @param bytes A buffer.
   * @param count How many of its bytes count.
   * @returns Bytes that this reader has now.
   * @throws {StreamError} When another reader got something else, or when it is too much.
   */
  feed(position: number, bytes: Uint8Array<ArrayBuffer>, count: number): number {
    const end = position + count;
    const got = Buffer.from(bytes.buffer, bytes.byteOffset, count);
    if (end > this.#bytes.length) {
      const extra = got.toString("utf8", Math.max(0, this.#bytes.length - position));
      throw new StreamError(`After the last line came ${JSON.stringify(extra.slice(0, 160))}.`);
    }
    const known = Math.min(count, this.#length - position);
    const common = this.#bytes.subarray(position, position + known);
    if (!got.subarray(0, known).equals(common)) {
      throw new StreamError(`Two readers got different bytes from byte ${position} on.`);
    }
    if (end > this.#length) {
      got.copy(this.#bytes, this.#length, known);
      this.#length = end;
    }
    return end;
  }

  /**
   * Looks at every line: each must be the next one of its sender.
   *
   * @param patterns What each sender's lines look like; all of them have one length.
   * @param first The counter of each sender's first line.
   * @param linesEach How many lines of each sender there must be.
   * @throws {StreamError} When a line is missing, doubled, changed or out of order.
   */
  check(patterns: readonly LinePattern[], first: number, linesEach: number): void {
    const [one] = patterns;
    if (one === undefined) throw new RangeError("Cannot check the lines of no senders.");
    const size = lineBytes(one);
    const next = new Map(patterns.map(({ head }) => [head, first]));
    for (let start = 0; start < this.#length; start += size) {
      const line = this.#bytes.toString("latin1", start, start + size);
      const head = line.slice(0, one.head.length);
      const counter = next.get(head);
      if (counter === undefined) {
        throw new StreamError(`A line must be one of a sender: got ${JSON.stringify(line)}.`);
      }
      const wanted = head + String(counter).padStart(COUNTER_DIGITS, "0") + one.tail;
      if (line !== wanted) {
        throw new StreamError(
          `A line must be ${JSON.stringify(wanted)}: got ${JSON.stringify(line)}.`,
        );
      }
      next.set(head, counter + 1);
    }
    for (const [head, counter] of next) {
      if (counter !== first + linesEach) {
        throw new StreamError(`${head} must count to ${first + linesEach}: got to ${counter}.`);
      }
    }
  }
}
