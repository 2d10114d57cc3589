/**
 * How the program ends: its exit codes, the two errors that say so, and the one line that a person
 * sees of an error.
 *
 * @module
 */

import { Failure } from "../failure.ts";
import { printErr } from "../print.ts";
import { escapeUnsafe } from "../protocol/quote.ts";
import { asTyped } from "../started_as.ts";

export { Failure };

/** It worked. */
export const EXIT_OK = 0;

/** It did not work; standard error says what, and what to try. */
export const EXIT_FAILED = 1;

/** The program was called in a way that it does not know. */
export const EXIT_USAGE = 2;

/** A wrong flag, value or argument. The message is one line that holds the value received. */
export class UsageError extends Error {
  /** Says so by its name. */
  override name = "UsageError";
}

/** What {@linkcode reportAndExitCode} can be told. */
export interface ReportOptions {
  /** The subcommand at work, for the hint at its help. */
  readonly command?: string | undefined;
  /** The stack of an unexpected error is shown, too. */
  readonly debug?: boolean;
  /** Takes the text instead of standard error. */
  readonly print?: (text: string) => void;
}

/** The message on one line, without anything that a terminal would obey. */
function oneLine(text: string): string {
  return escapeUnsafe(text.split("\n").map((line) => line.trim()).filter(Boolean).join(" "));
}

/**
 * Tells a person what went wrong, on standard error.
 *
 * @param error What was thrown.
 * @param options Which subcommand was at work, and how much to tell.
 * @returns The exit code that goes with it: 1 or 2.
 */
export function reportAndExitCode(error: unknown, options: ReportOptions = {}): number {
  const { command, debug = false, print = (text) => printErr(asTyped(text)) } = options;
  if (error instanceof UsageError) {
    const help = command === undefined ? "chat --help" : `chat ${command} --help`;
    print(`chat: ${oneLine(error.message)}\nTry: ${help}\n`);
    return EXIT_USAGE;
  }
  if (error instanceof Failure) {
    print(`chat: ${oneLine(error.message)}\n`);
    return EXIT_FAILED;
  }
  const message = oneLine(error instanceof Error ? `${error.name}: ${error.message}` : `${error}`);
  if (debug && error instanceof Error && error.stack !== undefined) {
    const stack = error.stack.split("\n").map(escapeUnsafe).join("\n");
    print(`chat: internal error: ${message}\n${stack}\n`);
  } else {
    print(
      `chat: internal error: ${message} (CHAT_DEBUG=1 shows a stack trace)\n`,
    );
  }
  return EXIT_FAILED;
}
