/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Making and finding elements. Text only ever becomes text here: there is no way from a string to
 * markup in the page.
 *
 * @module
 */

/**
 * Makes an element.
 *
 * @param name Its tag.
 * @param className Its classes; empty: none.
 * @param children Elements, and strings that become text.
 */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className = "",
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if (className !== "") element.className = className;
  element.append(...children);
  return element;
}

/**
 * Makes a button.
 *
 * @param action What a click does.
 * @param children As in {@linkcode make}.
 */
export function makeButton(action: () => void, ...children: (Node | string)[]): HTMLButtonElement {
  const button = make("button", "", ...children);
  button.type = "button";
  button.addEventListener("click", action);
  return button;
}

/**
 * Finds an element of the page by its id.
 *
 * @param id Without `#`.
 * @param type What it must be.
 * @throws {Error} When the page has no such element: script and markup do not belong together.
 */
export function find<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page has no #${id}`);
  return element;
}

/**
 * Finds a part of an element, which need not be in the page.
 *
 * @param selector As CSS has them.
 * @param type What it must be.
 * @throws {Error} When there is none: script and markup do not belong together.
 */
export function part<T extends Element>(
  element: HTMLElement,
  selector: string,
  type: new () => T,
): T {
  const found = element.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`There is no ${selector}`);
  return found;
}

/**
 * Whether a key belongs to a word that is being composed, as people write Chinese or Japanese.
 * Safari tells so by 229 only, for the Enter that ends the word.
 */
export function isComposing({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229;
}

/**
 * Draws something with the next frame, once however often that is asked for.
 *
 * @returns Asks for it.
 */
export function withNextFrame(draw: () => void): () => void {
  let request = 0;
  return () => {
    if (request !== 0) return;
    request = requestAnimationFrame(() => {
      request = 0;
      draw();
    });
  };
}

/**
 * The rows of a list, one for each name. A row stays as long as its name does: a click takes its
 * time, and must not miss what it began on.
 */
export class NamedRows {
  readonly #list: HTMLElement;
  readonly #make: (name: string) => HTMLElement;
  #rows: ReadonlyMap<string, HTMLElement> = new Map();

  /**
   * No rows yet.
   *
   * @param list Holds them, and nothing else.
   * @param make Makes the row of a name.
   */
  constructor(list: HTMLElement, make: (name: string) => HTMLElement) {
    this.#list = list;
    this.#make = make;
  }

  /** Whether there is a row of this name. */
  has(name: string): boolean {
    return this.#rows.has(name);
  }

  /** The row of a name, which must be there. */
  get(name: string): HTMLElement {
    return this.#rows.get(name)!;
  }

  /** Shows these, in this order. @returns Whether they are others than before. */
  set(names: readonly string[]): boolean {
    if (String(names) === String([...this.#rows.keys()])) return false;
    this.#rows = new Map(names.map((name) => [name, this.#rows.get(name) ?? this.#make(name)]));
    const rows = new Set(this.#rows.values());
    for (const row of [...this.#list.children]) if (!rows.has(row as HTMLElement)) row.remove();
    // One that is taken out for a moment loses the focus.
    let next = this.#list.firstElementChild;
    for (const row of rows) {
      if (row === next) next = row.nextElementSibling;
      else this.#list.insertBefore(row, next);
    }
    return true;
  }
}
