/**
 * Names that people had who have left the server or have another name now: for WHOWAS. Kept in
 * memory only.
 *
 * @module
 */

import { foldedName } from "../../protocol/normalize.ts";

/** Names that are remembered, the newest: some hundred kilobytes. */
const MAX_PAST_NAMES = 1_000;

/** Somebody who had a name. */
export interface PastName {
  /** The name. */
  readonly name: string;
  /** The same, folded. */
  readonly fold: string;
  /** The first word of USER. */
  readonly user: string;
  /** What it called itself. */
  readonly realname: string;
  /** Until when it had the name: milliseconds since 1970. */
  readonly untilMs: number;
}

/** The names that people had. */
export class PastNames {
  /** Oldest first from {@linkcode #next} on, and then from the start. */
  readonly #all: PastName[] = [];
  #next = 0;

  /** Somebody gave up a name. */
  add(past: PastName): void {
    this.#all[this.#next] = past;
    this.#next = (this.#next + 1) % MAX_PAST_NAMES;
  }

  /**
   * Who had a name, in any case and width; the newest first.
   *
   * @param most So many of them at most.
   */
  of(name: string, most: number): PastName[] {
    const fold = foldedName(name);
    const count = this.#all.length;
    const found: PastName[] = [];
    for (let back = 1; back <= count && found.length < most; back++) {
      const past = this.#all[(this.#next - back + count) % count]!;
      if (past.fold === fold) found.push(past);
    }
    return found;
  }
}
