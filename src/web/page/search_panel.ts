/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Finding what was said, and going there.
 *
 * @module
 */

import { dayWords, timeOf } from "../../client/view/days.ts";
import type { Results } from "../../protocol/messages.ts";
import { find, isComposing, make } from "./dom.ts";
import { drawPerson } from "./row.ts";

/** What the panel does. */
export interface SearchPanelOptions {
  /** Asks the server; false: not now. */
  readonly search: (words: string) => boolean;
  /** Shows a place in the log. */
  readonly go: (seq: number) => void;
}

/** Shows the messages that a search has found; a click leads to one. */
export class SearchPanel {
  readonly #options: SearchPanelOptions;
  readonly #panel = find("search", HTMLElement);
  readonly #field = find("query", HTMLInputElement);
  readonly #found = find("found", HTMLElement);
  readonly #list = find("results", HTMLUListElement);
  readonly #toggle = find("show-search", HTMLButtonElement);

  /** Closed at first. */
  constructor(options: SearchPanelOptions) {
    this.#options = options;
    this.#toggle.addEventListener("click", () => this.#panel.hidden ? this.open() : this.close());
    find("close-search", HTMLButtonElement).addEventListener("click", () => this.close());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !isComposing(event)) this.close();
    });
    find("search-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search();
    });
  }

  /** Opens it; with words, looks for them at once. */
  open(words = ""): void {
    this.#panel.hidden = false;
    this.#toggle.setAttribute("aria-expanded", "true");
    this.#field.focus();
    if (words === "") return;
    this.#field.value = words;
    this.#search();
  }

  /** Closes it. */
  close(): void {
    this.#panel.hidden = true;
    this.#toggle.setAttribute("aria-expanded", "false");
    this.#toggle.focus();
  }

  /** The server has found something, or nothing. */
  show({ events, more }: Results): void {
    this.#panel.hidden = false;
    const messages = events.filter((event) => event.type === "message");
    this.#found.textContent = messages.length === 0
      ? "Nothing was found."
      : `${messages.length} found, newest first.` +
        (more ? " There are older ones: more words find fewer." : "");
    this.#list.replaceChildren(...messages.map(({ seq, at, from, text }) => {
      const date = new Date(at);
      const when = make("time", "", `${dayWords(date)}, ${timeOf(date)}`);
      const body = make("span", "text", text);
      body.dir = "auto";
      const button = make("button", "", drawPerson(from), " ", when, body);
      button.type = "button";
      button.addEventListener("click", () => this.#options.go(seq));
      return make("li", "", button);
    }));
  }

  #search(): void {
    const words = this.#field.value.trim();
    if (words === "") return;
    const asked = this.#options.search(words);
    this.#found.textContent = asked ? "Searching …" : "There is no connection just now.";
  }
}
