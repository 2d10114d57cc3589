/// <reference lib="dom" />
/**
 * What stands around the rows of one room: the place where they scroll, the line of the day above
 * them, the button that leads to the newest ones, and what a screen reader is told.
 *
 * @module
 */

import { dayWords } from "../../client/view/days.ts";
import { part } from "./dom.ts";

/** After so long, whoever reads the page aloud has noticed what was added: in milliseconds. */
const HUSH_MS = 500;

/** The elements around the rows of one room. Out of the page, it measures nothing. */
export class LogFrame {
  /** Scrolls. */
  readonly scroller: HTMLElement;
  /** Holds the rows. */
  readonly list: HTMLElement;
  readonly #top: HTMLElement;
  readonly #day: HTMLElement;
  readonly #jump: HTMLButtonElement;
  #hushed: ReturnType<typeof setTimeout> | undefined;

  /**
   * Nothing in it yet.
   *
   * @param element Holds all of them.
   */
  constructor(element: HTMLElement) {
    this.scroller = part(element, "#scroller", HTMLElement);
    this.list = part(element, "#log", HTMLElement);
    this.#top = part(element, "#top", HTMLElement);
    this.#day = part(element, "#day", HTMLElement);
    this.#jump = part(element, "#jump", HTMLButtonElement);
  }

  /** Calls back: it was scrolled; somebody wants the newest; its size is another one. */
  listen(onScrolled: () => void, onJump: () => void, onResized: () => void): void {
    this.scroller.addEventListener("scroll", onScrolled, { passive: true });
    this.#jump.addEventListener("click", onJump);
    new ResizeObserver(onResized).observe(this.scroller);
  }

  /** Pixels between what is seen and the end. */
  get below(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** It is seen, and there is nothing to scroll. */
  get isShort(): boolean {
    const { scrollHeight, clientHeight } = this.scroller;
    return clientHeight > 0 && scrollHeight <= clientHeight;
  }

  /** Scrolls to the end. */
  toEnd(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** What is being read stays where it is while something above it changes. */
  keepPlace(change: () => void): void {
    const { scroller } = this;
    const below = scroller.scrollHeight - scroller.scrollTop;
    change();
    scroller.scrollTop = scroller.scrollHeight - below;
  }

  /**
   * What is added now was there before: a screen reader does not read it out.
   *
   * @param isBusy More of it waits to be drawn.
   */
  hush(isBusy: () => boolean): void {
    this.list.setAttribute("aria-live", "off");
    clearTimeout(this.#hushed);
    this.#hushed = setTimeout(() => {
      // In a page that nobody looks at, nothing is drawn.
      if (isBusy()) this.hush(isBusy);
      else this.list.setAttribute("aria-live", "polite");
    }, HUSH_MS);
  }

  /** A page of the past is awaited, or not any more. */
  setBusy(busy: boolean): void {
    this.list.setAttribute("aria-busy", String(busy));
  }

  /** Says above the rows whether they are the first ones. */
  drawTop(isBeginning: boolean): void {
    this.#top.textContent = isBeginning ? "This is the beginning." : "";
  }

  /** Tells the day of the first row; undefined: the row tells it. */
  drawDay(date: Date | undefined): void {
    const words = date === undefined || Number.isNaN(date.getTime()) ? "" : dayWords(date);
    if (this.#day.textContent === words) return;
    this.keepPlace(() => {
      this.#day.textContent = words;
      this.#day.hidden = words === "";
    });
  }

  /** The button that leads to the newest, with the number of messages that were not seen. */
  drawJump({ isNeeded, unseen }: { readonly isNeeded: boolean; readonly unseen: number }): void {
    this.#jump.hidden = !isNeeded;
    const count = unseen > 999 ? "999+" : String(unseen);
    const noun = unseen === 1 ? "new message" : "new messages";
    const text = unseen === 0 ? "To the newest ↓" : `${count} ${noun} ↓`;
    if (this.#jump.textContent !== text) this.#jump.textContent = text;
  }
}
