/**
 * `deno task bundle`: the program as one JavaScript file, `dist/chat.js`, for people who have Deno.
 *
 * ```sh
 * deno task bundle [FILE]
 * ```
 *
 * @module
 */

import { printOut } from "../src/print.ts";
import { commitOf } from "./commit.ts";
import { BUNDLE_FLAGS } from "./grants.ts";
import { bundleInOne } from "./modules.ts";
import { openStage } from "./stage.ts";
import { exitCodeOf, ROOT, TaskUsageError } from "./task.ts";
import { putInPlace } from "./whole_file.ts";

/** Makes the file itself a program where `env` knows `-S`: Linux since 2018, macOS, BSD. */
const FIRST_LINE = `#!/usr/bin/env -S deno run ${BUNDLE_FLAGS.join(" ")}\n`;

/**
 * Writes the bundle. The file is complete or not there.
 *
 * @param path Where to; its directory is made when it is missing.
 * @param commit What it is to say that it was made from; default the commit of this repository.
 * @throws {Failure} When the bundler cannot be had, or the source has a fault.
 */
export async function writeBundle(path: string | URL, commit?: string): Promise<void> {
  await using stage = await openStage(commit ?? await commitOf());
  const bytes = new TextEncoder().encode(FIRST_LINE + await bundleInOne(stage));
  await putInPlace(path, async (temporary) => {
    await Deno.writeFile(temporary, bytes, { mode: 0o755 });
  });
}

if (import.meta.main) {
  Deno.exit(
    await exitCodeOf(async () => {
      const [path = new URL("dist/chat.js", ROOT), surplus] = Deno.args;
      if (surplus !== undefined) {
        throw new TaskUsageError(`deno task bundle takes one file, not also ${surplus}`);
      }
      await writeBundle(path);
      const { size } = await Deno.stat(path);
      const shown = path instanceof URL ? "dist/chat.js" : path;
      printOut(`${shown}: ${(size / 1e6).toFixed(1)} MB\n`);
    }),
  );
}
