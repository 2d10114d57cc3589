/**
 * Where a file is looked for.
 *
 * @module
 */

import { quote } from "./protocol/quote.ts";

/** `/x`, `\x`, `C:\x`. */
const ABSOLUTE = /^(?:[/\\]|[a-z]:[/\\])/i;

/**
 * A path for a message about a file that was not found or cannot be read: as it was typed, and
 * where that is, which depends on the directory that the program, or its task, was started in.
 *
 * @param path As it was typed.
 * @param directory The current directory; default that of this process.
 * @returns In quotes; without the directory when the path is absolute, or nobody may know it.
 */
export function quotePath(path: string, directory: string | undefined = here()): string {
  if (directory === undefined || ABSOLUTE.test(path)) return quote(path);
  const separator = directory.includes("\\") ? "\\" : "/";
  const begin = directory.endsWith(separator) ? directory : directory + separator;
  return `${quote(path)} (${quote(begin + path.replace(/^(?:\.[/\\])+/, ""))})`;
}

function here(): string | undefined {
  try {
    return Deno.cwd();
  } catch {
    return undefined;
  }
}
