/**
 * Which commit a build is made from.
 *
 * @module
 */

import { ROOT } from "./task.ts";

/** The output of git, or null where there is no git, or no repository. */
async function git(directory: URL | string, ...args: string[]): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args,
      cwd: directory,
      stdin: "null",
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * The commit of a working tree: 40 hexadecimal digits, then `-dirty` when a file that git knows
 * differs from it; empty where there is no git or no repository.
 *
 * @param directory The tree; default this repository.
 */
export async function commitOf(directory: URL | string = ROOT): Promise<string> {
  const commit = await git(directory, "rev-parse", "--verify", "HEAD");
  if (commit === null) return "";
  const changes = await git(directory, "status", "--porcelain", "--untracked-files=no");
  return changes === "" ? commit : `${commit}-dirty`;
}

/** What things have that are made without a commit: 2020-01-01. */
export const NO_DATE: Date = new Date(Date.UTC(2020, 0, 1));

/**
 * When the commit of a working tree was made; {@linkcode NO_DATE} where there is none.
 *
 * @param directory The tree; default this repository.
 */
export async function commitDate(directory: URL | string = ROOT): Promise<Date> {
  const seconds = Number(await git(directory, "log", "-1", "--format=%ct"));
  return seconds > 0 ? new Date(seconds * 1000) : NO_DATE;
}
