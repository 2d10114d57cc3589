/**
 * What the line being typed can be in the middle of.
 *
 * @module
 */

import type { Draft } from "../view/draft.ts";

/** What is going on besides typing. */
export type Mode =
  | { readonly type: "typing" }
  | {
    /** Tab was pressed, and more than one word is meant. */
    readonly type: "completing";
    /** The words. */
    readonly candidates: readonly string[];
    /** Which one stands in the line; -1 for what they have in common. */
    readonly at: number;
    /** The line without the word. */
    readonly without: Draft;
    /** The line as it was typed. */
    readonly before: Draft;
  }
  | {
    /** Ctrl-R was pressed. */
    readonly type: "searching";
    /** What is looked for. */
    readonly query: string;
    /** Where the shown line stands in the history; undefined when there is none. */
    readonly at: number | undefined;
    /** The line as it was before. */
    readonly before: Draft;
  }
  | {
    /** Enter was pressed on many lines. */
    readonly type: "confirming";
    /** How many. */
    readonly lines: number;
  };
