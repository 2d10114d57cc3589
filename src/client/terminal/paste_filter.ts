/**
 * Keys on their way from the terminal. Readline knows no bracketed paste: it would show a `~` at
 * each end and submit every line of the paste. Here a paste is taken out whole.
 *
 * @module
 */

/** Tells the terminal to mark what is pasted. */
export const PASTE_ON = "\x1b[?2004h";

/** Tells it not to any more. */
export const PASTE_OFF = "\x1b[?2004l";

const PASTE_BEGINS = "\x1b[200~";
const PASTE_ENDS = "\x1b[201~";

/** A part of what the terminal sent. */
export interface TypedPart {
  /** Whether it was pasted, or typed as keys. */
  readonly pasted: boolean;
  /** Characters and escape sequences; of a paste, everything between its markers. */
  readonly text: string;
}

/** Splits input into keys and pastes; a sequence cut in two by a read is put together. */
export class PasteFilter {
  #pasting = false;
  #rest = "";
  #pasted = "";

  /** A piece of a marker may be held back: {@linkcode flush} gives it when nothing follows. */
  get holding(): boolean {
    return this.#rest !== "";
  }

  /** The end of a paste has not come yet. */
  get pasting(): boolean {
    return this.#pasting;
  }

  /**
   * Takes what the terminal sent.
   *
   * @param keys Characters and escape sequences, cut anywhere.
   * @returns What can be told now, none of it empty.
   */
  push(keys: string): TypedPart[] {
    let input = this.#rest + keys;
    const parts: TypedPart[] = [];
    this.#rest = "";
    for (;;) {
      const marker = this.#pasting ? PASTE_ENDS : PASTE_BEGINS;
      const at = input.indexOf(marker);
      if (at < 0) {
        const held = heldBack(input, marker);
        this.#pass(input.slice(0, input.length - held), parts);
        this.#rest = input.slice(input.length - held);
        return parts;
      }
      this.#pass(input.slice(0, at), parts);
      input = input.slice(at + marker.length);
      if (this.#pasting) this.#endPaste(parts);
      else this.#pasting = true;
    }
  }

  /** Gives what was held back: it was the Escape key, and no marker. */
  flush(): TypedPart[] {
    const parts: TypedPart[] = [];
    const rest = this.#rest;
    this.#rest = "";
    this.#pass(rest, parts);
    return parts;
  }

  /** The end of the paste was lost: takes what came for the whole, so that keys are keys again. */
  endPaste(): TypedPart[] {
    const parts = this.flush();
    if (this.#pasting) this.#endPaste(parts);
    return parts;
  }

  #pass(text: string, parts: TypedPart[]): void {
    if (this.#pasting) this.#pasted += text;
    else if (text !== "") parts.push({ pasted: false, text });
  }

  #endPaste(parts: TypedPart[]): void {
    if (this.#pasted !== "") parts.push({ pasted: true, text: this.#pasted });
    this.#pasted = "";
    this.#pasting = false;
  }
}

/** How many characters at the end may be the beginning of the marker. */
function heldBack(text: string, marker: string): number {
  for (let count = Math.min(marker.length - 1, text.length); count > 0; count--) {
    if (marker.startsWith(text.slice(-count))) return count;
  }
  return 0;
}
