/**
 * The flags in the manual page: each with what it does, takes and defaults to.
 *
 * @module
 */

import type { Flag, FlagTable } from "../flags.ts";
import { spellings } from "../completions/vocabulary.ts";
import { bold, italic, item } from "./roff.ts";

/** A text as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** What is to be known of a flag beside what it does. */
function limits(flag: Flag): string[] {
  if (flag.kind === "switch") return [];
  const { allowed, bare, default: usual, env, repeated } = flag;
  return [
    `Takes ${allowed}.`,
    ...(bare === undefined ? [] : [`Without a value: ${bare}.`]),
    ...(repeated ? ["May be given several times."] : []),
    ...(env === undefined ? [] : [`When it is not given, the variable ${env} holds.`]),
    ...(usual === undefined ? [] : [`Default: ${usual}.`]),
  ];
}

/**
 * The entries of a table of flags.
 *
 * @param flags In the order in which they are to stand.
 */
export function options(flags: FlagTable): string {
  return Object.entries(flags).map(([name, flag]) => {
    const words = spellings(name, flag).map(bold).join(", ");
    const term = flag.kind === "switch" ? words : `${words} ${italic(flag.placeholder)}`;
    return item(term, [sentence(flag.help), ...limits(flag)].join(" "));
  }).join("");
}
