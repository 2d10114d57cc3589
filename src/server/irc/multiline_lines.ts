/**
 * The lines of a message that comes as a batch (IRCv3 draft/multiline), until it is whole.
 *
 * @module
 */

import { MULTILINE_MAX_BYTES, MULTILINE_MAX_LINES } from "../../protocol/irc/capabilities.ts";
import { withoutFormatting } from "../../protocol/irc/formatting.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { CONCAT_TAG } from "../../protocol/irc/render.ts";
import { utf8Bytes } from "../../protocol/limits.ts";
import { countCodePoints } from "../../protocol/text.ts";

/** A message of several lines. */
export interface LongMessage {
  /** Who is to read it: one channel or nick. */
  readonly target: string;
  /** Without formatting codes. */
  readonly text: string;
  /** See `Message.cuts`. */
  readonly cuts: readonly number[];
  /** It came as NOTICE. */
  readonly isNotice: boolean;
}

/** Why such a message is not said: the code of FAIL, its context, and words for people. */
export interface MultilineProblem {
  /** For programs. */
  readonly fail: readonly [code: string, ...context: string[]];
  /** For people. */
  readonly text: string;
}

/** A message of several lines on its way. */
export class Multiline {
  /** The id that the client has given to the batch. */
  readonly id: string;
  /** Of the line that began the batch; empty: none. */
  readonly label: string;
  readonly #target: string;
  #command: string | null = null;
  #lines = 0;
  #text = "";
  #bytes = 0;
  readonly #cuts: number[] = [];
  /** It will not be said, and its sender was told. */
  hasFailed = false;

  /** Has no lines. */
  constructor(id: string, target: string, label: string) {
    this.id = id;
    this.label = label;
    this.#target = target;
  }

  /** Adds a line. @returns Why it cannot be; null: it was added. */
  add({ command, params, tags }: IrcMessage): MultilineProblem | null {
    const [target = "", raw = ""] = params;
    if (command !== "PRIVMSG" && command !== "NOTICE") {
      return invalid("Only lines of PRIVMSG or NOTICE make a message.");
    }
    if (tags.get("batch") !== this.id) return invalid("This line is in no batch that is open.");
    if (target !== this.#target) {
      const text = "All lines of a message go where its batch goes.";
      return { fail: ["MULTILINE_INVALID_TARGET", this.#target, target], text };
    }
    if (command !== (this.#command ??= command)) {
      return invalid("All lines of a message have the same command.");
    }
    const continues = tags.has(CONCAT_TAG);
    if (continues && raw === "") return invalid("A blank line cannot continue another one.");
    if (raw.startsWith("\x01")) return invalid("An action is one line.");
    if (++this.#lines > MULTILINE_MAX_LINES) {
      const text = `A message has at most ${MULTILINE_MAX_LINES} lines.`;
      return { fail: ["MULTILINE_MAX_LINES", String(MULTILINE_MAX_LINES)], text };
    }
    this.#bytes += utf8Bytes(raw) + (continues ? 0 : 1);
    if (this.#bytes - 1 > MULTILINE_MAX_BYTES) {
      const text = `A message has at most ${MULTILINE_MAX_BYTES} bytes.`;
      return { fail: ["MULTILINE_MAX_BYTES", String(MULTILINE_MAX_BYTES)], text };
    }
    if (this.#lines > 1 && continues) this.#cuts.push(this.#text.length);
    else if (this.#lines > 1) this.#text += "\n";
    this.#text += withoutFormatting(raw);
    return null;
  }

  /**
   * The whole message, or what is wrong with it.
   *
   * @param maxChars Code points that a text may have.
   */
  whole(maxChars: number): LongMessage | MultilineProblem {
    const text = this.#text;
    const chars = countCodePoints(text);
    if (chars > maxChars) {
      const text = `The message has ${chars} characters, at most ${maxChars} can be said at once.`;
      return { fail: ["MULTILINE_MAX_BYTES", String(MULTILINE_MAX_BYTES)], text };
    }
    if (text.trim() === "") return invalid("A message has at least one line that is not blank.");
    const isNotice = this.#command === "NOTICE";
    return { target: this.#target, text, cuts: this.#cuts, isNotice };
  }
}

function invalid(text: string): MultilineProblem {
  return { fail: ["MULTILINE_INVALID"], text };
}
