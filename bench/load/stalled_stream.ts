/**
 * Checks what a client got that did not read for a while: each line whole, the counters in order,
 * and wherever some are missing, exactly one line before it that says how many.
 *
 * @module
 */

import { lineBytes, type LinePattern, makeLines } from "./pattern.ts";
import { StreamError } from "./stream_error.ts";

/** What a stalled client got. */
export interface StalledResult {
  /** Lines before the first skip; all when there was none. */
  readonly before: number;
  /** How often lines were skipped. */
  readonly skips: number;
  /** How many were skipped in all. */
  readonly skipped: number;
  /** Lines after the first skip. */
  readonly after: number;
}

/** What a plain client is told when lines were skipped for it. */
const SKIP = /^\* You read too slowly: ([\d,]+) lines? (?:was|were) skipped\.$/;

/**
 * Checks all that a client got, from its greeting on.
 *
 * @param bytes The stream.
 * @param options `pattern`: of the flood's lines; `first` and `last`: counters of the first and
 * the last one. Whatever comes before the first one (greeting, history) is not looked at.
 * @throws {StreamError} When a line is not what it must be.
 */
export function checkStalled(
  bytes: Uint8Array,
  options: { readonly pattern: LinePattern; readonly first: number; readonly last: number },
): StalledResult {
  const { pattern, first, last } = options;
  const lines = new TextDecoder().decode(bytes).split("\n");
  if (lines.pop() !== "") throw new StreamError("The stream does not end with a newline.");
  const expected = new TextDecoder();
  const size = lineBytes(pattern);
  let next = first;
  let started = false;
  let skips = 0;
  let skipped = 0;
  let before = 0;
  for (const line of lines) {
    const skip = SKIP.exec(line);
    if (skip !== null) {
      const count = Number(skip[1]?.replaceAll(",", ""));
      skips++;
      skipped += count;
      next += count;
      continue;
    }
    const wanted = next > last
      ? ""
      : expected.decode(makeLines(pattern, next, 1)).slice(0, size - 1);
    if (line === wanted) {
      started = true;
      next++;
      if (skips === 0) before++;
    } else if (started || skips > 0) {
      throw new StreamError(
        `Line ${next} must be ${JSON.stringify(wanted)}: got ${
          JSON.stringify(line.slice(0, 160))
        }.`,
      );
    }
  }
  if (next !== last + 1) throw new StreamError(`The last line must be ${last}: got ${next - 1}.`);
  return { before, skips, skipped, after: next - first - before - skipped };
}
