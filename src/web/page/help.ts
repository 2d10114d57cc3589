/// <reference lib="dom" />
/**
 * The keys of the page, and what somebody can choose: comes up on `?`, or by its button.
 *
 * @module
 */

import { find } from "./dom.ts";

/** Shows the help over the page. */
export class Help {
  readonly #dialog = find("help", HTMLDialogElement);
  readonly #room = find("room", HTMLElement);

  /**
   * Hidden at first.
   *
   * @param onShown Draws what somebody can choose.
   */
  constructor(onShown: () => void) {
    const show = () => {
      onShown();
      this.#dialog.showModal();
    };
    find("show-help", HTMLButtonElement).addEventListener("click", show);
    addEventListener("keydown", (event) => {
      const { key, ctrlKey, altKey, metaKey, target } = event;
      if (key !== "?" || ctrlKey || altKey || metaKey || isField(target)) return;
      if (this.#room.hidden || this.#dialog.open) return;
      event.preventDefault();
      show();
    });
    // Beside it: its own area is that of what stands in it.
    this.#dialog.addEventListener("click", ({ target, clientX, clientY }) => {
      const { left, right, top, bottom } = this.#dialog.getBoundingClientRect();
      const isBeside = clientX < left || clientX > right || clientY < top || clientY > bottom;
      if (target === this.#dialog && isBeside) this.close();
    });
  }

  /** Takes it away. */
  close(): void {
    this.#dialog.close();
  }
}

/** There, the key types a character. */
function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type !== "radio");
}
