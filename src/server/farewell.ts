/**
 * The end of a connection that still works: what is there is delivered, then a last line, then our
 * half is closed, and the other end gets a moment to close its own.
 *
 * @module
 */

import type { LineConnection } from "../net/line_connection.ts";
import type { Line } from "../protocol/framing.ts";
import type { Writer } from "../room/writer.ts";
import type { Clock } from "../clock.ts";

/**
 * After the last line the other end may still be sending. Closing at once would answer that with a
 * reset, which can destroy the last line on its way; so input is read and dropped for so long.
 */
export const LINGER_MS = 1_000;

/**
 * How much of that, in characters: what a paste may still have on its way. Who sends more is hung
 * up on, or a hundred peers that are being let go, and pour, would take all of a processor.
 */
const MAX_DROPPED_CHARS = 256 * 1024;

/** What a token's worth of what is no line counts as. */
const WASTE_CHARS = 1024;

/**
 * How long all of it may take, from the decision to end the connection: a client that reads
 * nothing, or only ever pings, holds its place no longer.
 */
const FAREWELL_MS = 30_000;

/** One farewell. */
export class Farewell {
  readonly #done = Promise.withResolvers<void>();
  #endsAtMs: number;
  #droppedChars = 0;

  /**
   * Begins.
   *
   * @param nowMs Milliseconds of the server's clock.
   * @param withinMs How long it may take in all.
   */
  constructor(nowMs: number, withinMs: number = FAREWELL_MS) {
    this.#endsAtMs = nowMs + withinMs;
  }

  /** Resolves when the last line has been handed to the connection, or it has failed. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** The other end has had its moment, or all the time that there is. */
  isOver(nowMs: number): boolean {
    return nowMs >= this.#endsAtMs;
  }

  /**
   * Takes note of input that comes after the end and is dropped.
   *
   * @param batch One read's worth of lines.
   * @returns It has been too much in all: hang up once the last line is out.
   */
  isTooMuch(batch: readonly Line[]): boolean {
    for (const line of batch) {
      if (typeof line === "string") this.#droppedChars += line.length + 1;
      else this.#droppedChars += "waste" in line ? WASTE_CHARS * line.waste : line.discarded;
    }
    return this.#droppedChars > MAX_DROPPED_CHARS;
  }

  /**
   * Says it, behind everything that the logs hold now.
   *
   * @param lastLine Empty: none.
   */
  async say(writer: Writer, conn: LineConnection, clock: Clock, lastLine: Uint8Array) {
    await writer.finish(lastLine);
    await conn.closeWrite();
    this.#endsAtMs = Math.min(this.#endsAtMs, clock.now() + LINGER_MS);
    this.#done.resolve();
  }
}
