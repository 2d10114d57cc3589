/**
 * The machines that releases are made for, and what the files for each are called.
 *
 * @module
 */

import { TaskUsageError } from "./task.ts";

/** The targets of `deno compile` in Deno 2.9.6, which are the targets of our releases. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
] as const;

/** One of {@linkcode TARGETS}. */
export type Target = typeof TARGETS[number];

/** Whether executables for it are Windows programs: `.exe`, with an icon, in a zip. */
export function isWindows(target: Target): boolean {
  return target.includes("-windows-");
}

/** Takes a word as a target. */
function toTarget(word: string): Target {
  const target = TARGETS.find((known) => known === word);
  if (target !== undefined) return target;
  throw new TaskUsageError(
    `There is no target ${JSON.stringify(word)}. Known are ${TARGETS.join(", ")}, and "all"`,
  );
}

/**
 * The targets that the words of a command line name.
 *
 * @param words Targets, or `all` alone; none means this machine.
 * @param host This machine, as `Deno.build.target` says it.
 * @throws {TaskUsageError} One line that lists the known ones.
 */
export function targetsOf(
  words: readonly string[],
  host: string = Deno.build.target,
): readonly Target[] {
  if (words.length === 0) return [toTarget(host)];
  if (words.length === 1 && words[0] === "all") return TARGETS;
  return [...new Set(words.map(toTarget))];
}

/** What everything made for a target is called: `chat-0.1.0-x86_64-unknown-linux-gnu`. */
export function stem(version: string, target: Target): string {
  return `chat-${version}-${target}`;
}

/** The file name of an executable in `dist/`. */
export function executableName(version: string, target: Target): string {
  return `${stem(version, target)}${isWindows(target) ? ".exe" : ""}`;
}

/** The file name of the archive that people download. */
export function archiveName(version: string, target: Target): string {
  return `${stem(version, target)}${isWindows(target) ? ".zip" : ".tar.gz"}`;
}
