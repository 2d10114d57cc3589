/**
 * The program with a {@linkcode LateOrder}, for running the end-to-end tests over one that does not
 * settle at once: `CHAT_TEST_MAIN=tests/helpers/late_main.ts`.
 *
 * @module
 */

import { readEnv } from "../../src/cli/environment.ts";
import { reportAndExitCode } from "../../src/cli/exit.ts";
import { runProgram } from "../../src/cli/program.ts";
import { DOORS, parseServe } from "../../src/cli/serve.ts";
import { runServer } from "../../src/server/run.ts";
import { LateOrder } from "./late_order.ts";

async function run(args: readonly string[]): Promise<number> {
  if (args[0] !== "serve") return await runProgram(args);
  try {
    const options = parseServe(args.slice(1), readEnv);
    if (options === undefined) return await runProgram(args);
    return await runServer(options, { doors: DOORS, order: (parts) => new LateOrder(parts) });
  } catch (error) {
    return reportAndExitCode(error, { command: "serve", debug: false });
  }
}

Deno.exit(await run(Deno.args));
