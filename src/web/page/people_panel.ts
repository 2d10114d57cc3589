/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Who is here: beside the messages, or over them on a narrow screen.
 *
 * @module
 */

import { find, make } from "./dom.ts";
import { drawPerson } from "./row.ts";

/** Names that are listed; of more people it tells the number. */
const MAX_NAMES = 200;

/** What is drawn. */
export interface PeopleShown {
  /** The own name. */
  readonly me: string;
  /** The others that are known. */
  readonly others: readonly string[];
  /** How many are here, this one included. */
  readonly count: number;
}

/** Lists names; a click on one begins a direct message. */
export class PeoplePanel {
  readonly #panel = find("people", HTMLElement);
  readonly #list = find("names", HTMLUListElement);
  readonly #toggle = find("show-people", HTMLButtonElement);
  readonly #count = find("count", HTMLElement);
  #frame = 0;
  readonly #people: () => PeopleShown;
  readonly #collator = new Intl.Collator();

  /**
   * Empty at first.
   *
   * @param people Asked when it is drawn.
   * @param onChosen Somebody was chosen, to be written to.
   */
  constructor(people: () => PeopleShown, onChosen: (name: string) => void) {
    this.#people = people;
    this.#toggle.addEventListener(
      "click",
      () => this.#open(!this.#panel.classList.contains("open")),
    );
    this.#panel.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape") return;
      this.#open(false);
      this.#toggle.focus();
    });
    this.#list.addEventListener("click", ({ target }) => {
      const name = target instanceof Element
        ? target.closest("button")?.dataset["name"]
        : undefined;
      if (name === undefined) return;
      this.#open(false);
      onChosen(name);
    });
  }

  /** Others are here now: draws them with the next frame. */
  changed(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #open(open: boolean): void {
    this.#panel.classList.toggle("open", open);
    this.#toggle.setAttribute("aria-expanded", String(open));
  }

  #draw(): void {
    const { me, others, count } = this.#people();
    this.#count.textContent = String(count);
    const label = count === 1 ? "1 person is here" : `${count} people are here`;
    this.#toggle.setAttribute("aria-label", label);
    const sorted = [...others].sort(this.#collator.compare).slice(0, MAX_NAMES);
    const rows = sorted.map((name) => {
      const button = make("button", "", drawPerson(name));
      button.type = "button";
      button.dataset["name"] = name;
      button.title = `Write to ${name} only`;
      return make("li", "", button);
    });
    const own = make("li", "own", drawPerson(me), " (you)");
    const more = count - sorted.length - 1;
    const rest = more > 0 ? [make("li", "rest", `and ${more} more`)] : [];
    this.#list.replaceChildren(own, ...rows, ...rest);
  }
}
