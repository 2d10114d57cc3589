/**
 * `chat`: a room for people who can reach each other over TCP.
 *
 * ```text
 * chat serve --port 5001
 * chat join 127.0.0.1:5001
 * ```
 *
 * @module
 */

import { runProgram } from "./src/cli/program.ts";

Deno.exit(await runProgram(Deno.args));
