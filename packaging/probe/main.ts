/**
 * `deno task probe-reading`: whether an executable can still read files after it has given back the
 * permission to. It can (Deno 2.9.6), and docs/security.md says so; this fails when it no longer can,
 * so that the sentence goes, too.
 *
 * ```sh
 * deno task probe-reading x86_64-unknown-linux-gnu
 * ```
 *
 * The loader that Deno puts into executables (`EmbeddedModuleLoader` of denort) reads what is not
 * embedded from the file system, and asks no permission for a module that is imported as text.
 *
 * @module
 */

import { Failure } from "../../src/failure.ts";
import { printOut } from "../../src/print.ts";
import { compileExecutable } from "../executable.ts";
import { targetsOf } from "../targets.ts";
import { exitCodeOf } from "../task.ts";
import { pathOf } from "../whole_file.ts";

/** The program that tries. */
export const PROBE: string = pathOf(new URL("reading.js", import.meta.url));

/**
 * Lets the program try.
 *
 * @param command What starts it.
 * @param directory Where a file may lie meanwhile.
 * @returns What it says: `read` or `refused`; anything else: it did not run.
 */
export async function probed(command: readonly string[], directory: string): Promise<string> {
  const [program = "", ...args] = command;
  const secret = `${directory}/secret`;
  await Deno.writeTextFile(secret, "secret");
  const { stdout } = await new Deno.Command(program, {
    args: [...args, secret],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

if (import.meta.main) {
  Deno.exit(
    await exitCodeOf(async () => {
      const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "chat-probe-" }));
      try {
        for (const target of targetsOf(Deno.args)) {
          const main = `${directory}/reading.js`;
          await Deno.copyFile(PROBE, main);
          const path = `${directory}/${target.includes("windows") ? "probe.exe" : "probe"}`;
          await compileExecutable({ main, target, path });
          const said = await probed([path], directory);
          if (said !== "read") {
            throw new Failure(
              `The probe says ${JSON.stringify(said)} and not "read": if executables no longer ` +
                "read files that they may not, docs/security.md must say so",
            );
          }
        }
        printOut("As docs/security.md says: an executable reads files without the permission\n");
      } finally {
        await Deno.remove(directory, { recursive: true });
      }
    }),
  );
}
