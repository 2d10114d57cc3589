/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Parts of the page that come up and go away: panels in the page, and drawers, which on a narrow
 * screen come up over the messages, one at a time.
 *
 * @module
 */

import { isDialogShown } from "./dialog.ts";
import { isComposing } from "./dom.ts";

/** What a panel does besides coming and going. */
export interface PanelOptions {
  /** The button that opens and closes it; default: none does. */
  readonly toggle?: HTMLButtonElement;
  /** The button was pressed; default: opens it. */
  readonly open?: () => void;
  /** It is to go away, as somebody has pressed the button or Escape; default: closes it. */
  readonly close?: () => void;
  /** It covers the messages on a narrow screen; default: it has a place of its own. */
  readonly isDrawer?: boolean;
}

/** As in the style sheet. */
const NARROW = "(max-width: 700px)";

/** Whether drawers cover the messages. */
export function isNarrow(): boolean {
  return matchMedia(NARROW).matches;
}

/** Where browsers have it, the Back button of a phone closes what has come up. */
interface CloseWatcher extends EventTarget {
  /** It is gone already. */
  destroy(): void;
}

/**
 * While it is open it has the class `open`; one that is hidden in the markup is hidden whenever it
 * is closed, and of others the style sheet decides.
 */
export class Panel {
  /** All of them, the one that was opened last at the end. */
  static readonly #all: Panel[] = [];
  readonly #element: HTMLElement;
  readonly #toggle: HTMLButtonElement | undefined;
  readonly #close: () => void;
  readonly #isDrawer: boolean;
  readonly #hides: boolean;
  #watcher: CloseWatcher | undefined;

  /** Closed at first. Escape closes it, wherever the focus is. */
  constructor(element: HTMLElement, options: PanelOptions) {
    const set = (isOpen: boolean) => () => {
      this.isOpen = isOpen;
    };
    const { toggle, open = set(true), close = set(false), isDrawer = false } = options;
    this.#element = element;
    this.#toggle = toggle;
    this.#close = close;
    this.#isDrawer = isDrawer;
    this.#hides = element.hasAttribute("hidden");
    toggle?.addEventListener("click", () => {
      if (this.isOpen) return close();
      open();
      // Its place in the page is not behind that of its button.
      if (this.#covers) element.focus();
    });
    if (isDrawer) element.tabIndex = -1;
    if (Panel.#all.push(this) === 1) Panel.#listen();
  }

  /** Whether it is open. */
  get isOpen(): boolean {
    return this.#element.classList.contains("open");
  }

  /** Opens or closes it. The focus does not stay in what is gone: it goes to its button. */
  set isOpen(isOpen: boolean) {
    const wasOpen = this.isOpen;
    const hadFocus = this.#holds(document.activeElement);
    this.#element.classList.toggle("open", isOpen);
    if (this.#hides) this.#element.hidden = !isOpen;
    this.#toggle?.setAttribute("aria-expanded", String(isOpen));
    if (isOpen === wasOpen) return;
    this.#watcher?.destroy();
    this.#watcher = undefined;
    if (isOpen) {
      Panel.#all.push(...Panel.#all.splice(Panel.#all.indexOf(this), 1));
      if (this.#isDrawer) Panel.#closeDrawers((other) => other === this);
      if (this.#covers) this.#watch();
    } else if (hadFocus && this.#element.getClientRects().length === 0) this.#toggle?.focus();
  }

  /** It covers the messages now. */
  get #covers(): boolean {
    return this.#isDrawer && this.isOpen && isNarrow();
  }

  #holds(node: EventTarget | null): boolean {
    return node instanceof Node && this.#element.contains(node);
  }

  #watch(): void {
    const { CloseWatcher } = globalThis as { CloseWatcher?: new () => CloseWatcher };
    if (CloseWatcher === undefined) return;
    this.#watcher = new CloseWatcher();
    this.#watcher.addEventListener("close", () => {
      this.#watcher = undefined;
      this.#close();
    });
  }

  /** Closes the drawers that cover the messages. */
  static #closeDrawers(isKept: (panel: Panel) => boolean): void {
    if (isDialogShown()) return;
    for (const panel of [...Panel.#all]) if (panel.#covers && !isKept(panel)) panel.#close();
  }

  static #listen(): void {
    addEventListener("keydown", (event) => {
      const { key, target, defaultPrevented } = event;
      if (key !== "Escape" || defaultPrevented || isComposing(event) || isDialogShown()) return;
      const panel = Panel.#all.find((one) => one.#holds(target)) ??
        Panel.#all.findLast(({ isOpen }) => isOpen);
      if (panel === undefined) return;
      // A close watcher would take the same key for the next one.
      event.preventDefault();
      panel.#close();
    });
    // What a drawer covers is a way back, and so is the rest of the page.
    for (const event of ["pointerdown", "focusin"]) {
      addEventListener(event, ({ target }) => {
        Panel.#closeDrawers((one) =>
          one.#holds(target) || (target instanceof Node && one.#toggle?.contains(target) === true)
        );
      });
    }
    addEventListener("popstate", () => Panel.#closeDrawers(() => false));
    // A phone was turned: what is in use stays.
    matchMedia(NARROW).addEventListener("change", () => {
      Panel.#closeDrawers((one) => one.#holds(document.activeElement));
    });
  }
}
