/**
 * Messages that carry the time at which they were due, and the check of what a receiver gets: every
 * message once, whole, in order. Whatever a peer puts around the text does not matter.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { StreamError } from "../load/stream_error.ts";
import { dueMicros, type Plan } from "./plan.ts";

/** Characters of a text: those of a line of the floods without its newline. */
const TEXT_CHARS = 63;

/** Digits of the counter. */
const COUNTER_DIGITS = 8;

/** Digits of microseconds since 1970, until the year 2286. */
const TIME_DIGITS = 16;

/** Stands before the time, and nowhere else in what the peers write. */
const MARK = "^";
const MARK_BYTE = MARK.charCodeAt(0);

const NEWLINE = 10;
const ZERO = 48;

/** Bytes that wait for the rest of their line at most: a longer line can hold no message. */
const BUFFER_BYTES = 16 * 1024;

/** Bytes of an unexpected line that a report shows. */
const SHOWN_BYTES = 160;

/** The text of a message: `00000012^1795232677909032 xxx…`, always as long. */
export function stampedText(plan: Plan, counter: number): string {
  const count = String(counter).padStart(COUNTER_DIGITS, "0");
  const time = String(dueMicros(plan, counter)).padStart(TIME_DIGITS, "0");
  return `${count}${MARK}${time} `.padEnd(TEXT_CHARS, "x");
}

/** What stands behind the time in every text. */
const TAIL = Buffer.from(` `.padEnd(TEXT_CHARS - COUNTER_DIGITS - MARK.length - TIME_DIGITS, "x"));

/** Checks the stream of one receiver. */
export class StampedStream {
  readonly #buffer = Buffer.alloc(BUFFER_BYTES);
  #kept = 0;
  #plan: Plan | null = null;
  #next = 0;
  #end = 0;

  /** Counter of the next message that must come. */
  get next(): number {
    return this.#next;
  }

  /** All messages of the plan have come. */
  get complete(): boolean {
    return this.#next === this.#end;
  }

  /** From now on the messages of a plan must come; other lines may stand between them. */
  expect(plan: Plan): void {
    this.#plan = plan;
    this.#next = plan.first;
    this.#end = plan.first + plan.count;
  }

  /** Where to read to; never empty. */
  get space(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#kept) as Uint8Array<ArrayBuffer>;
  }

  /**
   * Takes what one read has put into {@linkcode space}.
   *
   * @param count Bytes.
   * @throws {StreamError} When a message is missing, doubled, changed, or not expected at all.
   */
  take(count: number): void {
    const end = this.#kept + count;
    const linesEnd = this.#buffer.subarray(0, end).lastIndexOf(NEWLINE) + 1;
    const lines = this.#buffer.subarray(0, linesEnd);
    for (let mark = lines.indexOf(MARK_BYTE); mark >= 0;) {
      this.#check(lines, mark);
      mark = lines.indexOf(MARK_BYTE, mark + 1 + TIME_DIGITS);
    }
    this.#buffer.copyWithin(0, linesEnd, end);
    this.#kept = end - linesEnd;
    if (this.#kept === BUFFER_BYTES) this.#kept = 0;
  }

  #check(lines: Buffer, mark: number): void {
    const plan = this.#plan;
    const counter = digits(lines, mark - COUNTER_DIGITS, mark);
    if (plan === null || counter !== this.#next || counter === this.#end) {
      const wanted = plan === null || this.complete ? "no message" : `message ${this.#next}`;
      throw new StreamError(`Now ${wanted} must come: got ${show(lines, mark)}.`);
    }
    const timeEnd = mark + 1 + TIME_DIGITS;
    const time = digits(lines, mark + 1, timeEnd);
    const isWhole = TAIL.equals(lines.subarray(timeEnd, timeEnd + TAIL.length));
    if (time !== dueMicros(plan, counter) || !isWhole) {
      throw new StreamError(
        `Message ${counter} must be ${JSON.stringify(stampedText(plan, counter))}: got ${
          show(lines, mark)
        }.`,
      );
    }
    this.#next++;
  }
}

/** A decimal number in ASCII; NaN when it is none. */
function digits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index++) {
    const digit = (bytes[index] ?? NaN) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** The line that a mark stands in, as quoted text. */
function show(lines: Buffer, mark: number): string {
  const start = lines.lastIndexOf(NEWLINE, mark) + 1;
  const end = lines.indexOf(NEWLINE, mark);
  return JSON.stringify(lines.toString("latin1", start, Math.min(end, start + SHOWN_BYTES)));
}
