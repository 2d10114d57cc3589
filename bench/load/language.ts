/**
 * What is known of a language that a peer speaks.
 *
 * @module
 */

import type { LinePattern } from "./pattern.ts";

/** What a peer puts into a line itself, the same for all who read it in this language. */
export interface Numbers {
  /** The number of the message. */
  readonly seq: number;
  /** Its time as text: ISO 8601 in UTC, with milliseconds. */
  readonly at: string;
  /** Which log it stands in. */
  readonly log: string;
}

/**
 * Bytes that all senders together may be ahead of the slowest client: a quarter of the window of
 * 4 MiB that `chat serve` keeps.
 */
export const AHEAD_BYTES = 1024 * 1024;

/** Examples, about as long as those of the floods. */
export const SOME_NUMBERS: Numbers = {
  seq: 100_000,
  at: "2026-01-01T00:00:00.000Z",
  log: "0123456789abcdef",
};

/** One language of a peer. */
export interface Wire {
  /**
   * What a client writes first. Whoever has come in may talk and hears the others.
   *
   * @param name Its name: letters and digits.
   */
  hello(name: string): string;
  /** What stands in the stream once the peer has let the client in. */
  readonly ready: string;
  /** Whether those who talk hear themselves. */
  readonly echoes: boolean;
  /**
   * What the peer decides in each line, so that nobody knows beforehand what comes: `nothing`;
   * `numbers` that all readers get alike (see {@linkcode Numbers}); `marks`: where names stand
   * (ncat puts one in front of what it happens to read at once, be it half a line).
   */
  readonly peerDecides: "nothing" | "numbers" | "marks";
  /** With `numbers`: finds them in a line, as groups with the names of {@linkcode Numbers}. */
  readonly numbers?: RegExp;
  /** With how few bytes on their way the peer does best; default: {@linkcode AHEAD_BYTES}. */
  readonly aheadBytes?: number;
  /**
   * What a client writes to say something.
   *
   * @param text ASCII without control characters.
   */
  say(name: string, text: string): string;
  /**
   * What the others get then; with `marks` the mark is left out.
   *
   * @param numbers Those in the line; default: examples.
   */
  heard(from: string, text: string, numbers?: Numbers): string;
  /** A line of a flood as a sender writes it. */
  sent(sender: string): LinePattern;
  /** The same line as a receiver gets it, as {@linkcode heard} has it. */
  delivered(sender: string): LinePattern;
}

/** What tells a wire from the others. */
export type Language = Omit<Wire, "sent" | "delivered">;

/**
 * Finds what the peer has put into a line.
 *
 * @returns Zero, or nothing, for what does not stand there.
 */
export function numbersIn(wire: Wire, line: string): Numbers {
  const { seq, at = "", log = "" } = wire.numbers?.exec(line)?.groups ?? {};
  return { seq: Number(seq ?? 0), at, log };
}
