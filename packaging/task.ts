/**
 * What every task in this directory has in common: how it ends when something did not work.
 *
 * @module
 */

import { Failure } from "../src/failure.ts";
import { printErr } from "../src/print.ts";

/** The repository, with a `/` at its end. */
export const ROOT: URL = new URL("../", import.meta.url);

/** Wrong usage of a task; the program ends with 2, as `chat` does. */
export class TaskUsageError extends Error {
  /** Says so by its name. */
  override name = "TaskUsageError";
}

/**
 * Runs a task to its end and gives the exit code: 0, or 1 for a {@linkcode Failure} and 2 for wrong
 * usage, both of which are told in one line on standard error.
 *
 * @throws Everything else: that is a fault of the task, and its trace is wanted.
 */
export async function exitCodeOf(task: () => Promise<void> | void): Promise<number> {
  try {
    await task();
    return 0;
  } catch (error) {
    if (!(error instanceof Failure) && !(error instanceof TaskUsageError)) throw error;
    printErr(`${error.message}\n`);
    return error instanceof Failure ? 1 : 2;
  }
}
