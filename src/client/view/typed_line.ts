/**
 * A line that a person typed: what it means, and how much of its limit it has used. Lines of a pipe
 * are not interpreted: they are said.
 *
 * @module
 */

import { slashAt } from "../../protocol/text.ts";
import type { Outgoing } from "../core/outbox.ts";
import { MAX_TEXT_CHARS, MAX_TEXT_LINES } from "../../protocol/limits.ts";
import { cleanText, countCodePoints, countLines } from "../../protocol/text.ts";

/** From this part of a limit on, people want to know. */
const NEAR = 0.9;

/** What a typed line asks for. */
export type Intent =
  | { readonly type: "nothing" }
  | { readonly type: "quit" }
  | { readonly type: "say"; readonly text: string; readonly action: boolean }
  | { readonly type: "command"; readonly line: string };

/**
 * Reads a typed line.
 *
 * @param line Without its newline; a paste may hold newlines.
 * @param options `quitWords`: `quit` and `{quit}` leave, as in the programs before this one;
 * without it they are said, as any word is in the middle of a talk.
 * @returns `/quit`, `{quit}` and `quit` leave; `/me` says an action, through the outbox, so that it
 * arrives like any message; other slash commands are the server's; `//x` says `/x`. What draws
 * nothing before a slash does not count: a command with a space before it must not be said.
 */
export function interpret(
  line: string,
  { quitWords = true }: { readonly quitWords?: boolean } = {},
): Intent {
  const slash = slashAt(line);
  const trimmed = line.slice(Math.max(0, slash)).trim();
  if (trimmed === "") return { type: "nothing" };
  if (trimmed === "/quit") return { type: "quit" };
  if (quitWords && (trimmed === "{quit}" || trimmed === "quit")) return { type: "quit" };
  if (slash < 0) return { type: "say", text: line, action: false };
  if (line[slash + 1] === "/") {
    return { type: "say", text: line.slice(0, slash) + line.slice(slash + 1), action: false };
  }
  const command = line.slice(slash);
  const action = /^\/me\s+(\S.*)$/is.exec(command);
  if (action?.[1] !== undefined) return { type: "say", text: action[1], action: true };
  return { type: "command", line: command };
}

/**
 * Whether a command asks to become an operator without the password. Then the next line is that
 * password, which must never be said: whoever reads lines takes it, and sends it behind the
 * command.
 *
 * @param line A command, as {@linkcode interpret} gives it.
 */
export function asksForOperator(line: string): boolean {
  return line.trim().toLowerCase() === "/op";
}

/** What is asked for then. */
export const OPERATOR_QUESTION = "Operators' password: ";

/**
 * Reads a message to one person.
 *
 * @param line A command, as {@linkcode interpret} gave it: `/msg NAME TEXT`.
 * @returns Undefined when it is something else, or when something is missing.
 */
export function privateMessage(line: string): { to: string; text: string } | undefined {
  const [, to, text] = /^\/msg\s+(\S+)\s+(\S.*)$/is.exec(line) ?? [];
  return to === undefined || text === undefined ? undefined : { to, text };
}

/**
 * What somebody types to say a message: what {@linkcode interpret} and {@linkcode privateMessage}
 * read.
 *
 * @returns May hold newlines.
 */
export function typedText(message: Outgoing): string {
  if (message.type === "direct") return `/msg ${message.to} ${message.text}`;
  if (message.action === true) return `/me ${message.text}`;
  const slash = slashAt(message.text);
  if (slash < 0) return message.text;
  return `${message.text.slice(0, slash)}/${message.text.slice(slash)}`;
}

/** What is left of the limit, once that is worth showing. */
export interface Counter {
  /** `3700 of 4000 characters`. */
  readonly text: string;
  /** The same in few columns: `3700/4000`. */
  readonly short: string;
  /** It is over the limit, and will not be sent. */
  readonly over: boolean;
}

/**
 * Counts what would be said.
 *
 * @param line As it was typed: `/me` and `/msg NAME` are not counted.
 * @returns Undefined below 90 percent of both limits.
 */
export function counterOf(line: string): Counter | undefined {
  // A code point has one or two units: most lines need no more than this.
  if (line.length < MAX_TEXT_CHARS * NEAR && countLines(line) < MAX_TEXT_LINES * NEAR) {
    return undefined;
  }
  const text = cleanText(saidText(line));
  const chars = countCodePoints(text);
  const lines = countLines(text);
  const over = chars > MAX_TEXT_CHARS || lines > MAX_TEXT_LINES;
  // One limit is enough to know of: the one that is nearer.
  if (chars / MAX_TEXT_CHARS >= Math.max(NEAR, lines / MAX_TEXT_LINES)) {
    const short = `${chars}/${MAX_TEXT_CHARS}`;
    return { text: `${chars} of ${MAX_TEXT_CHARS} characters`, short, over };
  }
  if (lines < MAX_TEXT_LINES * NEAR) return undefined;
  const short = `${lines}/${MAX_TEXT_LINES} lines`;
  return { text: `${lines} of ${MAX_TEXT_LINES} lines`, short, over };
}

function saidText(line: string): string {
  const intent = interpret(line);
  if (intent.type === "say") return intent.text;
  return intent.type === "command" ? privateMessage(intent.line)?.text ?? line : line;
}
