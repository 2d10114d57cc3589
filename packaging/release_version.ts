/**
 * `deno task release-version VERSION [DATE]`: sets the version and its date everywhere where they
 * stand: `deno.json`, `src/version.ts` and the heading of `CHANGELOG.md`.
 *
 * @module
 */

import { Failure } from "../src/failure.ts";
import { printOut } from "../src/print.ts";
import { notesOf } from "./release_notes.ts";
import { readVersion } from "./stage.ts";
import { exitCodeOf, ROOT, TaskUsageError } from "./task.ts";

/** As https://semver.org has it, without build metadata, which a file name would have to bear. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?$/;

/** The three places. */
export interface Versioned {
  /** `deno.json`. */
  readonly config: string;
  /** `src/version.ts`. */
  readonly source: string;
  /** `CHANGELOG.md`. */
  readonly changelog: string;
}

/**
 * Sets the version in the three.
 *
 * @param version Without a `v`.
 * @param date `YYYY-MM-DD`.
 * @throws {TaskUsageError} When one of them is none.
 * @throws {Failure} When the changelog has nothing under `Unreleased`, or a place is not found.
 */
export function withVersion(files: Versioned, version: string, date: string): Versioned {
  if (!VERSION.test(version)) {
    throw new TaskUsageError(
      `The version must be like 1.2.3 or 1.2.3-rc.1: got ${JSON.stringify(version)}`,
    );
  }
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(date))) {
    throw new TaskUsageError(`The date must be like 2026-11-21: got ${JSON.stringify(date)}`);
  }
  const versioned = {
    config: replaced(files.config, /^ {2}"version": "[^"]*"/m, `  "version": "${version}"`),
    source: replaced(files.source, /(VERSION_DATE = )"[^"]*"/, `$1"${date}"`),
    changelog: replaced(files.changelog, /^## Unreleased$/m, `## ${version} - ${date}`),
  };
  notesOf(versioned.changelog, version);
  return versioned;
}

function replaced(text: string, what: RegExp, by: string): string {
  if (!what.test(text)) throw new Failure(`There is no ${what} to change: is it changed already?`);
  return text.replace(what, by);
}

if (import.meta.main) {
  Deno.exit(
    await exitCodeOf(async () => {
      const [version, date = new Date().toISOString().slice(0, 10), surplus] = Deno.args;
      if (version === undefined || surplus !== undefined) {
        throw new TaskUsageError("Name a version: deno task release-version 1.2.3 [2026-11-21]");
      }
      const before = await readVersion();
      const paths = { config: "deno.json", source: "src/version.ts", changelog: "CHANGELOG.md" };
      const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
      const files = {
        config: await read(paths.config),
        source: await read(paths.source),
        changelog: await read(paths.changelog),
      };
      const after = withVersion(files, version, date);
      for (const name of ["config", "source", "changelog"] as const) {
        await Deno.writeTextFile(new URL(paths[name], ROOT), after[name]);
      }
      printOut(`${before} is ${version} of ${date} now. Next: deno task picture, deno task ok\n`);
    }),
  );
}
