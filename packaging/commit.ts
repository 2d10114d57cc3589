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
