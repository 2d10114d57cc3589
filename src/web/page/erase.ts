/// <reference lib="dom" />
/**
 * The question whether a message is to be erased, which comes up for operators. It shows the number
 * of the message, which `/erase` takes.
 *
 * @module
 */

import { dayWords, timeOf } from "../../client/view/days.ts";
import { showDialog } from "./dialog.ts";
import { find, part } from "./dom.ts";
import type { MessageItem } from "./item.ts";
import { drawPerson } from "./row.ts";

/** Comes up, and goes away. */
export class EraseQuestion {
  readonly #dialog = find("erase", HTMLDialogElement);
  /** What is asked for; undefined: nothing. */
  #item: MessageItem | undefined;

  /**
   * Out of sight at first.
   *
   * @param onErase The answer is yes.
   */
  constructor(onErase: (item: MessageItem) => void) {
    this.#dialog.addEventListener("close", () => {
      const item = this.#item;
      this.#item = undefined;
      if (this.#dialog.returnValue === "erase" && item !== undefined) onErase(item);
    });
  }

  /** Asks about a message of the room that is shown. */
  ask(item: MessageItem): void {
    const { seq, at, from, text } = item;
    const dialog = this.#dialog;
    this.#item = item;
    const head = [drawPerson(from), ` ${dayWords(at)}, ${timeOf(at)}`];
    part(dialog, "#erase-head", HTMLElement).replaceChildren(...head);
    part(dialog, "#erase-text", HTMLElement).textContent = text;
    part(dialog, "#erase-number", HTMLElement).textContent = `Its number in this room is ${seq}.`;
    // Escape leaves it as it is.
    dialog.returnValue = "";
    showDialog(dialog);
  }
}
