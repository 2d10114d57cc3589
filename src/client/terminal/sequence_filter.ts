/**
 * Escape sequences among the keys of a terminal (ECMA-48). Readline shows what it does not know as
 * text; but a terminal also sends answers to questions of other programs, mouse clicks and keys of
 * newer protocols. Here each sequence is taken whole, and only what may be a key goes on.
 *
 * @module
 */

// deno-lint-ignore-file no-control-regex -- escape sequences are what is meant

/** Sequences that readline knows how to take apart; Escape before one stands for Alt. */
const KEY =
  /^\x1B{1,2}(?:O\d?[A-Za-z]|\[(?:\[[A-E]|\d{1,2}(?:;\d)?[~^$]|\d{3}~|(?:(?:\d;)?\d)?[A-Za-z]))$/;

/**
 * A whole one: CSI, SS3, or Alt with a character. `ESC [ M` has the three bytes of a click behind
 * it.
 */
const WHOLE = /^\x1B{1,2}(?:\[M[^]{3}|\[\[[A-E]|\[(?!M)[0-?]*[ -/]*[@-~]|O\d?[A-Za-z]|[^\x1B[O])/u;

/** What more must follow for a {@linkcode WHOLE} one. */
const UNFINISHED = /^\x1B{1,2}(?:\[M[^]{0,2}|\[\[|\[[0-?]*[ -/]*|O\d?)?$/u;

/** The beginning of one that does not go on as it should. */
const BROKEN = /^\x1B{1,2}(?:\[[0-?]*[ -/]*|O\d?)?/;

/** Strings up to a terminator: DCS, SOS, OSC, PM, APC. */
const STRING = /^\x1B[PX\]^_]/;

/**
 * What ends one: BEL, ST, an abort; or a key that cannot be part of it, so that it works always.
 */
const STRING_END = /[\x03\x07\r\n\x18\x1A\x1B\x9C]/;

/** Introducers: Escape, and the controls of 8 bits that stand for Escape with a letter. */
const INTRODUCER = /[\x1B\x8F\x90\x98\x9B\x9D-\x9F]/;

/** Splits typed input into characters and keys, and drops every other sequence. */
export class SequenceFilter {
  #held = "";
  #inString = false;

  /**
   * What has begun and is not finished: `key` may be a key already, which a moment's silence tells;
   * a `sequence` may only have been held up.
   */
  get unfinished(): "key" | "sequence" | undefined {
    if (this.#inString || this.#held.length > 2) return "sequence";
    return this.#held === "" ? undefined : "key";
  }

  /**
   * Takes what was typed.
   *
   * @param text Characters and sequences, cut anywhere.
   * @returns Runs of characters, and whole sequences of keys one by one; none empty.
   */
  push(text: string): string[] {
    let input = this.#held + text;
    const pieces: string[] = [];
    this.#held = "";
    while (input !== "") {
      if (this.#inString) {
        const rest = this.#endOfString(input);
        if (rest === undefined) break;
        input = rest;
        continue;
      }
      const at = input.search(INTRODUCER);
      if (at !== 0) pieces.push(at < 0 ? input : input.slice(0, at));
      if (at < 0) break;
      input = sevenBit(input.slice(at));
      const rest = this.#sequence(input, pieces);
      if (rest === undefined) break;
      input = rest;
    }
    return pieces;
  }

  /** Nothing more follows: gives the Escape key when that was all, and drops anything else. */
  flush(): string[] {
    const isEscape = !this.#inString && /^\x1B+$/.test(this.#held);
    const pieces = isEscape ? [...this.#held] : [];
    this.#held = "";
    this.#inString = false;
    return pieces;
  }

  /** @returns What stands behind the sequence at the beginning; undefined: it is not finished. */
  #sequence(input: string, pieces: string[]): string | undefined {
    if (STRING.test(input) && input.length > 2) {
      this.#inString = true;
      return input.slice(2);
    }
    if (STRING.test(input) || UNFINISHED.test(input)) {
      this.#held = input;
      return undefined;
    }
    const [whole] = WHOLE.exec(input) ?? [];
    if (whole === undefined) return input.slice(BROKEN.exec(input)?.[0].length ?? 1);
    if (!/^\x1B{1,2}[[O]/.test(whole) || KEY.test(whole)) pieces.push(whole);
    return input.slice(whole.length);
  }

  /** @returns What stands behind the end of a string; undefined: that has not come. */
  #endOfString(input: string): string | undefined {
    const at = input.search(STRING_END);
    if (at < 0) return undefined;
    const rest = input.slice(at);
    if (rest === "\x1B") {
      this.#held = rest;
      return undefined;
    }
    this.#inString = false;
    if (rest.startsWith("\x1B\\")) return rest.slice(2);
    return /^[\x03\r\n\x1B]/.test(rest) ? rest : rest.slice(1);
  }
}

/** A control of 8 bits at the beginning as Escape with its letter, which means the same. */
function sevenBit(input: string): string {
  if (input.startsWith("\x1B")) return input;
  return `\x1B${String.fromCharCode(input.charCodeAt(0) - 0x40)}${input.slice(1)}`;
}
