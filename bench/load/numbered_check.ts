/**
 * Checks streams in which the peer gives each message a number or a time: all who read it in one
 * language must get the same bytes.
 *
 * Whoever is ahead of all others lays down what comes; everybody else is compared with that, one
 * native comparison for each read. In the end the common stream is looked at once, line by line.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { FloodCheck, ReaderCheck } from "./flood_check.ts";
import { type FloodPlan, same } from "./flood_plan.ts";
import { numbersIn, SOME_NUMBERS } from "./language.ts";
import { COUNTER_DIGITS, FILLER } from "./pattern.ts";
import { quoted, StreamError } from "./stream_error.ts";

/** A time as the lines hold it: ISO 8601 in UTC, with milliseconds. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const NEWLINE = 10;

/** See the module. */
export class NumberedCheck implements FloodCheck {
  readonly #plan: FloodPlan;
  readonly #firstSeq: number;
  readonly #log: string;
  readonly #common: Buffer;
  #length = 0;

  /**
   * Expects the lines of a plan.
   *
   * @param firstSeq The number of the first message, where the lines have any.
   * @param log The log that they name, where they do.
   */
  constructor(plan: FloodPlan, firstSeq: number, log: string = "") {
    this.#plan = plan;
    this.#firstSeq = firstSeq;
    this.#log = log;
    this.#common = Buffer.alloc(lengthOf(plan, firstSeq, log));
  }

  /** See {@linkcode FloodCheck.reader}: everybody gets everything. */
  reader(_self: number): ReaderCheck {
    return new NumberedReader(this.#common.length, (...piece) => this.#compare(...piece));
  }

  /** See {@linkcode FloodCheck.finish}. */
  finish(): void {
    const { wire } = this.#plan;
    const tailBytes = wire.delivered(this.#plan.senders[0] ?? "").tail.length;
    const next = new Uint32Array(this.#plan.senders.length);
    const bytes = new Uint8Array(this.#common.buffer, this.#common.byteOffset, this.#length);
    let start = 0;
    for (let seq = this.#firstSeq; start < this.#length; seq++) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? this.#length : newline + 1;
      const line = this.#common.toString("latin1", start, end);
      const counter = Number(line.slice(-COUNTER_DIGITS - tailBytes, -tailBytes));
      const sender = this.#plan.senderOf(counter);
      const from = this.#plan.senders[sender];
      if (from === undefined) throw new StreamError(`Got ${quoted(line)} in a flood.`);
      const due = this.#plan.counterOf(sender, next[sender] ?? 0);
      const found = numbersIn(wire, line).at;
      const at = TIME.test(found) ? found : SOME_NUMBERS.at;
      const wanted = wire.heard(from, textOf(due), { seq, at, log: this.#log });
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

/** Bytes of all lines: those whose numbers have as many digits are as long. */
function lengthOf({ wire, senders, lines }: FloodPlan, firstSeq: number, log: string): number {
  const [from = ""] = senders;
  const end = firstSeq + lines;
  let length = 0;
  for (let seq = firstSeq; seq < end;) {
    const next = Math.min(end, 10 ** String(seq).length);
    const line = wire.heard(from, textOf(0), { seq, at: SOME_NUMBERS.at, log });
    length += line.length * (next - seq);
    seq = next;
  }
  return length;
}

function textOf(counter: number): string {
  return String(counter).padStart(COUNTER_DIGITS, "0") + FILLER;
}
