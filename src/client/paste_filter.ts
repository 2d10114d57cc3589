/**
 * Keys on their way from the terminal to readline. Readline knows no bracketed paste: it would show
 * a `~` at each end and submit every line of the paste. Here the markers are taken out, and newlines
 * and tabs inside a paste become visible characters of the line being typed, until it is submitted.
 *
 * @module
 */

/** Tells the terminal to mark what is pasted. */
export const PASTE_ON = "\x1b[?2004h";

/** Tells it not to any more. */
export const PASTE_OFF = "\x1b[?2004l";

const PASTE_BEGINS = "\x1b[200~";
const PASTE_ENDS = "\x1b[201~";

/** Shows a newline inside the line being typed. */
const NEWLINE_SIGN = "\u2424";

/** Shows a tab there; a real one would mean completion. */
const TAB_SIGN = "\u2409";

/**
 * The text that a submitted line stands for.
 *
 * @param line As it was edited, with signs for newlines and tabs.
 */
export function submittedText(line: string): string {
  return line.replaceAll(NEWLINE_SIGN, "\n").replaceAll(TAB_SIGN, "\t");
}

/**
 * A text as it can stand in the line being typed.
 *
 * @param text May hold newlines and tabs; other control characters are left out.
 */
export function editableText(text: string): string {
  return text.replaceAll(/\r\n?|\n/g, NEWLINE_SIGN).replaceAll("\t", TAB_SIGN)
    .replaceAll(/\p{Cc}/gu, "");
}

/** See the module. */
export class PasteFilter {
  #pasting = false;
  #rest = "";
  #pasted = "";

  /** A piece of a marker may be held back: {@linkcode flush} gives it when nothing follows. */
  get holding(): boolean {
    return this.#rest !== "";
  }

  /**
   * Takes what the terminal sent.
   *
   * @param keys Characters and escape sequences, cut anywhere.
   * @returns What readline is to be given.
   */
  push(keys: string): string {
    let input = this.#rest + keys;
    let output = "";
    this.#rest = "";
    for (;;) {
      const marker = this.#pasting ? PASTE_ENDS : PASTE_BEGINS;
      const at = input.indexOf(marker);
      if (at < 0) {
        const held = heldBack(input, marker);
        output += this.#pass(input.slice(0, input.length - held));
        this.#rest = input.slice(input.length - held);
        return output;
      }
      output += this.#pass(input.slice(0, at));
      input = input.slice(at + marker.length);
      this.#pasting = !this.#pasting;
      if (!this.#pasting) output += this.#endPaste();
    }
  }

  /** Gives what was held back: it was the Escape key, and no marker. */
  flush(): string {
    const rest = this.#rest;
    this.#rest = "";
    return this.#pass(rest);
  }

  #pass(text: string): string {
    if (!this.#pasting) return text;
    this.#pasted += text;
    return "";
  }

  #endPaste(): string {
    const pasted = this.#pasted;
    this.#pasted = "";
    // A copied line often brings its newline: that is no wish for an empty line.
    return editableText(pasted.replace(/[\r\n]+$/, ""));
  }
}

/** How many characters at the end may be the beginning of the marker. */
function heldBack(text: string, marker: string): number {
  for (let count = Math.min(marker.length - 1, text.length); count > 0; count--) {
    if (marker.startsWith(text.slice(-count))) return count;
  }
  return 0;
}
