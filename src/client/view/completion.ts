/**
 * What the Tab key can make of the word before the cursor: commands, the names that they take,
 * rooms behind a `#`, and names of people anywhere else.
 *
 * @module
 */

import { COMMANDS, type CommandSpec } from "../../protocol/commands.ts";
import { slashAt } from "../../protocol/text.ts";
import { normalized } from "../../protocol/normalize.ts";

/**
 * UTF-16 units of a word that can be completed: no name is nearly so long, however its letters are
 * composed, and a paste is no beginning of one.
 */
const MAX_WORD_UNITS = 1_024;

/** All commands of such a client, those of operators included, in the order of Tab's offers. */
const BY_NAME: readonly CommandSpec[] = COMMANDS.filter(({ who }) => who !== "plain")
  .sort((a, b) => a.name < b.name ? -1 : 1);

/** What may be meant when a word is completed. */
export interface CompletionWords {
  /** People, the likeliest first. */
  readonly names: readonly string[];
  /** Rooms without `#`, the likeliest first; default: none. */
  readonly rooms?: readonly string[];
  /** Commands for whom are not offered; default: all are. */
  readonly hidden?: readonly CommandSpec["who"][];
}

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
 * @param words What may be meant.
 * @returns No candidates when there is nothing to complete.
 */
export function complete(
  before: string,
  { names, rooms = [], hidden = [] }: CompletionWords,
): Completions {
  const typed = before.slice(Math.max(0, slashAt(before)));
  const command = /^\/(\S*)$/.exec(typed);
  if (command !== null) {
    const begins = beginsWith(command[1] ?? "");
    const known = BY_NAME.filter(({ name, who }) => begins(name) && !hidden.includes(who));
    const candidates = known.map(({ name, args }) => args === "" ? `/${name}` : `/${name} `);
    return { word: typed, candidates };
  }
  const argument = nameArgument(before);
  if (argument !== undefined) {
    const { wanted, isRoom } = argument;
    if (!isRoom) return named(wanted, wanted, names, "", " ");
    return named(wanted, wanted.replace(/^#/, ""), rooms, "#", " ");
  }
  // What follows the name of a room is its key, or nothing.
  const taken = /^\/(\S+)\s+\S/.exec(typed)?.[1]?.toLowerCase();
  if (BY_NAME.some(({ name, takesRoom }) => takesRoom && name === taken)) {
    return { word: "", candidates: [] };
  }
  const word = before.slice(runStart(before, (char) => !/\s/.test(char)));
  if (word.startsWith("#")) return named(word, word.slice(1), rooms, "#", " ");
  if (word.startsWith("@")) return named(word, word.slice(1), names, "@", " ");
  return named(word, word, names, "", word === before ? ": " : " ");
}

/**
 * The name that a command takes, where that is the word before the cursor.
 *
 * @param before The text before the cursor.
 * @returns What is there of it, and whether it is the name of a room; undefined: the word is
 * another one.
 */
export function nameArgument(
  before: string,
): { readonly wanted: string; readonly isRoom: boolean } | undefined {
  const typed = before.slice(Math.max(0, slashAt(before)));
  const [, called, wanted] = /^\/(\S+)\s+(\S*)$/.exec(typed) ?? [];
  if (called === undefined || wanted === undefined) return undefined;
  const command = BY_NAME.find(({ name }) => name === called.toLowerCase());
  if (command?.takesMember !== true && command?.takesRoom !== true) return undefined;
  return { wanted, isRoom: command.takesRoom === true };
}

/**
 * The beginning of the name of a room, where that is the word before the cursor: what a command
 * takes, or a word with `#` before it.
 *
 * @param before The text before the cursor.
 * @returns Perhaps with its `#`; undefined: the word is another one.
 */
export function roomArgument(before: string): string | undefined {
  const argument = nameArgument(before);
  if (argument !== undefined) return argument.isRoom ? argument.wanted : undefined;
  const word = before.slice(runStart(before, (char) => !/\s/.test(char)));
  return word.startsWith("#") ? word : undefined;
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

/**
 * Where the last characters begin that belong together. A regular expression such as `/\S*$/` tries
 * at every place of the text and takes the square of its length; this looks at each character of
 * the run once, and at one more.
 *
 * @param text Anything.
 * @param belongs Whether a character (one UTF-16 unit) belongs to the run.
 * @returns Its index; the length of the text when the last character does not belong.
 */
export function runStart(text: string, belongs: (char: string) => boolean): number {
  let start = text.length;
  while (start > 0 && belongs(text.charAt(start - 1))) start--;
  return start;
}
