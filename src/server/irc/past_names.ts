/**
 * Names that people had who have left the server or are called otherwise now: for WHOWAS. Kept in
 * memory only.
 *
 * @module
 */

import { nameKeys } from "../../protocol/names.ts";
import { MAX_RAW_NAME_UNITS } from "../../protocol/normalize.ts";

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
    this.#all.push({ ...past, fold: nameKeys(past.name).fold });
    if (this.#all.length > MAX_PAST_NAMES) this.#all.shift();
  }

  /** Who had a name, in any case and width; the newest first. */
  of(name: string): PastName[] {
    if (name.length > MAX_RAW_NAME_UNITS) return [];
    const { fold } = nameKeys(name);
    return this.#all.filter((past) => past.fold === fold).reverse();
  }
}
