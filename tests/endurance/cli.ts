/**
 * What the long runs share on the command line.
 *
 * @module
 */

/** Writes a line to standard output. */
export function say(line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let end = 0; end < bytes.length;) end += Deno.stdout.writeSync(bytes.subarray(end));
}

/** Options of {@linkcode wholeNumber}. */
export interface NumberRange {
  /** Smallest value. */
  readonly min: number;
  /** Largest value. */
  readonly max: number;
  /** What holds when the flag is absent. */
  readonly otherwise: number;
}

/**
 * The value of a flag.
 *
 * @param value As `parseArgs` gave it.
 * @param flag Its name, for the error.
 * @throws {Error} When it is no whole number of the range.
 */
export function wholeNumber(value: unknown, flag: string, range: NumberRange): number {
  const { min, max, otherwise } = range;
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    throw new Error(`--${flag} must be a whole number from ${min} to ${max}: got "${value}".`);
  }
  return number;
}
