/**
 * Lines of the source are at most 100 columns wide. `deno fmt` sees to the code, but leaves
 * comments and strings as they are.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { sourceFiles } from "./helpers/source_files.ts";

const ROOT = new URL("../", import.meta.url);

/** As in `deno.json`. */
const MAX_COLUMNS = 100;

/** Where a line cannot be cut: a URL, or a regular expression without a space. */
const UNCUT = /https?:\/\/|^\s*\S+$/;

Deno.test("No line of src/ has more than 100 columns, unless it cannot be cut", () => {
  assertEquals([...sourceFiles("src")].flatMap(tooLong), []);
});

/** Each line that is too long, with where it stands. */
function tooLong(file: string): string[] {
  const lines = Deno.readTextFileSync(new URL(file, ROOT)).split("\n");
  return lines.flatMap((line, index) => {
    const columns = [...line].length;
    return columns <= MAX_COLUMNS || UNCUT.test(line)
      ? []
      : [`${file}:${index + 1}: ${columns} columns`];
  });
}
