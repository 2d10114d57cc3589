/**
 * How much of its limit a text being typed has used.
 *
 * @module
 */

import { MAX_TEXT_CHARS, MAX_TEXT_LINES } from "../../protocol/limits.ts";
import { cleanText, countCodePoints, countLines } from "../../protocol/text.ts";
import { interpret, privateMessage } from "./interpret.ts";

/** From this part of a limit on, people want to know. */
const NEAR = 0.9;

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
