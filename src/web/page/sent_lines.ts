/// <reference lib="dom" />
/**
 * What was sent from the field: the arrows recall it, as in a terminal.
 *
 * @module
 */

/** Lines that can be recalled. */
const MAX_LINES = 100;

/** The lines of this page, the newest last; a reload forgets them. */
export class SentLines {
  #lines: string[] = [];
  /** Which of them stands in the field, as long as nobody changes it; their number: none. */
  #at = 0;

  /** A line was sent. */
  add(line: string): void {
    if (line !== this.#lines.at(-1)) this.#lines.push(line);
    this.#lines = this.#lines.slice(-MAX_LINES);
    this.#at = this.#lines.length;
  }

  /**
   * An arrow was pressed.
   *
   * @returns The line to put into the field; undefined when the key is none of ours: in a longer text,
   * the arrows go from line to line first, and what somebody types is left alone.
   */
  recall(
    { key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent,
    { value, selectionStart, selectionEnd }: HTMLTextAreaElement,
  ): string | undefined {
    if (altKey || ctrlKey || metaKey || shiftKey) return undefined;
    if (value === "") this.#at = this.#lines.length;
    if (value !== (this.#lines[this.#at] ?? "")) return undefined;
    const isUp = key === "ArrowUp";
    const passed = isUp ? value.slice(0, selectionStart) : value.slice(selectionEnd);
    const next = this.#at + (isUp ? -1 : 1);
    if (passed.includes("\n") || next < 0 || next > this.#lines.length) return undefined;
    this.#at = next;
    return this.#lines[next] ?? "";
  }
}
