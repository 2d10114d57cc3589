/**
 * The whole command line: which subcommand it is, and what becomes of its errors.
 *
 * In `cli/` lives the command line: flags, help, completions, the manual page, exit codes. It may
 * import everything below.
 *
 * @module
 */

import { COMMIT, VERSION } from "../version.ts";
import { printErr, printOut } from "../print.ts";
import {
  type CommandSummary,
  JOIN_SUMMARY,
  parseProgram,
  PROGRAM_FLAGS,
  type ProgramRequest,
  SERVE_SUMMARY,
} from "./program_flags.ts";
import { readEnv } from "./environment.ts";
import { EXIT_OK, EXIT_USAGE, reportAndExitCode, UsageError } from "./exit.ts";
import { programHelp } from "./help.ts";
import { nearest } from "./nearest.ts";
import { excerptIfNeeded } from "../protocol/quote.ts";

/** A subcommand, of which nothing is loaded before it is used. */
interface Subcommand extends CommandSummary {
  readonly run: (args: readonly string[]) => Promise<number>;
}

const COMMANDS: readonly Subcommand[] = [
  {
    ...SERVE_SUMMARY,
    run: async (args) => (await import("./serve.ts")).serve(args),
  },
  {
    ...JOIN_SUMMARY,
    run: async (args) => (await import("./join.ts")).join(args),
  },
];

/** Words that stand for flags of the program, as people know them from other programs. */
const FLAG_OF_WORD: Readonly<Record<string, string>> = { help: "--help", version: "--version" };

/**
 * `chat help join` and `chat --help join` are `chat join --help`, and `chat version` is
 * `chat --version`.
 *
 * @returns The arguments as the tables know them.
 */
function usual(args: readonly string[]): readonly string[] {
  const [word = "", ...rest] = args;
  const first = Object.hasOwn(FLAG_OF_WORD, word) ? FLAG_OF_WORD[word] ?? word : word;
  const [topic, ...more] = rest;
  if ((first === "--help" || first === "-h") && topic !== undefined && more.length === 0) {
    if (COMMANDS.some(({ name }) => name === topic)) return [topic, "--help"];
    if (!topic.startsWith("-")) refuse(topic);
  }
  return [first, ...rest];
}

/** What to try instead of a first word that is neither a command nor a flag of the program. */
function hintFor(word: string): string {
  const isFlag = word.startsWith("-");
  const known = isFlag
    ? Object.keys(PROGRAM_FLAGS).map((name) => `--${name}`)
    : [...COMMANDS.map(({ name }) => name), ...Object.keys(FLAG_OF_WORD)];
  // Where a capital letter is meant; in other programs it is this one.
  if (word === "-v") return "Did you mean -V or --version?";
  const meant = nearest(word, known);
  if (meant !== undefined) return `Did you mean chat ${meant}?`;
  if (!isFlag && /[.:]/.test(word)) return "To join a room, type chat join HOST:PORT";
  return `Begin with ${COMMANDS.map(({ name }) => `chat ${name}`).join(" or ")}`;
}

function refuse(arg: string): never {
  const isFlag = arg.startsWith("-");
  const word = isFlag ? arg.replace(/=.*/s, "") : arg;
  throw new UsageError(
    `There is no ${isFlag ? "flag" : "command"} ${excerptIfNeeded(word)}. ${hintFor(word)}`,
  );
}

/** What is asked for, as text for standard output. What is rarely wanted is loaded only then. */
async function answer(request: ProgramRequest): Promise<string> {
  switch (request.kind) {
    case "help":
      return programHelp(COMMANDS);
    case "version":
      return request.verbose ? await about() : `chat ${VERSION}\n`;
    case "completions":
      return (await import("./completions/scripts.ts")).completions(request.shell);
    case "man":
      return (await import("./man/page.ts")).manualPage();
  }
}

/** Asked of the library itself; a database in memory needs no permission. */
async function sqliteVersion(): Promise<string> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(":memory:");
  try {
    return String(database.prepare("SELECT sqlite_version() AS version").get()?.["version"]);
  } finally {
    database.close();
  }
}

/**
 * The version of this program and of all that it contains, as `chat --version --verbose` shows it.
 *
 * @returns Lines, the last one ended; each after the first is `what: value`.
 */
async function about(): Promise<string> {
  return [
    `chat ${VERSION}`,
    `commit: ${COMMIT === "" ? "none, a working tree" : COMMIT}`,
    `target: ${Deno.build.target}`,
    `deno: ${Deno.version.deno}`,
    `v8: ${Deno.version.v8}`,
    `typescript: ${Deno.version.typescript}`,
    `sqlite: ${await sqliteVersion()}`,
    "",
  ].join("\n");
}

async function dispatch(typed: readonly string[]): Promise<number> {
  if (typed.length === 0) {
    printErr(programHelp(COMMANDS));
    return EXIT_USAGE;
  }
  const args = usual(typed);
  const [first = "", ...rest] = args;
  const command = COMMANDS.find(({ name }) => name === first);
  if (command !== undefined) return await command.run(rest);
  printOut(await answer(parseProgram(args) ?? refuse(first)));
  return EXIT_OK;
}

/**
 * Does what the command line says.
 *
 * @param args What stands after the program's name.
 * @returns The exit code; errors have been told to the person by then.
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  // Read now, since a running server has given the permission back.
  const debug = (readEnv("CHAT_DEBUG") ?? "") !== "";
  const command = COMMANDS.find(({ name }) => name === args[0]);
  try {
    return await dispatch(args);
  } catch (error) {
    return reportAndExitCode(error, { command: command?.name, debug });
  }
}
