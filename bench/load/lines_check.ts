/**
 * Checks streams of which every line is known beforehand, though not the order in which the lines
 * of several senders come, which may be another one for each reader.
 *
 * The lines of one sender come in runs. A run is compared with that sender's lines at once: a guess
 * says how long it is, namely as long as all that has come, or, when that has proved wrong for
 * another reader, as long as it was there. So nearly every read costs a few native comparisons.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { FloodCheck, ReaderCheck } from "./flood_check.ts";
import { counterAt, type FloodPlan, same } from "./flood_plan.ts";
import { quoted, StreamError } from "./stream_error.ts";

/** See the module. */
export class LinesCheck implements FloodCheck {
  readonly #plan: FloodPlan;
  /** For each line of each sender: how many came in a row from it on; 0: nobody knows. */
  readonly #runs: readonly Uint32Array[];

  /** Expects the lines of a plan. */
  constructor(plan: FloodPlan) {
    this.#plan = plan;
    this.#runs = plan.senders.map(() => new Uint32Array(plan.linesEach));
  }

  /** See {@linkcode FloodCheck.reader}. */
  reader(self: number): ReaderCheck {
    const except = this.#plan.wire.echoes ? -1 : self;
    return new LinesReader(this.#plan, except, (...run) => this.#match(...run));
  }

  /** Nothing is left: each reader's lines were counted. */
  finish(): void {}

  /** How many lines are right, from one on; 0: that one is not. */
  #match(sender: number, line: number, buffer: Buffer, at: number, most: number): number {
    const { lineBytes, headBytes, linesEach } = this.#plan;
    const expected = this.#plan.deliveredBy(sender);
    const runs = this.#runs[sender] ?? new Uint32Array();
    const left = Math.min(most, linesEach - line);
    const guess = Math.min(runs[line] || left, left);
    if (same(buffer, at, expected, line * lineBytes, guess * lineBytes)) return guess;
    let run = 1;
    const counter = this.#plan.counterOf(sender, line);
    while (run < left && counterAt(buffer, at + run * lineBytes + headBytes) === counter + run) {
      run++;
    }
    if (same(buffer, at, expected, line * lineBytes, run * lineBytes)) return runs[line] = run;
    run = 0;
    while (same(buffer, at + run * lineBytes, expected, (line + run) * lineBytes, lineBytes)) run++;
    return run;
  }
}

type Match = (
  ...run: readonly [sender: number, line: number, buffer: Buffer, at: number, most: number]
) => number;

class LinesReader implements ReaderCheck {
  readonly wantedBytes: number;
  readonly #plan: FloodPlan;
  readonly #except: number;
  readonly #match: Match;
  /** The next line of each sender. */
  readonly #next: Uint32Array;
  #bytes = 0;

  constructor(plan: FloodPlan, except: number, match: Match) {
    this.wantedBytes = (plan.lines - (except < 0 ? 0 : plan.linesEach)) * plan.lineBytes;
    this.#plan = plan;
    this.#except = except;
    this.#match = match;
    this.#next = new Uint32Array(plan.senders.length);
  }

  get bytes(): number {
    return this.#bytes;
  }

  feed(buffer: Buffer, end: number): number {
    const { lineBytes, headBytes } = this.#plan;
    let at = 0;
    while (end - at >= lineBytes) {
      const counter = counterAt(buffer, at + headBytes);
      const sender = this.#plan.senderOf(counter);
      const line = this.#plan.lineOf(counter, sender);
      if (sender < 0 || sender === this.#except || line !== this.#next[sender]) {
        if (isPing(buffer, at)) return at;
        throw new StreamError(this.#describe(buffer, at, sender));
      }
      const most = Math.floor((end - at) / lineBytes);
      const run = this.#match(sender, line, buffer, at, most);
      if (run === 0) throw new StreamError(this.#describe(buffer, at, sender));
      this.#next[sender] = line + run;
      this.#bytes += run * lineBytes;
      at += run * lineBytes;
    }
    if (this.#bytes === this.wantedBytes) {
      this.#plan.checkComplete(this.#next, this.#except);
      // What is behind the last line would be too much, however little it is.
      if (at < end && !isPing(buffer, at)) {
        throw new StreamError(this.#describe(buffer.subarray(0, end), at, -1));
      }
    }
    return at;
  }

  #describe(buffer: Buffer, at: number, sender: number): string {
    const { lineBytes, senders, linesEach } = this.#plan;
    const got = quoted(buffer.toString("latin1", at, at + lineBytes));
    if (sender < 0) return `Only lines of the flood must come: got ${got}.`;
    const line = this.#next[sender] ?? 0;
    if (sender === this.#except) return `${senders[sender]} must not hear itself: got ${got}.`;
    if (line === linesEach) {
      return `All ${linesEach} lines of ${senders[sender]} were there: got ${got}.`;
    }
    const expected = this.#plan.deliveredBy(sender);
    const wanted = expected.toString("latin1", line * lineBytes, (line + 1) * lineBytes);
    return `The next line of ${senders[sender]} must be ${quoted(wanted)}: got ${got}.`;
  }
}

/** The reader's owner answers it, and takes it away. */
function isPing(buffer: Buffer, at: number): boolean {
  return buffer.toString("latin1", at, at + 4) === "PING";
}
