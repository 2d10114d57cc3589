/// <reference lib="dom" />
/**
 * Asking for the operators' password, in a field of its own: what is typed for it cannot be said.
 *
 * @module
 */

import { find, isComposing } from "./dom.ts";

/** What the panel does. */
export interface OperatorPanelOptions {
  /** A password was given. */
  readonly send: (password: string) => void;
  /** It is closed: where the cursor goes. */
  readonly onClosed: () => void;
}

/** A field that comes up when it is asked for. */
export class OperatorPanel {
  readonly #options: OperatorPanelOptions;
  readonly #panel = find("op", HTMLFormElement);
  readonly #field = find("op-password", HTMLInputElement);

  /** Closed at first. */
  constructor(options: OperatorPanelOptions) {
    this.#options = options;
    find("op-cancel", HTMLButtonElement).addEventListener("click", () => this.close());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !isComposing(event)) this.close();
    });
    this.#panel.addEventListener("submit", (event) => {
      event.preventDefault();
      const password = this.#field.value;
      this.close();
      if (password.trim() !== "") options.send(password);
    });
  }

  /** Asks. What is typed next goes there. */
  open(): void {
    this.#panel.hidden = false;
    this.#field.focus();
  }

  /** Forgets what was typed. */
  close(): void {
    this.#field.value = "";
    if (this.#panel.hidden) return;
    this.#panel.hidden = true;
    this.#options.onClosed();
  }
}
