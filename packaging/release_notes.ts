/**
 * `deno task release-notes TAG`: what `CHANGELOG.md` says of a version, for the page of the
 * release.
 *
 * @module
 */

import { Failure } from "../src/failure.ts";
import { printOut } from "../src/print.ts";
import { readVersion } from "./stage.ts";
import { exitCodeOf, ROOT, TaskUsageError } from "./task.ts";

/**
 * The section of a version, without its heading, which is `## 0.1.0` and perhaps a date behind it.
 *
 * @param changelog All of `CHANGELOG.md`.
 * @param version Without a `v`.
 * @throws {Failure} When there is no such section, or nothing in it.
 */
export function notesOf(changelog: string, version: string): string {
  const lines = changelog.split(/\r?\n/);
  const start = lines.findIndex((line) =>
    /^## /.test(line) && line.slice(3).split(" ")[0]?.replace(/^\[(.*)\]$/, "$1") === version
  );
  if (start < 0) {
    throw new Failure(
      `CHANGELOG.md has no section ${version}: rename "## Unreleased" to "## ${version}"`,
    );
  }
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^## /.test(line));
  const notes = rest.slice(0, end < 0 ? rest.length : end).join("\n").trim();
  if (notes === "") throw new Failure(`The section ${version} of CHANGELOG.md is empty: fill it`);
  return `${notes}\n`;
}

/**
 * The version that a tag names.
 *
 * @param tag For example `v0.1.0`.
 * @param version What `deno.json` says.
 * @throws {Failure} When they are not the same.
 */
export function versionOf(tag: string, version: string): string {
  if (tag === `v${version}`) return version;
  throw new Failure(
    `The tag is ${JSON.stringify(tag)} and the version in deno.json ${version}: ` +
      `tag v${version}, or change deno.json`,
  );
}

if (import.meta.main) {
  Deno.exit(
    await exitCodeOf(async () => {
      const [tag, surplus] = Deno.args;
      if (tag === undefined || surplus !== undefined) {
        throw new TaskUsageError("Name one tag: deno task release-notes v0.1.0");
      }
      const version = versionOf(tag, await readVersion());
      printOut(notesOf(await Deno.readTextFile(new URL("CHANGELOG.md", ROOT)), version));
    }),
  );
}
