/**
 * What the Tab key can make of the word before the cursor: commands, the names that they take, and
 * names of people anywhere else.
 *
 * @module
 */

import { normalized } from "../../protocol/normalize.ts";
import { runStart } from "./run_start.ts";

/**
 * UTF-16 units of a word that can be completed: no name is nearly so long, however its letters are
 * composed, and a paste is no beginning of one.
 */
const MAX_WORD_UNITS = 1_024;

/** A command that can be typed, as far as completing it goes. */
export interface KnownCommand {
  /** Without its slash. */
  readonly name: string;
  /** What follows: somebody's name first, anything else, or nothing. */
  readonly takes: "name" | "text" | "nothing";
}

/** The commands of the server, those of operators included, and of this client. */
export const KNOWN_COMMANDS: readonly KnownCommand[] = [
  { name: "announce", takes: "text" },
  { name: "ban", takes: "name" },
  { name: "bans", takes: "text" },
  { name: "help", takes: "nothing" },
  { name: "history", takes: "text" },
  { name: "kick", takes: "name" },
  { name: "me", takes: "text" },
  { name: "msg", takes: "name" },
  { name: "mute", takes: "name" },
  { name: "nick", takes: "text" },
  { name: "op", takes: "nothing" },
  { name: "quiet", takes: "nothing" },
  { name: "quit", takes: "nothing" },
  { name: "search", takes: "text" },
  { name: "top", takes: "nothing" },
  { name: "unban", takes: "text" },
  { name: "unmute", takes: "name" },
  { name: "who", takes: "nothing" },
];

/** How a word can be completed. */
export interface Completions {
  /** The word as it was typed, the `@` or slash before it included. */
  readonly word: string;
  /** What can stand instead, with the space or colon that follows; the likeliest first. */
  readonly candidates: readonly string[];
}

/**
 * Completes the word before the cursor.
 *
 * @param before The text before the cursor.
 * @param names The people who may be meant, the likeliest first.
 * @returns No candidates when there is nothing to complete.
 */
export function complete(before: string, names: readonly string[]): Completions {
  const command = /^\/(\S*)$/.exec(before);
  if (command !== null) {
    const begins = beginsWith(command[1] ?? "");
    const known = KNOWN_COMMANDS.filter(({ name }) => begins(name));
    const candidates = known.map(({ name, takes }) =>
      takes === "nothing" ? `/${name}` : `/${name} `
    );
    return { word: before, candidates };
  }
  const [, called, wanted] = /^\/(\S+)\s+(\S*)$/.exec(before) ?? [];
  if (called !== undefined && wanted !== undefined) {
    const known = KNOWN_COMMANDS.find(({ name }) => name === called.toLowerCase());
    if (known?.takes === "name") return named(wanted, wanted, names, "", " ");
  }
  const word = before.slice(runStart(before, (char) => !/\s/.test(char)));
  if (word.startsWith("@")) return named(word, word.slice(1), names, "@", " ");
  return named(word, word, names, "", word === before ? ": " : " ");
}

function named(
  word: string,
  wanted: string,
  names: readonly string[],
  before: string,
  after: string,
): Completions {
  const begins = beginsWith(wanted);
  const candidates = names.filter((name) => begins(name))
    .map((name) => `${before}${name}${after}`);
  return { word, candidates };
}

/** Whether names begin with a text, which is folded once. */
function beginsWith(beginning: string): (whole: string) => boolean {
  if (beginning.length > MAX_WORD_UNITS) return () => false;
  const wanted = folded(beginning);
  return (whole) => folded(whole).startsWith(wanted);
}

function folded(text: string): string {
  return normalized(text, "NFKC").toLowerCase();
}
