/**
 * Checks streams of a peer that knows no lines: ncat puts a mark in front of whatever it reads at
 * once, `<user5> `, be it half a line, and so the lines of two senders may stand one within the
 * other. What can be asked for: that behind the marks of each client stands exactly what one sender
 * has written, every byte of it, in order.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { FloodCheck, ReaderCheck } from "./flood_check.ts";
import { counterAt, type FloodPlan, same } from "./flood_plan.ts";
import { COUNTER_DIGITS } from "./pattern.ts";
import { quoted, StreamError } from "./stream_error.ts";

const MARK = /^<user(\d+)> $/;
const MARK_BEGINS = "<".charCodeAt(0);
const MARK_ENDS = " ".charCodeAt(0);

/** See the module. */
export class MarkedCheck implements FloodCheck {
  readonly #plan: FloodPlan;
  /** For each sender: from which of its bytes on how many came until the next mark. */
  readonly #pieces: readonly Map<number, number>[];

  /** Expects the lines of a plan. */
  constructor(plan: FloodPlan) {
    this.#plan = plan;
    this.#pieces = plan.senders.map(() => new Map());
  }

  /** See {@linkcode FloodCheck.reader}. */
  reader(self: number): ReaderCheck {
    return new MarkedReader(this.#plan, self, this.#pieces);
  }

  /** Nothing is left: each reader's lines were counted. */
  finish(): void {}
}

class MarkedReader implements ReaderCheck {
  readonly wantedBytes: number;
  readonly #plan: FloodPlan;
  readonly #self: number;
  readonly #pieces: readonly Map<number, number>[];
  /** Which sender stands behind a mark. */
  readonly #senders = new Map<string, number>();
  /** How many bytes of each sender have come. */
  readonly #next: Float64Array;
  #mark = "";
  #bytes = 0;

  constructor(plan: FloodPlan, self: number, pieces: readonly Map<number, number>[]) {
    this.#pieces = pieces;
    this.wantedBytes = (plan.lines - (self < 0 ? 0 : plan.linesEach)) * plan.lineBytes;
    this.#plan = plan;
    this.#self = self;
    this.#next = new Float64Array(plan.senders.length);
  }

  get bytes(): number {
    return this.#bytes;
  }

  feed(buffer: Buffer, end: number): number {
    // Its search is native, the one of a Buffer is not.
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, end);
    let at = 0;
    while (at < end) {
      const pieceEnd = this.#pieceEnd(bytes, at);
      if (pieceEnd > at) {
        const taken = this.#take(buffer, at, pieceEnd);
        at += taken;
        // A sender whose counter is not whole yet waits for the rest.
        if (taken === 0) break;
        continue;
      }
      const blank = bytes.indexOf(MARK_ENDS, at);
      if (blank < 0) break;
      const mark = buffer.toString("latin1", at, blank + 1);
      if (!MARK.test(mark)) throw new StreamError(`A mark must be <userN>: got ${quoted(mark)}.`);
      this.#mark = mark;
      at = blank + 1;
    }
    if (this.#bytes === this.wantedBytes) {
      const lines = Array.from(this.#next, (bytes) => bytes / this.#plan.lineBytes);
      this.#plan.checkComplete(lines, this.#self);
      if (at < end) {
        throw new StreamError(`Too much came: ${quoted(buffer.toString("latin1", at, end))}.`);
      }
    }
    return at;
  }

  /** Where the next mark is, or the end: as for another reader, if that can be. */
  #pieceEnd(bytes: Uint8Array, at: number): number {
    const sender = this.#senders.get(this.#mark) ?? -1;
    const from = this.#next[sender] ?? 0;
    const known = this.#pieces[sender]?.get(from);
    // The text holds no mark: when it is compared, it is seen whether this was right.
    if (known !== undefined && bytes[at] !== MARK_BEGINS && at + known <= bytes.length) {
      return at + known;
    }
    const found = bytes.indexOf(MARK_BEGINS, at);
    if (found < 0) return bytes.length;
    if (found > at) this.#pieces[sender]?.set(from, found - at);
    return found;
  }

  /** What stands behind a mark. Returns how much of it could be looked at. */
  #take(buffer: Buffer, at: number, end: number): number {
    const sender = this.#senders.get(this.#mark) ?? this.#newSender(buffer, at, end);
    if (sender === undefined) return 0;
    const from = this.#next[sender] ?? 0;
    const count = end - at;
    const expected = this.#plan.deliveredBy(sender);
    if (from + count > expected.length || !same(buffer, at, expected, from, count)) {
      const name = this.#plan.senders[sender];
      const got = quoted(buffer.toString("latin1", at, end));
      throw new StreamError(`From ${name}, at byte ${from}, something else came: ${got}.`);
    }
    this.#next[sender] = from + count;
    this.#bytes += count;
    return count;
  }

  /** The first counter behind a mark tells whose it is. */
  #newSender(buffer: Buffer, at: number, end: number): number | undefined {
    if (end - at < COUNTER_DIGITS) return undefined;
    const counter = counterAt(buffer, at);
    const sender = this.#plan.senderOf(counter);
    const isTaken = [...this.#senders.values()].includes(sender);
    if (sender < 0 || sender === this.#self || isTaken) {
      const got = quoted(buffer.toString("latin1", at, end));
      throw new StreamError(`Behind a new mark a sender must begin: got ${got}.`);
    }
    this.#senders.set(this.#mark, sender);
    return sender;
  }
}
