/**
 * What somebody can be in the middle of while a line is being typed.
 *
 * @module
 */

import type { Draft } from "./draft.ts";

/** Tab was pressed, and more than one word fits. */
export interface Completing {
  /** The mode's name. */
  readonly type: "completing";
  /** The words that fit. */
  readonly candidates: readonly string[];
  /** Which of them stands in the line; -1 for what they have in common. */
  readonly at: number;
  /** The line without the word. */
  readonly without: Draft;
  /** The line as it was typed. */
  readonly before: Draft;
}

/** Ctrl-R was pressed. */
export interface Searching {
  /** The mode's name. */
  readonly type: "searching";
  /** The text to find. */
  readonly query: string;
  /** Index of the shown line in the history; undefined when none has the text. */
  readonly at: number | undefined;
  /** The line as it was before. */
  readonly before: Draft;
}

/** Enter was pressed on many lines: they are sent when that is confirmed. */
export interface Confirming {
  /** The mode's name. */
  readonly type: "confirming";
  /** How many lines. */
  readonly lines: number;
}

/** What is going on besides typing. */
export type Mode = { readonly type: "typing" } | Completing | Searching | Confirming;

/** Nothing is. */
export const TYPING: Mode = { type: "typing" };

/** The line being typed, and the mode, after a key. */
export interface Edited {
  /** The line. */
  readonly draft: Draft;
  /** The mode. */
  readonly mode: Mode;
}
