/// <reference lib="dom" />
/**
 * Comings and goings, which some want to see and others not: each browser remembers it.
 *
 * @module
 */

import { find } from "./dom.ts";
import { readQuiet, writeQuiet } from "./memory.ts";

/** Hides comings and goings in all rooms, or shows them. */
export class Quiet {
  readonly #room = find("room", HTMLElement);

  /** As it was the last time. */
  constructor() {
    this.#room.classList.toggle("quiet", readQuiet());
  }

  /** The other way round. @returns Whether they are hidden now. */
  readonly toggle: () => boolean = () => {
    const isQuiet = this.#room.classList.toggle("quiet");
    writeQuiet(isQuiet);
    return isQuiet;
  };
}
