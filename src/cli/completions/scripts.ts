/**
 * Scripts that make a shell complete the command line of `chat`.
 *
 * @module
 */

import { VERSION } from "../../version.ts";
import type { Shell } from "../program_flags.ts";
import { bashCompletions } from "./bash.ts";
import { fishCompletions } from "./fish.ts";
import { zshCompletions } from "./zsh.ts";

/** What makes the script of a shell, given the comment for its head. */
const MAKERS: Readonly<Record<Shell, (about: string) => string>> = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
};

/**
 * The script for one shell, from the tables of commands and flags.
 *
 * @param shell For which shell.
 * @returns The whole script, its last line ended.
 */
export function completions(shell: Shell): string {
  return MAKERS[shell](`chat ${VERSION}, made by: chat --completions ${shell}`);
}
