/**
 * Names that people had who have left the server or are called otherwise now: for WHOWAS. Kept in
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
  /** The first word of USER. */
  readonly user: string;
  /** What it called itself. */
  readonly realname: string;
  /** Until when it had the name: milliseconds since 1970. */
  readonly untilMs: number;
}

/** The names that people had. */
export class PastNames {
  /** The oldest first, each with its folded name. */
  readonly #all: (PastName & { readonly fold: string })[] = [];

  /** Somebody has the name no more. */
  add(past: PastName): void {
    this.#all.push({ ...past, fold: foldedName(past.name) });
    if (this.#all.length > MAX_PAST_NAMES) this.#all.shift();
  }

  /** Who had a name, in any case and width; the newest first. */
  of(name: string): PastName[] {
    const fold = foldedName(name);
    return this.#all.filter((past) => past.fold === fold).reverse();
  }
}
