/**
 * Reading the files that options name, and telling people what is wrong with one.
 *
 * @module
 */

import { Failure } from "./failure.ts";
import { quote } from "./protocol/quote.ts";

/** `/x`, `\x`, `C:\x`. */
const ABSOLUTE = /^(?:[/\\]|[a-z]:[/\\])/i;

/**
 * All of a text file: UTF-8, or UTF-16 where a byte order mark says so, as some editors and shells
 * of Windows write it. The mark is no part of the text.
 *
 * @param path As it was typed.
 * @param what What kind of file it is, for the message: `password`.
 * @throws {Failure} When it cannot be read.
 */
export function readTextFile(path: string, what: string): string {
  try {
    const bytes = Deno.readFileSync(path);
    return new TextDecoder(encodingOf(bytes)).decode(bytes);
  } catch (error) {
    const why = error instanceof Deno.errors.NotCapable
      ? "this program may not read files. Start it with --allow-read"
      : reasonOf(error);
    throw new Failure(`Cannot read the ${what} file ${quotePath(path)}: ${why}.`);
  }
}

/**
 * The password in a file, so that it stands on no command line: the file's first line.
 *
 * @param path As it was typed.
 * @param what What the message calls it: `password`, or the `key` of a room.
 * @throws {Failure} When the file cannot be read, or is no text: the password would be another one
 * than whoever wrote it sees.
 */
export function readPasswordFile(path: string, what: "password" | "key" = "password"): string {
  const text = readTextFile(path, what);
  const [line = ""] = text.split(/\r?\n/, 1);
  if (!text.includes("\0") && !line.includes("\uFFFD")) return line;
  throw new Failure(`The ${what} file ${quotePath(path)} is not UTF-8 text: save it as UTF-8.`);
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xFF && second === 0xFE) return "utf-16le";
  return first === 0xFE && second === 0xFF ? "utf-16be" : "utf-8";
}

/** Why the system did not do something with a file, without the path that it repeats. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/: (?:open|readfile|writefile|lstat|stat) '.*$/s, "");
}

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
