/**
 * The lines of a flood: a head, a counter of eight digits, a tail. All have one length, so the n-th
 * line stands at a known place, and a whole stream can be compared as bytes.
 *
 * @module
 */

/** Digits of the counter: enough for 100 million lines in one run. */
export const COUNTER_DIGITS = 8;

/** Bytes of one line as its sender writes it, its newline included. */
export const SENT_LINE_BYTES = 64;

/** What stands around the counter. ASCII only, so that characters are bytes. */
export interface LinePattern {
  /** Before the counter. */
  readonly head: string;
  /** After the counter; ends with the newline. */
  readonly tail: string;
}

/** What follows the counter in each text, so that a plain line has 64 bytes. */
export const FILLER: string = " " + "x".repeat(SENT_LINE_BYTES - COUNTER_DIGITS - 2);

/**
 * How long each line of a pattern is.
 *
 * @returns Bytes, the newline included.
 */
export function lineBytes(pattern: LinePattern): number {
  return pattern.head.length + COUNTER_DIGITS + pattern.tail.length;
}

/**
 * The lines `first` to `first + count - 1`, one behind the other.
 *
 * @param first The counter of the first line, 0 or more.
 * @param count How many lines, 1 or more; the last counter has at most eight digits.
 * @throws {RangeError} When the counter would need more digits.
 */
export function makeLines(
  pattern: LinePattern,
  first: number,
  count: number,
): Uint8Array<ArrayBuffer> {
  if (first + count > 10 ** COUNTER_DIGITS) {
    throw new RangeError(
      `Cannot count to ${first + count - 1}: a counter has ${COUNTER_DIGITS} digits.`,
    );
  }
  const length = lineBytes(pattern);
  const bytes = new Uint8Array(length * count);
  const start = pattern.head + String(first).padStart(COUNTER_DIGITS, "0") + pattern.tail;
  bytes.set(new TextEncoder().encode(start));
  const lastDigit = pattern.head.length + COUNTER_DIGITS - 1;
  for (let line = 1; line < count; line++) {
    const offset = line * length;
    bytes.copyWithin(offset, offset - length, offset);
    addOne(bytes, offset + lastDigit);
  }
  return bytes;
}

/** Adds one to the decimal number whose last digit stands at `index`. */
function addOne(bytes: Uint8Array, index: number): void {
  const zero = 48;
  const nine = 57;
  while (bytes[index] === nine) bytes[index--] = zero;
  bytes[index] = (bytes[index] ?? zero) + 1;
}
