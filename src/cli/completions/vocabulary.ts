/**
 * What can be typed after `chat`, from the tables that the parsing and the help go by: what
 * completions and the manual page are made of.
 *
 * @module
 */

import type { CommandSpec, Flag } from "../flags.ts";
import { JOIN } from "../join.ts";
import { SERVE } from "../serve.ts";

/** The subcommands, in the order of the help. */
export const SUBCOMMANDS: readonly CommandSpec[] = [SERVE, JOIN];

/** A flag as one types it: `-h` and `--help`, or `--port`. */
export function spellings(name: string, flag: Flag): string[] {
  const short = flag.kind === "switch" ? flag.short : undefined;
  return short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`];
}

/**
 * What can stand after a flag.
 *
 * @returns `none` for a switch and where the value may as well be absent, `unknown` where a value
 * must follow that nobody can know beforehand, otherwise what to offer.
 */
export function offers(flag: Flag): "none" | "unknown" | "paths" | readonly string[] {
  if (flag.kind === "switch") return "none";
  return flag.offers ?? (flag.bare === undefined ? "unknown" : "none");
}
