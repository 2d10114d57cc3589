/**
 * The subcommand `chat serve`.
 *
 * @module
 */

import { printOut } from "../print.ts";
import type { Doors } from "../server/doors.ts";
import { readEnv } from "./environment.ts";
import { EXIT_OK } from "./exit.ts";
import { commandHelp } from "./help.ts";
import { parseServe, SERVE } from "./serve_flags.ts";

/** The doors of `src/web`, each loaded only where it is asked for. */
export const DOORS: Doors = {
  async page(options) {
    const { Gateway } = await import("../web/gateway.ts");
    return await Gateway.open(options);
  },
  async metrics(options) {
    const { MetricsServer } = await import("../web/metrics.ts");
    return new MetricsServer(options);
  },
};

/**
 * Runs a server until it is stopped, or shows how to.
 *
 * @param args What stands after `serve`.
 * @returns The exit code.
 * @throws {UsageError} When anything is wrong with the arguments.
 */
export async function serve(args: readonly string[]): Promise<number> {
  const options = parseServe(args, readEnv);
  if (options === undefined) {
    printOut(commandHelp(SERVE));
    return EXIT_OK;
  }
  const { runServer } = await import("../server/run.ts");
  return await runServer(options, { doors: DOORS });
}
