/**
 * `deno bundle` on a stage: in one file, or in several of which each is loaded when it is needed.
 *
 * @module
 */

import { Failure } from "../src/failure.ts";
import { NO_DATE } from "./commit.ts";
import { type DenoOptions, faultIn, runDeno } from "./deno.ts";
import type { Stage } from "./stage.ts";

/** Bundling takes a second; the first time a bundler of 10 MB is fetched. */
const TIMEOUT_MS = 120_000;

async function bundle(stage: Stage, args: readonly string[], signal?: AbortSignal): Promise<void> {
  const options: DenoOptions = { cwd: stage.directory, timeoutMs: TIMEOUT_MS, signal };
  const { success, timedOut, output } = await runDeno(
    // --frozen: exactly the packages, by hash, that deno.lock names.
    ["bundle", "--quiet", "--frozen", ...args, "main.ts"],
    options,
  );
  if (success) return;
  if (signal?.aborted) throw new Failure("Stopped before it was ready: nothing is left behind");
  const fault = faultIn(output);
  if (timedOut || /esbuild/.test(fault)) {
    const reason = timedOut ? `nothing came within ${TIMEOUT_MS / 1000} s` : fault;
    throw new Failure(
      `Could not download the bundler that deno bundle uses (esbuild, from npm): ${reason}. ` +
        "Try again with the network; later runs need none",
    );
  }
  throw new Failure(`deno bundle failed: ${fault}`);
}

/**
 * The program as one file.
 *
 * @returns Its text, the same for the same sources on every machine.
 * @throws {Failure} One line: the bundler cannot be had, or what Deno said.
 */
export async function bundleInOne(stage: Stage): Promise<string> {
  await bundle(stage, ["--output", "chat.js"]);
  return await Deno.readTextFile(`${stage.directory}/chat.js`);
}

/**
 * The program as several files in a directory of the stage, with no packages beside them.
 *
 * @returns The path of the first module, `main.js`.
 * @throws {Failure} As {@linkcode bundleInOne}.
 */
export async function bundleInParts(stage: Stage, signal?: AbortSignal): Promise<string> {
  const directory = `${stage.directory}/modules`;
  await bundle(stage, ["--code-splitting", "--outdir", "modules"], signal);
  // Executables contain the date of each.
  for await (const { name } of Deno.readDir(directory)) {
    await Deno.utime(`${directory}/${name}`, NO_DATE, NO_DATE);
  }
  return `${directory}/main.js`;
}
