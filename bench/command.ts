/**
 * What the tasks of the bench have in common as programs: what they print, how they end, and that
 * nothing which they started stays behind.
 *
 * @module
 */

import { killAll } from "../tests/helpers/program.ts";

/** A mistake in the arguments; its message says what to do. */
export class UsageError extends Error {}

/** Prints a result on standard output. */
export async function print(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += await Deno.stdout.write(bytes.subarray(done));
}

/** Tells how far it is, in a line on standard error: results alone can be kept so. */
export function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text.trimEnd()}\n`));
}

/**
 * Runs a program to its end and exits with its code: with 2 where it throws a
 * {@linkcode UsageError}, with 1 where it throws anything else, each told in a line, and with 130
 * after a signal. What it has started is ended first.
 */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => stop(130));
  }
  try {
    stop(await main());
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    stop(error instanceof UsageError ? 2 : 1);
  }
}

/** Ends what was started, and the program. */
export function stop(code: number): never {
  killAll();
  Deno.exit(code);
}
