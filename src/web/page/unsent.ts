/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * What was said and may not have been delivered: listed at the door and below the messages until
 * somebody edits it or throws it away, also over a reload.
 *
 * @module
 */

import { typedText } from "../../client/view/typed_line.ts";
import type { Outgoing } from "../../client/core/outbox.ts";
import { find, make } from "./dom.ts";
import { readUnsent, writeUnsent } from "./memory.ts";

/** As many as may be on their way; older ones go. */
const MAX_UNSENT = 500;

/** The list, in the page and in the session storage; at most {@linkcode MAX_UNSENT} texts. */
export class Unsent {
  readonly #places = ["door-unsent", "unsent"].map((id) => find(id, HTMLElement));
  readonly #exchange: (text: string) => string;
  #texts: string[] = readUnsent();

  /**
   * Begins with what a reload left.
   *
   * @param exchange Puts a text into the field, and returns what stood there.
   */
  constructor(exchange: (text: string) => string) {
    this.#exchange = exchange;
    this.#draw();
  }

  /** Adds messages at the end. */
  add(messages: readonly Outgoing[]): void {
    if (messages.length === 0) return;
    this.#texts = [...this.#texts, ...messages.map(typedText)].slice(-MAX_UNSENT);
    this.#changed();
  }

  /** What stood in the field takes the place of what goes there: nothing is lost or mixed. */
  #edit(index: number): void {
    const before = this.#exchange(this.#texts[index] ?? "");
    if (before.trim() === "") this.#texts.splice(index, 1);
    else this.#texts[index] = before;
    this.#changed();
  }

  #discard(index: number): void {
    this.#texts.splice(index, 1);
    this.#changed();
  }

  #changed(): void {
    writeUnsent(this.#texts);
    this.#draw();
  }

  #draw(): void {
    for (const place of this.#places) {
      place.hidden = this.#texts.length === 0;
      const canEdit = place.id === "unsent";
      const list = make("ul", "", ...this.#texts.map((text, i) => this.#row(text, i, canEdit)));
      place.replaceChildren(make("h2", "", "These may not have been delivered"), list);
    }
  }

  #row(text: string, index: number, canEdit: boolean): HTMLElement {
    const body = make("span", "text", text);
    body.dir = "auto";
    const discard = button("Discard", () => this.#discard(index));
    const edit = canEdit ? [button("Edit", () => this.#edit(index)), " "] : [];
    return make("li", "", body, " ", ...edit, discard);
  }
}

function button(text: string, action: () => void): HTMLButtonElement {
  const made = make("button", "", text);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}
