/**
 * What the long runs share on the command line.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { anySeed, MAX_SEED } from "./random.ts";

/** A mistake in the arguments; its message says what to do. */
export class UsageError extends Error {}

/** Runs a program to its end: its own exit code, or 2 and one line for a {@linkcode UsageError}. */
export async function exitCodeOf(main: () => Promise<number>): Promise<number> {
  try {
    return await main();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    Deno.stderr.writeSync(new TextEncoder().encode(`${error.message}\n`));
    return 2;
  }
}

/** What stands on a command line. */
export interface CommandLine {
  /** What is no flag. */
  readonly words: readonly string[];
  /** The flags that were given, by name; a value as text, or true. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/**
 * Reads the command line.
 *
 * @param values Flags with a value.
 * @param switches Flags without one.
 * @throws {UsageError} When there is another flag.
 */
export function readCommandLine(
  values: readonly string[],
  switches: readonly string[] = [],
): CommandLine {
  const { _: words, ...flags } = parseArgs(Deno.args, {
    string: [...values],
    boolean: [...switches],
    unknown(arg) {
      if (!arg.startsWith("-")) return;
      const known = [...values, ...switches].map((name) => `--${name}`);
      throw new UsageError(`Unknown flag ${arg}: use ${known.join(", ")}.`);
    },
  });
  return { words: words.map(String), flags };
}

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
 * @throws {UsageError} When it is no whole number of the range.
 */
export function wholeNumber(value: unknown, flag: string, range: NumberRange): number {
  const { min, max, otherwise } = range;
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    throw new UsageError(`--${flag} must be a whole number from ${min} to ${max}: got "${value}".`);
  }
  return number;
}

/**
 * The value of `--seed`; any when it is absent.
 *
 * @throws {UsageError} When it is no seed.
 */
export function seedOf(value: unknown): number {
  return wholeNumber(value, "seed", { min: 1, max: MAX_SEED, otherwise: anySeed() });
}
