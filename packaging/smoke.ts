/**
 * `deno task smoke`: does what was built work, as the people who download it will use it.
 *
 * ```sh
 * deno task smoke dist/chat-0.1.0-x86_64-unknown-linux-gnu
 * deno task smoke dist/chat.js
 * ```
 *
 * It starts the file like anybody else and looks from the outside, on loopback only, in directories
 * of its own that it removes. One line a check; the exit code is 1 when one failed.
 *
 * @module
 */

import { Failure } from "../src/failure.ts";
import { printOut } from "../src/print.ts";
import { BASICS } from "./smoke/basics.ts";
import { type Check, type Subject, verdictOf } from "./smoke/check.ts";
import { DOORS } from "./smoke/doors.ts";
import { FIGURES } from "./smoke/figures.ts";
import { TALKS } from "./smoke/talk.ts";
import { readVersion } from "./stage.ts";
import { exitCodeOf, TaskUsageError } from "./task.ts";

/** All checks, in the order in which they are made. */
export const CHECKS: readonly Check[] = [...BASICS, ...TALKS, ...DOORS, ...FIGURES];

/**
 * Makes all checks.
 *
 * @param subject The artefact and what it must say of itself.
 * @param tell Is given each line.
 * @returns The names of those that failed.
 */
export async function smoke(subject: Subject, tell: (line: string) => void): Promise<string[]> {
  const failed: string[] = [];
  for (const check of CHECKS) {
    const { ok, line } = await verdictOf(check, subject);
    tell(line);
    if (!ok) failed.push(check.name);
  }
  return failed;
}

/** The absolute path of a file that must be there. */
async function existing(file: string): Promise<string> {
  try {
    return await Deno.realPath(file);
  } catch {
    throw new Failure(`There is no file ${file} to try: make it with deno task compile or bundle`);
  }
}

if (import.meta.main) {
  Deno.exit(
    await exitCodeOf(async () => {
      const [file, commit = "", surplus] = Deno.args;
      if (file === undefined || surplus !== undefined) {
        throw new TaskUsageError(
          "Name one file, and if you like the commit that it must say: " +
            "deno task smoke dist/chat.js [COMMIT]",
        );
      }
      const subject = { file: await existing(file), version: await readVersion(), commit };
      const failed = await smoke(subject, (line) => printOut(`${line}\n`));
      if (failed.length > 0) {
        throw new Failure(`${failed.length} of ${CHECKS.length} checks failed for ${file}`);
      }
    }),
  );
}
