/**
 * `deno task extras`: what lies beside the executable in an archive of a release, the manual page
 * and the completions, under the names by which `man` and the shells look for them.
 *
 * ```sh
 * deno task extras [DIRECTORY]
 * ```
 *
 * @module
 */

import { manualPage } from "../src/cli/man/page.ts";
import { completions } from "../src/cli/completions/scripts.ts";
import { Failure } from "../src/failure.ts";
import { printOut } from "../src/print.ts";
import { exitCodeOf, ROOT, TaskUsageError } from "./task.ts";
import { pathOf, putInPlace } from "./whole_file.ts";

/** One file beside the executable. */
export interface Extra {
  /** Its name, without a directory. */
  readonly name: string;
  /** Makes what is in it. */
  readonly make: () => string;
}

/** All of them. */
export const EXTRAS: readonly Extra[] = [
  { name: "chat.1", make: manualPage },
  { name: "chat.bash", make: () => completions("bash") },
  { name: "_chat", make: () => completions("zsh") },
  { name: "chat.fish", make: () => completions("fish") },
];

/**
 * Writes all of them. Each is complete or not there.
 *
 * @param directory Where to; it is made when it is missing.
 * @returns The paths, in the order of {@linkcode EXTRAS}.
 * @throws {Failure} When the directory cannot be made or written to.
 */
export async function writeExtras(directory: string): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, make } of EXTRAS) {
    const path = `${directory.replace(/(?<=.)\/+$/, "")}/${name}`;
    try {
      await putInPlace(path, (temporary) => Deno.writeTextFile(temporary, make()));
    } catch (error) {
      if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
      throw new Failure(`Cannot write ${path}: permission denied`);
    }
    paths.push(path);
  }
  return paths;
}

if (import.meta.main) {
  Deno.exit(
    await exitCodeOf(async () => {
      const [directory = pathOf(new URL("dist", ROOT)), surplus] = Deno.args;
      if (surplus !== undefined) {
        throw new TaskUsageError(`deno task extras takes one directory, not also ${surplus}`);
      }
      for (const path of await writeExtras(directory)) printOut(`${path}\n`);
    }),
  );
}
