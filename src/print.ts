/**
 * Writing to standard output and standard error, whatever has become of them.
 *
 * For the moments before and after the real work: these writes wait for a paused terminal, so a
 * running server logs through `logger.ts` instead, which does not.
 *
 * @module
 */

import { Failure } from "./failure.ts";

/** A place to write to, in the shape of `Deno.stdout`. */
export interface SyncWriter {
  /**
   * Writes some of the bytes.
   *
   * @returns How many were written, possibly fewer than given.
   * @throws When the place is gone, or (`WouldBlock`) has no room now.
   */
  writeSync(bytes: Uint8Array): number;
}

/** How long one pause is when there is no room: long enough to cost nothing. */
const PAUSE_MS = 10;

/** Pauses in one text before the rest is given up: a second in all. */
const MAX_PAUSES = 100;

/**
 * Says why something could not be written to standard output.
 *
 * @param error What was thrown.
 * @returns One line; undefined where the reader has gone (`| head -1`), which is no fault.
 */
export function writeProblem(error: unknown): string | undefined {
  if (error instanceof Deno.errors.BrokenPipe) return undefined;
  return `Cannot write to standard output: ${error instanceof Error ? error.message : error}`;
}

/**
 * Writes all of a text. What cannot be written, because a pipe or terminal is gone, is left out.
 *
 * @param writer Where to.
 * @param text Any text; it is written as UTF-8.
 * @returns Why not all of it was written, as {@linkcode writeProblem}.
 */
export function printTo(writer: SyncWriter, text: string): string | undefined {
  let rest = new TextEncoder().encode(text);
  let pauses = 0;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writer.writeSync(rest));
    } catch (error) {
      // Another program can leave a shared terminal in non-blocking mode.
      if (!(error instanceof Deno.errors.WouldBlock)) return writeProblem(error);
      // A paused terminal keeps no server from starting.
      if (++pauses > MAX_PAUSES) return undefined;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
  return undefined;
}

/**
 * Writes a text to standard output.
 *
 * @param text Any text, its newline included.
 * @throws {Failure} When it cannot be written: the disk is full.
 */
export function printOut(text: string): void {
  const problem = printTo(Deno.stdout, text);
  if (problem !== undefined) throw new Failure(`${problem}.`);
}

/**
 * Writes a text to standard error. Never throws.
 *
 * @param text Any text, its newline included.
 */
export function printErr(text: string): void {
  printTo(Deno.stderr, text);
}
