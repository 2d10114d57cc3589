/**
 * From the arguments of a subcommand to checked values, by its table of flags.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "./exit.ts";
import type { CommandSpec, Flag, FlagTable, Parsed, ValueFlag } from "./flags.ts";
import { nearest } from "./nearest.ts";
import { allFlags } from "./program_flags.ts";
import { excerptIfNeeded } from "../protocol/quote.ts";

/** What the arguments said. */
export interface ParsedCommand<F extends FlagTable> {
  /** A value for each flag. */
  readonly values: Parsed<F>;
  /** The one argument beside the flags, if it was given. */
  readonly argument: string | undefined;
}

/** Reads a variable of the environment; `undefined` when it is not set. */
export type ReadEnv = (name: string) => string | undefined;

/** What the arguments are read by, and they themselves. */
interface Reading {
  readonly spec: CommandSpec;
  readonly args: readonly string[];
}

function refuseUnknown(arg: string, { spec, args }: Reading): never {
  const word = arg.replace(/=.*/s, "");
  const known = [...Object.keys(spec.flags), "help"];
  const name = word.replace(/^-+/, "");
  const value = arg.includes("=") ? arg.slice(word.length + 1) : args[args.indexOf(arg) + 1];
  const meant = spec.meant?.({ kind: "flag", name, value });
  const like = nearest(name, known) ?? nearest(name.replace(/^no-/, ""), known);
  const hint = meant !== undefined
    ? `. ${meant}`
    : like === undefined
    ? ""
    : `. Did you mean --${like}?`;
  throw new UsageError(`There is no flag ${excerptIfNeeded(word)}${hint}`);
}

/**
 * `parseArgs` takes a beginning `no-` away, and means something else by it: it gets another name.
 */
function parsedName(name: string): string {
  return name.replace(/^no-/, "no:");
}

/**
 * Attaches each value to its flag with `=`, since `parseArgs` guesses: it takes an empty value for
 * a missing one, refuses values that begin with a dash, takes `false` after a switch for its value,
 * and lets `--no-port=1` pass for `--port=1`.
 */
function attachValues(reading: Reading, flags: FlagTable): string[] {
  const { args } = reading;
  const attached: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") return [...attached, ...args.slice(i)];
    const name = arg === "-h" ? "help" : arg.replace(/^--/, "");
    // `parseArgs` keeps the other words under this name.
    if (/^--?_/.test(arg)) refuseUnknown(arg, reading);
    if (/^--no[-:]/.test(arg)) {
      if (!Object.hasOwn(flags, name.replace(/=.*/s, ""))) refuseUnknown(arg, reading);
      if (name.includes("=")) {
        attached.push(`--${parsedName(name)}`);
        continue;
      }
    }
    const flag = arg.startsWith("-") && Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) {
      attached.push(arg);
      continue;
    }
    if (flag.kind === "switch") {
      attached.push(`--${parsedName(name)}=`);
      continue;
    }
    const next = args[i + 1];
    if (flag.bare !== undefined && (next === undefined || next.startsWith("-"))) {
      attached.push(`--${parsedName(name)}=${flag.bare}`);
      continue;
    }
    if (next === undefined || /^--($|[a-z])/i.test(next)) {
      throw new UsageError(
        `The flag --${name} needs a value: ${flag.allowed}` +
          (next === undefined || next === "--" || flag.parse(next) === undefined
            ? ""
            : ` (one with dashes as --${name}=${excerptIfNeeded(next)})`),
      );
    }
    attached.push(`--${parsedName(name)}=${next}`);
    i++;
  }
  return attached;
}

function readValue(source: string, text: string, flag: ValueFlag<unknown>): unknown {
  const value = flag.parse(text);
  if (value === undefined) {
    throw new UsageError(
      `Cannot use ${source} ${excerptIfNeeded(text)}: it must be ${flag.allowed}`,
    );
  }
  return value;
}

/** The text that was given for one flag: those of one that may be repeated are joined. */
function givenText(given: unknown, name: string, flag?: Flag): string | undefined {
  const texts: readonly unknown[] = Array.isArray(given) ? given : [];
  if (flag?.kind === "value" && flag.repeated && texts.length > 0) return texts.join(",");
  if (texts.length > 1) {
    const all = texts.filter((text) => text !== "").map((text) => excerptIfNeeded(String(text)));
    throw new UsageError(
      `The flag --${name} is there ${texts.length} times` +
        (all.length > 0 ? ` (${all.join(", ")})` : "") + ": give it once",
    );
  }
  return texts.length === 0 ? undefined : String(texts[0]);
}

/**
 * Parses and checks the arguments of a subcommand.
 *
 * @param spec The subcommand.
 * @param args What stands after its name.
 * @param readEnv Reads the environment, for flags that have a variable.
 * @returns The values, or `undefined` when the help is asked for.
 * @throws {UsageError} At the first thing that is wrong: an unknown flag, a flag that is there
 * twice, a value that is missing, not allowed or too much, an argument that is not expected.
 */
export function parseCommand<F extends FlagTable>(
  spec: CommandSpec<F>,
  args: readonly string[],
  readEnv: ReadEnv,
): ParsedCommand<F> | undefined {
  const flags = allFlags(spec);
  const names = Object.keys(flags).map(parsedName);
  const reading = { spec, args };
  const given = parseArgs(attachValues(reading, flags), {
    // Everything is text and collected, so that nothing is converted and nothing overwritten.
    string: [...names, "_"],
    collect: names,
    "--": true,
    unknown(arg, key) {
      if (key !== undefined) refuseUnknown(arg, reading);
    },
  });
  const helpText = givenText(given["help"], "help");
  if (helpText === "") return undefined;

  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const text = givenText(given[parsedName(name)], name, flag);
    if (flag.kind === "switch") {
      if (text !== undefined && text !== "") {
        throw new UsageError(`The flag --${name} takes no value: it got ${excerptIfNeeded(text)}`);
      }
      values[name] = text !== undefined;
    } else if (text !== undefined) {
      values[name] = readValue(`--${name}`, text, flag);
    } else {
      const fromEnv = flag.env === undefined ? undefined : readEnv(flag.env);
      if (flag.env !== undefined && fromEnv !== undefined && fromEnv !== "") {
        values[name] = readValue(flag.env, fromEnv, flag);
      } else if (flag.default !== undefined) {
        values[name] = readValue(`--${name}`, flag.default, flag);
      }
    }
  }
  const rest = [...given._, ...(given["--"] as string[])].map(String);
  const expected = spec.argument === undefined ? 0 : 1;
  const extra = rest[expected];
  if (extra !== undefined) {
    const meant = spec.meant?.({ kind: "arguments", words: rest });
    throw new UsageError(
      `Unexpected argument ${excerptIfNeeded(extra)}` +
        (meant === undefined ? "" : `. ${meant}`),
    );
  }
  return { values: values as Parsed<F>, argument: rest[0] };
}
