/**
 * Passwords that stand in files, so that they stand on no command line.
 *
 * @module
 */

import { Failure } from "./failure.ts";
import { quotePath } from "./full_path.ts";

/**
 * The first line of a file.
 *
 * @throws {Failure} When it cannot be read.
 */
export function readPasswordFile(path: string): string {
  try {
    return Deno.readTextFileSync(path).split(/\r?\n/, 1)[0]!;
  } catch (error) {
    const reason = error instanceof Error
      ? error.message.replace(/:? ?(open|read|stat)\w* .*$/, "")
      : "it is not readable";
    throw new Failure(`Cannot read the password file ${quotePath(path)}: ${reason}.`);
  }
}
