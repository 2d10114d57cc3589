/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The panels beside the messages, or over them on a narrow screen: who is here, the search, and the
 * field for the operators' password.
 *
 * @module
 */

import { dayWords, timeOf } from "../../client/view/days.ts";
import { ERASED, type Results } from "../../protocol/messages.ts";
import { find, make, makeButton, NamedRows, withNextFrame } from "./dom.ts";
import { Panel } from "./panel.ts";
import { drawPerson } from "./row.ts";

/** Names that are listed; of more people it tells the number. */
const MAX_NAMES = 200;

/** What is drawn. */
export interface PeopleShown {
  /** The own name. */
  readonly me: string;
  /** The others that are known. */
  readonly others: readonly string[];
  /** Whether somebody is a program. */
  readonly isBot: (name: string) => boolean;
  /** How many are here, this one included. */
  readonly count: number;
}

/** Lists names; a click on one begins a direct message. */
export class PeoplePanel {
  readonly #panel: Panel;
  readonly #list = find("names", HTMLUListElement);
  readonly #rows = new NamedRows(this.#list, drawRow);
  readonly #toggle = find("show-people", HTMLButtonElement);
  readonly #count = find("count", HTMLElement);
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
    const options = { toggle: this.#toggle, isDrawer: true };
    this.#panel = new Panel(find("people", HTMLElement), options);
    this.#list.addEventListener("click", ({ target }) => {
      const name = target instanceof Element
        ? target.closest("button")?.dataset["name"]
        : undefined;
      if (name === undefined) return;
      this.#panel.isOpen = false;
      onChosen(name);
    });
  }

  /** Others are here now: draws them with the next frame. */
  readonly changed: () => void = withNextFrame(() => this.#draw());

  #draw(): void {
    const { me, others, isBot, count } = this.#people();
    this.#count.textContent = String(count);
    const label = count === 1 ? "1 person is here" : `${count} people are here`;
    this.#toggle.setAttribute("aria-label", label);
    if (count === 0) return void this.#rows.set([]);
    const sorted = [...others].sort(this.#collator.compare).slice(0, MAX_NAMES);
    const more = count - sorted.length - 1;
    this.#rows.set([
      `${me} (you)`,
      ...sorted.map((name) => isBot(name) ? `${name} (bot)` : name),
      ...(more > 0 ? [`and ${more} more`] : []),
    ]);
  }
}

/** A row as it reads: a name, which holds no space, and what is special about it. */
function drawRow(text: string): HTMLElement {
  const [name = ""] = text.split(" ", 1);
  const rest = text.slice(name.length);
  if (rest === " (you)") return make("li", "own", drawPerson(name), rest);
  if (rest !== "" && rest !== " (bot)") return make("li", "rest", text);
  const button = make("button", "", drawPerson(name), rest);
  button.type = "button";
  button.dataset["name"] = name;
  button.title = `Write to ${name} only`;
  return make("li", "", button);
}

/** What the panel does. */
export interface SearchPanelOptions {
  /** Asks the server; false: not now. */
  readonly search: (words: string) => boolean;
  /** Shows a place in the log of a room. */
  readonly go: (room: string, seq: number) => void;
  /** Whether the rooms are to be told apart. */
  readonly hasSeveralRooms: () => boolean;
}

/** Shows the messages that a search has found; a click leads to one. */
export class SearchPanel {
  readonly #options: SearchPanelOptions;
  readonly #panel: Panel;
  readonly #field = find("query", HTMLInputElement);
  readonly #found = find("found", HTMLElement);
  readonly #list = find("results", HTMLUListElement);
  /** Where the text of each is shown, by room and `seq`. */
  #texts = new Map<string, HTMLElement>();

  /** Closed at first. */
  constructor(options: SearchPanelOptions) {
    this.#options = options;
    this.#panel = new Panel(find("search", HTMLElement), {
      toggle: find("show-search", HTMLButtonElement),
      open: () => this.open(),
      close: () => this.close(),
    });
    find("close-search", HTMLButtonElement).addEventListener("click", () => this.close());
    find("search-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search();
    });
  }

  /** Opens it; with words, looks for them at once. */
  open(words = ""): void {
    this.#panel.isOpen = true;
    this.#field.focus();
    if (words === "") return;
    this.#field.value = words;
    this.#search();
  }

  /** Closes it. */
  close(): void {
    this.#panel.isOpen = false;
  }

  /** The server has found something, or nothing. */
  show({ events, more }: Results): void {
    this.#panel.isOpen = true;
    const messages = events.filter((event) => event.type === "message");
    this.#found.textContent = messages.length === 0
      ? "Nothing was found."
      : `${messages.length} found, newest first.` +
        (more ? " More matches exist; add words to narrow the search." : "");
    const isTold = this.#options.hasSeveralRooms();
    this.#texts = new Map();
    this.#list.replaceChildren(...messages.map(({ room, seq, at, from, text }) => {
      const date = new Date(at);
      const when = make("time", "", `${dayWords(date)}, ${timeOf(date)}`);
      const body = make("span", "text", text);
      body.dir = "auto";
      this.#texts.set(`${room} ${seq}`, body);
      const where = isTold ? [make("b", "where", `#${room}`), " "] : [];
      const go = () => this.#options.go(room, seq);
      return make("li", "", makeButton(go, ...where, drawPerson(from), " ", when, body));
    }));
  }

  /** Takes the texts of messages away that were erased. */
  erase(room: string, seqs: readonly number[]): void {
    for (const seq of seqs) {
      const body = this.#texts.get(`${room} ${seq}`);
      if (body !== undefined) body.textContent = ERASED;
    }
  }

  #search(): void {
    const words = this.#field.value.trim();
    if (words === "") return;
    const asked = this.#options.search(words);
    this.#found.textContent = asked ? "Searching …" : "There is no connection just now.";
  }
}

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
  readonly #panel: Panel;
  readonly #field = find("op-password", HTMLInputElement);

  /** Closed at first. */
  constructor(options: OperatorPanelOptions) {
    this.#options = options;
    find("op-cancel", HTMLButtonElement).addEventListener("click", () => this.close());
    const form = find("op", HTMLFormElement);
    this.#panel = new Panel(form, { open: () => this.open(), close: () => this.close() });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const password = this.#field.value;
      this.close();
      if (password.trim() !== "") options.send(password);
    });
  }

  /** Asks. What is typed next goes there. */
  open(): void {
    this.#panel.isOpen = true;
    this.#field.focus();
  }

  /** Forgets what was typed. */
  close(): void {
    this.#field.value = "";
    if (!this.#panel.isOpen) return;
    this.#panel.isOpen = false;
    this.#options.onClosed();
  }
}
