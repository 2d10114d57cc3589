/**
 * Lines that belong together (IRCv3 batch): `BATCH +ID type words`, the lines, each with the tag
 * `batch=ID`, and `BATCH -ID`.
 *
 * @module
 */

import { formatIrcLine } from "./message.ts";

/** How a batch begins. */
export interface BatchStart {
  /** The server's name. */
  readonly server: string;
  /** ASCII letters, digits and hyphens; no batch of the same connection that is open has it. */
  readonly id: string;
  /** What the batch is: `chathistory`, `labeled-response` and so on. */
  readonly type: string;
  /** What it is about; default: nothing. */
  readonly words?: readonly string[];
}

/** A line that begins a batch, and one that ends it; the group is the id. */
const START = /^(?:@[^ ]+ )?(?::[^ ]+ )?BATCH \+([^ ]+) /;
const END = /^(?:@[^ ]+ )?(?::[^ ]+ )?BATCH -([^ ]+)\r\n$/;

/** A line that is in a batch. */
const IN_BATCH = /^@(?:[^ ]*;)?batch=/;

/** The lines of a text, each with its CR and LF. */
export function linesOf(text: string): readonly string[] {
  return text.split("\r\n").slice(0, -1).map((line) => `${line}\r\n`);
}

/**
 * Puts lines into a batch. Batches among them become inner ones.
 *
 * @param lines Whole lines, each with CR and LF; may be none.
 */
export function batched(
  { server: source, id, type, words = [] }: BatchStart,
  lines: string,
): string {
  const inner = linesOf(lines).map((line) => {
    return IN_BATCH.test(line) || END.test(line) ? line : withTag(line, "batch", id);
  });
  return formatIrcLine({ source, command: "BATCH", words: [`+${id}`, type, ...words] }) +
    inner.join("") + formatIrcLine({ source, command: "BATCH", words: [`-${id}`] });
}

/** Whether lines are one batch, from its beginning to its end. */
export function isOneBatch(lines: readonly string[]): boolean {
  const [, id] = START.exec(lines[0] ?? "") ?? [];
  return id !== undefined && END.exec(lines.at(-1)!)?.[1] === id;
}

/**
 * A line with one more tag, the first.
 *
 * @param line With CR and LF.
 * @param value May hold anything.
 */
export function withTag(line: string, key: string, value: string): string {
  const tag = formatIrcLine({ tags: [[key, value]], command: "" }).trimEnd();
  return line.startsWith("@") ? `${tag};${line.slice(1)}` : `${tag} ${line}`;
}
