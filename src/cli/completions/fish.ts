/**
 * Completions for fish, from version 3.0 on.
 *
 * @module
 */

import type { Flag, FlagTable } from "../flags.ts";
import { allFlags, PROGRAM_FLAGS } from "../program_flags.ts";
import { offers, spellings, SUBCOMMANDS } from "./vocabulary.ts";

/** Inside single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/** Whether nothing stands between the program's name and the word at the cursor. */
const FIRST = "test (count (commandline -opc)) -eq 1";

/** Whether the second word is one of some. */
function secondIs(words: readonly string[]): string {
  return words.map((word) => `contains -- ${word} (commandline -opc)[2]`).join("; or ");
}

/** What stands behind a flag. */
function valueOptions(flag: Flag): string {
  if (flag.kind === "switch") return "";
  const what = offers(flag);
  if (what === "none") return "";
  if (what === "paths") return " -r -F";
  return what === "unknown" ? " -x" : ` -x -a ${quoted(what.join(" "))}`;
}

function flagLine(name: string, flag: Flag, condition: string): string {
  const short = flag.kind === "switch" && flag.short !== undefined ? ` -s ${flag.short}` : "";
  return `complete -c chat -n ${quoted(condition)}${short} -l ${name}${valueOptions(flag)} -d ${
    quoted(flag.help)
  }\n`;
}

/** Where a flag of the program can stand. */
function programCondition(name: string, flag: Flag): string {
  const flags: FlagTable = PROGRAM_FLAGS;
  if (flag.kind === "value") {
    // The condition must hold for the value, too.
    return `${FIRST}; or contains -- --${name} (commandline -opc)[-1]`;
  }
  const before = flag.after === undefined ? undefined : flags[flag.after];
  if (flag.after === undefined || before === undefined) return FIRST;
  return secondIs(spellings(flag.after, before));
}

/**
 * The script for fish.
 *
 * @param about A comment for its head, on one line.
 */
export function fishCompletions(about: string): string {
  const lines = Object.entries<Flag>(PROGRAM_FLAGS).map(([name, flag]) =>
    flagLine(name, flag, programCondition(name, flag))
  );
  for (const spec of SUBCOMMANDS) {
    const summary = quoted(spec.summary.replace(/\.$/, ""));
    lines.push(`\ncomplete -c chat -n ${quoted(FIRST)} -a ${spec.name} -d ${summary}\n`);
    for (const [name, flag] of Object.entries(allFlags(spec))) {
      lines.push(flagLine(name, flag, secondIs([spec.name])));
    }
  }
  return `# ${about}
# To use it: save it as ~/.config/fish/completions/chat.fish.

complete -c chat -f
${lines.join("")}`;
}
