/**
 * The subcommand `chat join`.
 *
 * @module
 */

import { printOut } from "../print.ts";
import { readEnv } from "./environment.ts";
import { EXIT_OK } from "./exit.ts";
import { commandHelp } from "./help.ts";
import { JOIN, parseJoin } from "./join_flags.ts";

/**
 * Runs a client until it leaves, or shows how to.
 *
 * @param args What stands after `join`.
 * @returns The exit code.
 * @throws {UsageError} When anything is wrong with the arguments.
 */
export async function join(args: readonly string[]): Promise<number> {
  const options = parseJoin(args, readEnv);
  if (options === undefined) {
    printOut(commandHelp(JOIN));
    return EXIT_OK;
  }
  const { runClient } = await import("../client/run.ts");
  return await runClient(options);
}
