/**
 * Takes what an erased message said out of a log. Its placeholder has as many bytes, so that no
 * position changes: what is left over is filled with what nobody sees.
 *
 * A segment gets a copy of its bytes for that. Writes that are under way go on with those before:
 * whoever they are for is told of the erasure behind them.
 *
 * @module
 */

import type { LogFormat } from "../protocol/dialect.ts";
import { ERASED, ERASED_SHORT, type Message } from "../protocol/messages.ts";
import type { Log, Segment } from "./log.ts";

const encoder = new TextEncoder();

/** Erases messages of one room. */
export class Erasure {
  readonly #room: string;
  readonly #logId: string;
  readonly #copied = new Set<Segment>();

  /**
   * Erases nothing yet.
   *
   * @param room The folded name of the room.
   * @param logId Identifies its log.
   */
  constructor(room: string, logId: string) {
    this.#room = room;
    this.#logId = logId;
  }

  /**
   * Erases a message in a log, if its window has it.
   *
   * @param message What is left of it.
   */
  erase(log: Log, format: LogFormat, message: Message): void {
    const { seq } = message;
    if (seq < log.firstSeq || seq >= log.nextSeq) return;
    const segment = log.segmentAt(log.positionOf(seq));
    const index = seq - segment.firstSeq;
    const start = segment.starts[index]!;
    const length = (segment.starts[index + 1] ?? segment.end) - start;
    if (!this.#copied.has(segment)) {
      this.#copied.add(segment);
      segment.view = segment.bytes = segment.bytes.slice();
    }
    segment.bytes.set(this.#placeholder(format, message, length), start);
  }

  #placeholder(format: LogFormat, message: Message, length: number): Uint8Array {
    for (const text of [ERASED, ERASED_SHORT]) {
      const lines = format.renderLog({ ...message, text }, this.#room, this.#logId);
      const spare = length - encoder.encode(lines).length;
      if (spare >= 0) return encoder.encode(padded(lines, spare, format.padding ?? " "));
    }
    // Its line was shorter than any could be now, since its format says more: nobody reads a blank.
    return encoder.encode(padded("\n", length - 1, " "));
  }
}

function padded(lines: string, bytes: number, padding: string): string {
  const count = Math.floor(bytes / padding.length);
  const filling = padding.repeat(count);
  const isLines = padding.endsWith("\n");
  const end = lines.endsWith("\r\n") ? -2 : -1;
  const before = " ".repeat(bytes - count * padding.length) + (isLines ? "" : filling);
  return lines.slice(0, end) + before + lines.slice(end) + (isLines ? filling : "");
}
