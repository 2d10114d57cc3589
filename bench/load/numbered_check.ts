/**
 * Checks streams of json lines: the peer gives each message a number and a time, and all readers
 * must get the same bytes.
 *
 * Whoever is ahead of all others lays down what comes; everybody else is compared with that, one
 * native comparison for each read. In the end the common stream is looked at once, line by line.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { FloodCheck, ReaderCheck } from "./flood_check.ts";
import { type FloodPlan, same } from "./flood_plan.ts";
import { COUNTER_DIGITS, FILLER } from "./pattern.ts";
import { quoted, StreamError } from "./stream_error.ts";
import { jsonLine } from "./wire.ts";

/** A time as the lines hold it: ISO 8601 in UTC, with milliseconds. */
const TIME = /"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"/;

const NEWLINE = 10;

const SOME_TIME = "2026-01-01T00:00:00.000Z";

/** See the module. */
export class NumberedCheck implements FloodCheck {
  readonly #plan: FloodPlan;
  readonly #firstSeq: number;
  readonly #common: Buffer;
  #length = 0;

  /**
   * Expects the lines of a plan.
   *
   * @param firstSeq The number of the first message.
   */
  constructor(plan: FloodPlan, firstSeq: number) {
    this.#plan = plan;
    this.#firstSeq = firstSeq;
    // All lines are as long as this one, but for the digits of their numbers.
    const message = { seq: firstSeq, at: SOME_TIME, from: plan.senders[0] ?? "" };
    const digits = digitsIn(firstSeq, plan.lines) - String(firstSeq).length * plan.lines;
    const length = jsonLine(message, textOf(0)).length * plan.lines + digits;
    this.#common = Buffer.alloc(length);
  }

  /** See {@linkcode FloodCheck.reader}: everybody gets everything. */
  reader(_self: number): ReaderCheck {
    return new NumberedReader(this.#common.length, (...piece) => this.#compare(...piece));
  }

  /** See {@linkcode FloodCheck.finish}. */
  finish(): void {
    const next = new Uint32Array(this.#plan.senders.length);
    const bytes = new Uint8Array(this.#common.buffer, this.#common.byteOffset, this.#length);
    let start = 0;
    for (let seq = this.#firstSeq; start < this.#length; seq++) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? this.#length : newline + 1;
      const line = this.#common.toString("latin1", start, end);
      const counter = Number(line.slice(-COUNTER_DIGITS - FILLER.length - 3, -FILLER.length - 3));
      const sender = this.#plan.senderOf(counter);
      const from = this.#plan.senders[sender];
      if (from === undefined) throw new StreamError(`Got ${quoted(line)} in a flood.`);
      const due = this.#plan.counterOf(sender, next[sender] ?? 0);
      const at = TIME.exec(line)?.[1] ?? SOME_TIME;
      const wanted = jsonLine({ seq, at, from }, textOf(due));
      if (line !== wanted) {
        throw new StreamError(`A line must be ${quoted(wanted)}: got ${quoted(line)}.`);
      }
      next[sender] = (next[sender] ?? 0) + 1;
      start = end;
    }
    this.#plan.checkComplete(next, -1);
  }

  #compare(position: number, buffer: Buffer, count: number): void {
    const end = position + count;
    if (end > this.#common.length) {
      const extra = buffer.toString("latin1", Math.max(0, this.#common.length - position), count);
      throw new StreamError(`After the last line came ${quoted(extra)}.`);
    }
    const known = Math.min(count, this.#length - position);
    if (!same(buffer, 0, this.#common, position, known)) {
      throw new StreamError(`Two readers got different bytes from byte ${position} on.`);
    }
    if (end <= this.#length) return;
    buffer.copy(this.#common, this.#length, known, count);
    this.#length = end;
  }
}

type Compare = (...piece: readonly [position: number, buffer: Buffer, count: number]) => void;

class NumberedReader implements ReaderCheck {
  readonly wantedBytes: number;
  readonly #compare: Compare;
  #bytes = 0;

  constructor(wantedBytes: number, compare: Compare) {
    this.wantedBytes = wantedBytes;
    this.#compare = compare;
  }

  get bytes(): number {
    return this.#bytes;
  }

  feed(buffer: Buffer, end: number): number {
    this.#compare(this.#bytes, buffer, end);
    this.#bytes += end;
    return end;
  }
}

/** Digits of some numbers that follow each other, all together. */
function digitsIn(first: number, count: number): number {
  let digits = 0;
  for (let number = first; number < first + count; number++) digits += String(number).length;
  return digits;
}

function textOf(counter: number): string {
  return String(counter).padStart(COUNTER_DIGITS, "0") + FILLER;
}
