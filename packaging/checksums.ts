/**
 * `deno task release-sums DIRECTORY`: writes `SHA256SUMS`, as `sha256sum -c` reads it.
 *
 * @module
 */

import { Failure } from "../src/failure.ts";
import { printOut } from "../src/print.ts";
import { exitCodeOf, TaskUsageError } from "./task.ts";
import { putInPlace } from "./whole_file.ts";

/** The name of the list. */
const LIST = "SHA256SUMS";

/** SHA-256 in hexadecimal digits. */
async function sumOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/**
 * Writes the list of all files of a directory, by name, and gives it back.
 *
 * @throws {Failure} When there is none.
 */
export async function writeSums(directory: string): Promise<string> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(directory)) {
    if (isFile && name !== LIST) names.push(name);
  }
  if (names.length === 0) throw new Failure(`There is no file in ${directory} to make a sum of`);
  let list = "";
  for (const name of names.toSorted()) {
    list += `${await sumOf(await Deno.readFile(`${directory}/${name}`))}  ${name}\n`;
  }
  await putInPlace(
    `${directory}/${LIST}`,
    (temporary) => Deno.writeTextFile(temporary, list),
  );
  return list;
}

if (import.meta.main) {
  Deno.exit(
    await exitCodeOf(async () => {
      const [directory, surplus] = Deno.args;
      if (directory === undefined || surplus !== undefined) {
        throw new TaskUsageError("Name one directory: deno task release-sums DIRECTORY");
      }
      printOut(await writeSums(directory));
    }),
  );
}
