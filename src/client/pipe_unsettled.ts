/**
 * The lines of a pipe's input that were read and have not been acknowledged: whatever ends the pipe
 * names them, so that nothing is lost in silence.
 *
 * @module
 */

import { cleanLine } from "../protocol/text.ts";

/** A line of the input. */
export interface InputLine {
  /** Its number, from 1. */
  readonly number: number;
  /** As it was read; safe to print only when cleaned. */
  readonly text: string;
}

/** Holds at most as many lines as the outbox, and what one read brought. */
export class Unsettled {
  /** By the id of the message that a line became. */
  readonly #said = new Map<string, InputLine>();
  readonly #unsaid: InputLine[] = [];

  /** There is none. */
  get isEmpty(): boolean {
    return this.#said.size === 0 && this.#unsaid.length === 0;
  }

  /** A line has become a message. */
  said(id: string, number: number, text: string): void {
    this.#said.set(id, { number, text });
  }

  /** A line was read, and it is too late to say it. */
  unsaid(number: number, text: string): void {
    this.#unsaid.push({ number, text });
  }

  /**
   * A message was answered, or is being named.
   *
   * @returns Its line; undefined when it was none.
   */
  settled(id: string): InputLine | undefined {
    const line = this.#said.get(id);
    this.#said.delete(id);
    return line;
  }

  /**
   * All of them in words, and forgets them.
   *
   * @returns One line of text for each, in the order of the input, without control characters.
   */
  take(): string[] {
    const said = [...this.#said.values()].map(uncertainWords);
    const unsaid = this.#unsaid.map(({ number, text }) =>
      `line ${number} was not sent: ${cleanLine(text)}`
    );
    const last = this.#unsaid.at(-1);
    this.#said.clear();
    this.#unsaid.length = 0;
    const rest = last === undefined ? [] : [`What follows line ${last.number} was not read.`];
    return [...said, ...unsaid, ...rest];
  }
}

/** That a line was sent, and nothing came back. */
export function uncertainWords({ number, text }: InputLine): string {
  return `line ${number} may not have been delivered: ${cleanLine(text)}`;
}
