/**
 * What exactly is running: the version, and for reports of faults all that it is made of.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { COMMIT, VERSION } from "../version.ts";

/** Asked of the library itself; a database in memory needs no permission. */
function sqliteVersion(): string {
  const database = new DatabaseSync(":memory:");
  try {
    return String(database.prepare("SELECT sqlite_version() AS version").get()?.["version"]);
  } finally {
    database.close();
  }
}

/**
 * The version of this program and of all that it contains, as `chat --version --verbose` shows it.
 *
 * @returns Lines, the last one ended; each after the first is `what: value`.
 */
export function about(): string {
  return [
    `chat ${VERSION}`,
    `commit: ${COMMIT === "" ? "none, a working tree" : COMMIT}`,
    `target: ${Deno.build.target}`,
    `deno: ${Deno.version.deno}`,
    `v8: ${Deno.version.v8}`,
    `typescript: ${Deno.version.typescript}`,
    `sqlite: ${sqliteVersion()}`,
    "",
  ].join("\n");
}
