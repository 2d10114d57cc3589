/**
 * The help of the program and of its subcommands, made from their tables.
 *
 * @module
 */

import { allFlags, type CommandSummary, PROGRAM_FLAGS } from "./program_flags.ts";
import type { CommandSpec, Example, Flag, FlagTable } from "./flags.ts";

/** What the narrowest usual terminal shows. */
const MAX_COLUMNS = 80;

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Two columns: what one types, and what it is. */
function table(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows.map(([left, right]) => {
    const lines = wrap(right, MAX_COLUMNS - width);
    return lines.map((line, i) => (i === 0 ? `  ${left}` : "").padEnd(width) + line + "\n").join(
      "",
    );
  }).join("");
}

function flagRow(name: string, flag: Flag): [string, string] {
  if (flag.kind === "switch") {
    return [flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`, flag.help];
  }
  const more = [
    ...(flag.env === undefined ? [] : [`or ${flag.env}`]),
    ...(flag.default === undefined ? [] : [`default ${flag.default}`]),
  ];
  const notes = more.length === 0 ? "" : ` (${more.join("; ")})`;
  return [`--${name} ${flag.placeholder}`, flag.help + notes];
}

function flagRows(flags: FlagTable): [string, string][] {
  return Object.entries(flags).map(([name, flag]) => flagRow(name, flag));
}

function exampleRow(example: Example): [string, string] {
  return [example.line, example.purpose];
}

/**
 * The help of one subcommand.
 *
 * @param spec The subcommand.
 * @returns Lines of at most 80 columns, the last one ended.
 */
export function commandHelp(spec: CommandSpec): string {
  const { name, summary, argument, examples } = spec;
  const usage = [
    "chat",
    name,
    ...(argument === undefined ? [] : [argument.placeholder]),
    "[flags]",
  ];
  return [
    `${summary}\n\nUsage: ${usage.join(" ")}\n`,
    argument === undefined ? "" : "\n" + table([[argument.placeholder, argument.help]]),
    `\nFlags:\n${table(flagRows(allFlags(spec)))}`,
    `\nExamples:\n${table(examples.map(exampleRow))}`,
  ].join("");
}

/**
 * The help of the whole program.
 *
 * @param commands Its subcommands.
 * @returns Lines of at most 80 columns, the last one ended.
 */
export function programHelp(commands: readonly CommandSummary[]): string {
  return [
    "Chat rooms for everybody who can reach this machine, without accounts.\n",
    "\nUsage: chat COMMAND [flags]\n",
    `\nCommands:\n${table(commands.map(({ name, summary }) => [name, summary]))}`,
    `
Flags:
${table(flagRows(PROGRAM_FLAGS))}`,
    `\nExamples:\n${commands.map(({ example }) => `  ${example}\n`).join("")}`,
    "\nWithout this program, come in with: nc ADDRESS PORT\n",
  ].join("");
}
