/// <reference lib="dom" />
/**
 * The bar above the field in a room that this client was removed from, or that was closed: what it
 * can do.
 *
 * @module
 */

import { find } from "./dom.ts";

/** What its buttons do with the room that is shown. */
export interface GoneBarOptions {
  /** Joins it again. */
  readonly joinAgain: () => void;
  /** Takes it out of the list, with what was typed there. */
  readonly close: () => void;
}

/** The bar, hidden at first. */
export class GoneBar {
  readonly #bar = find("gone", HTMLElement);
  readonly #words = find("gone-words", HTMLElement);

  /** Listens to its buttons. */
  constructor({ joinAgain, close }: GoneBarOptions) {
    find("join-again", HTMLButtonElement).addEventListener("click", joinAgain);
    find("close-gone", HTMLButtonElement).addEventListener("click", close);
  }

  /**
   * Shows it, or hides it.
   *
   * @param room Folded name of the room that is gone; undefined: the one that is shown is not.
   */
  show(room: string | undefined): void {
    this.#bar.hidden = room === undefined;
    this.#words.textContent = room === undefined ? "" : `You are not in #${room} any more.`;
  }
}
