/**
 * `deno task compile`: executables, `dist/chat-VERSION-TARGET[.exe]`.
 *
 * ```sh
 * deno task compile                              # for this machine
 * deno task compile aarch64-apple-darwin         # for another one
 * deno task compile all
 * ```
 *
 * @module
 */

import { printErr, printOut } from "../src/print.ts";
import { commitOf } from "./commit.ts";
import { compileExecutable } from "./executable.ts";
import { bundleInParts } from "./modules.ts";
import { openStage, readVersion } from "./stage.ts";
import { executableName, type Target, targetsOf } from "./targets.ts";
import { exitCodeOf, ROOT } from "./task.ts";
import { pathOf } from "./whole_file.ts";

/** What may end the task early; what is half made is taken away first. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Aborted by a signal. */
function onSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) Deno.addSignalListener(signal, () => controller.abort());
  return controller.signal;
}

/**
 * Makes executables one after the other.
 *
 * @param targets What for.
 * @param directory Where to, without a `/` at its end; default `dist` in the repository.
 * @returns Their paths.
 * @throws {Failure} One line: the runtime base or the bundler cannot be had, or a signal came.
 */
export async function compileAll(
  targets: readonly Target[],
  options: { readonly directory?: string; readonly signal?: AbortSignal } = {},
): Promise<string[]> {
  const { directory = pathOf(new URL("dist", ROOT)), signal } = options;
  const version = await readVersion();
  await using stage = await openStage(await commitOf());
  const main = await bundleInParts(stage, signal);
  const paths: string[] = [];
  for (const target of targets) {
    const path = `${directory}/${executableName(version, target)}`;
    await compileExecutable({ main, target, path, signal });
    paths.push(path);
  }
  return paths;
}

/**
 * Says so when a file that was made from `DENORT_BIN` is not `chat`: any executable can be written
 * to, but only denort reads what was added. Deno itself, for example, goes on being Deno.
 */
async function tryOut(path: string, version: string): Promise<void> {
  const base = Deno.env.get("DENORT_BIN");
  if (base === undefined) return;
  let said = "";
  try {
    const { stdout } = await new Deno.Command(path, {
      args: ["--version"],
      stdin: "null",
      stderr: "null",
      signal: AbortSignal.timeout(10_000),
    }).output();
    said = new TextDecoder().decode(stdout);
  } catch {
    // It cannot even be started.
  }
  if (said.trim() === `chat ${version}`) return;
  printErr(`It does not run as chat ${version}: DENORT_BIN=${base} is not denort\n`);
}

if (import.meta.main) {
  Deno.exit(
    await exitCodeOf(async () => {
      const version = await readVersion();
      for (const path of await compileAll(targetsOf(Deno.args), { signal: onSignals() })) {
        const { size } = await Deno.stat(path);
        const shown = path.slice(path.lastIndexOf("/dist/") + 1);
        printOut(`${shown}: ${(size / 1e6).toFixed(1)} MB\n`);
        if (path.includes(Deno.build.target)) await tryOut(path, version);
      }
    }),
  );
}
