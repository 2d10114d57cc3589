/**
 * The check of a flood: every byte of every reader. Which check it is depends on what the peer
 * decides in a line, see {@linkcode Wire.peerDecides}.
 *
 * @module
 */

import type { Buffer } from "node:buffer";

/** The check of all readers of one flood. */
export interface FloodCheck {
  /**
   * Begins with one reader.
   *
   * @param self Which of the senders it is; -1: none.
   */
  reader(self: number): ReaderCheck;
  /**
   * Looks at what can be seen only when all readers have everything.
   *
   * @throws {StreamError} When a line is missing, doubled, changed or out of order.
   */
  finish(): void;
}

/** The check of one reader's stream. */
export interface ReaderCheck {
  /** Bytes of lines that must come. */
  readonly wantedBytes: number;
  /** Bytes of lines that have come and are right. */
  readonly bytes: number;
  /**
   * Takes what has been read.
   *
   * @param buffer Where it is.
   * @param end How many of its bytes count, from the first one on.
   * @returns How many of them are done with; the others are wanted again, before what comes next.
   * @throws {StreamError} When they are not what must come now.
   */
  feed(buffer: Buffer, end: number): number;
}
