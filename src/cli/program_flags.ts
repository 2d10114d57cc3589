/**
 * What can stand first on the command line: a subcommand, here in a few words, or a flag of the
 * program itself. Enough for the program's own help, without loading any subcommand.
 *
 * @module
 */

import { UsageError } from "./exit.ts";
import type { CommandSpec, FlagTable, SwitchFlag } from "./flags.ts";
import { excerptIfNeeded } from "../protocol/quote.ts";
import { oneOf } from "./values.ts";

/** The flag that every subcommand has beside its own. */
const HELP_FLAG: SwitchFlag = { kind: "switch", short: "h", help: "Show this help" };

/** A subcommand in a few words. */
export interface CommandSummary {
  /** What one types after `chat`. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** One line to copy. */
  readonly example: string;
}

/** `chat serve`. */
export const SERVE_SUMMARY: CommandSummary = {
  name: "serve",
  summary: "Start a chat server on this machine.",
  example: "chat serve --port 5001",
};

/** `chat join`. */
export const JOIN_SUMMARY: CommandSummary = {
  name: "join",
  summary: "Join a room.",
  example: "chat join 192.168.1.5:5001 --name ada",
};

/** A shell that completions are made for. */
export type Shell = "bash" | "zsh" | "fish";

/** Every {@linkcode Shell}. */
export const SHELLS: readonly Shell[] = ["bash", "zsh", "fish"];

/** The flags of the program itself. */
export const PROGRAM_FLAGS = {
  help: {
    kind: "switch",
    short: "h",
    help: "Show this help; chat COMMAND --help shows that of a command",
  },
  version: { kind: "switch", short: "V", help: "Show the version" },
  verbose: {
    kind: "switch",
    after: "version",
    help: "With --version: also show commit, target and built-in versions",
  },
  completions: {
    kind: "value",
    placeholder: "SHELL",
    help: "Print a completion script for bash, zsh or fish",
    ...oneOf(SHELLS),
  },
  man: { kind: "switch", help: "Print the manual page: chat --man | man -l -" },
} as const;

/** What the program itself is asked for. */
export type ProgramRequest =
  | { readonly kind: "help" }
  | { readonly kind: "version"; readonly verbose: boolean }
  | { readonly kind: "completions"; readonly shell: Shell }
  | { readonly kind: "man" };

/** All flags of a subcommand, `--help` included, in the order of its help. */
export function allFlags(spec: CommandSpec): FlagTable {
  return { ...spec.flags, help: HELP_FLAG };
}

/** `-V` is `--version`. */
function longName(word: string): string | undefined {
  for (const [name, flag] of Object.entries(PROGRAM_FLAGS)) {
    if (word === `--${name}` || "short" in flag && word === `-${flag.short}`) return name;
  }
  return undefined;
}

/** The shell, and what stands behind it. */
function readShell(words: readonly string[]): [ProgramRequest, rest: readonly string[]] {
  const [word, ...rest] = words;
  const { allowed, parse } = PROGRAM_FLAGS.completions;
  if (word === undefined) throw new UsageError(`The flag --completions needs a value: ${allowed}`);
  const shell = parse(word);
  if (shell === undefined) {
    throw new UsageError(
      `Cannot use --completions ${excerptIfNeeded(word)}: it must be ${allowed}`,
    );
  }
  return [{ kind: "completions", shell }, rest];
}

/** What is asked for by the first flag, and what stands behind that. */
function readRequest(
  args: readonly string[],
): [ProgramRequest, rest: readonly string[]] | undefined {
  const [first = "", ...rest] = args;
  const [, name = "", value = ""] = /^--([a-z]+)=(.*)$/s.exec(first) ?? [];
  if (name === "completions") return readShell([value, ...rest]);
  if (Object.hasOwn(PROGRAM_FLAGS, name)) {
    throw new UsageError(`The flag --${name} takes no value: it got ${excerptIfNeeded(value)}`);
  }
  switch (longName(first)) {
    case "help":
      return [{ kind: "help" }, rest];
    case "version": {
      const verbose = rest[0] === "--verbose";
      return [{ kind: "version", verbose }, verbose ? rest.slice(1) : rest];
    }
    case "verbose":
      throw new UsageError("The flag --verbose belongs behind --version: chat --version --verbose");
    case "completions":
      return readShell(rest);
    case "man":
      return [{ kind: "man" }, rest];
    default:
      return undefined;
  }
}

/**
 * Reads the flags of the program itself.
 *
 * @param args What stands after the program's name, when that is no subcommand.
 * @returns What is asked for, or `undefined` when the first word is none of these flags.
 * @throws {UsageError} When a value is missing or not allowed, or something is too much.
 */
export function parseProgram(args: readonly string[]): ProgramRequest | undefined {
  const [request, rest = []] = readRequest(args) ?? [];
  if (request !== undefined && rest[0] !== undefined) {
    const before = args.slice(0, args.length - rest.length).map((arg) => excerptIfNeeded(arg)).join(
      " ",
    );
    throw new UsageError(`Unexpected argument ${excerptIfNeeded(rest[0])} after ${before}`);
  }
  return request;
}
