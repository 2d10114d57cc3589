/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The messages of one room, as somebody scrolls through them: at the end it follows what arrives;
 * scrolled up it stays where it is, and asks for pages of the past.
 *
 * Drawing happens once a frame, so a flood costs at most a screenful of rows sixty times a second.
 * While another room is shown, nothing is drawn, and only the newest items are remembered.
 *
 * @module
 */

import type { LogEvent } from "../../protocol/messages.ts";
import type { Item } from "./item.ts";
import { LogFrame } from "./log_frame.ts";
import { LogWindow, type LogWindowOptions } from "./log_window.ts";

/** Messages of one page of the past. */
const PAGE = 100;

/** Of more rows than these, the screen is full: no need to measure. */
const MAX_FEW_ROWS = 200;

/** So near to an end, the next page is asked for; in pixels. */
const NEAR_PX = 300;

/** So near to the bottom counts as being there; in pixels. */
const BOTTOM_PX = 40;

/** What the list asks for. */
export interface LogViewOptions extends LogWindowOptions {
  /** Asks for a page of the past; false: not now. */
  readonly older: (before: number, messages: number) => boolean;
}

/** Which page is awaited. */
type Awaited =
  | { readonly what: "older" | "newer" }
  | { readonly what: "around"; readonly seq: number };

/** The list of messages, where it stands and where it goes. */
export class LogView {
  readonly #frame: LogFrame;
  readonly #older: LogViewOptions["older"];
  readonly #window: LogWindow;
  /** It follows the end. */
  #stuck = true;
  #unseen = 0;
  #frameRequest = 0;
  #awaited: Awaited | undefined;
  /** Where somebody wants to go once the page has come that is awaited. */
  #wanted: number | undefined;
  #isShown = false;
  /** Where it was scrolled to when it was shown last. */
  #place = 0;
  /** `seq` of the first message that came while nobody looked at it. */
  #firstUnread: number | undefined;
  /** Somebody has looked since: what comes next unseen is marked instead. */
  #isMarkSeen = false;

  /**
   * An empty list, which is not shown yet.
   *
   * @param element What {@linkcode LogFrame} takes.
   */
  constructor(element: HTMLElement, { older, directs, context }: LogViewOptions) {
    this.#older = older;
    this.#frame = new LogFrame(element);
    this.#window = new LogWindow(this.#frame, {
      directs,
      context: () => ({ ...context(), firstUnread: this.#firstUnread }),
    });
    this.#frame.listen(() => this.#scrolled(), () => this.toEnd(), () => this.follow());
  }

  /** It has come into the page: stands where it stood, or at the first message that is new. */
  show(): void {
    if (this.#isShown) return;
    this.#isShown = true;
    this.hush();
    if (!this.#stuck) {
      this.#frame.scroller.scrollTop = this.#place;
      return this.#draw();
    }
    this.toEnd();
    this.#frame.list.querySelector(".unread")?.scrollIntoView({ block: "start" });
    this.#scrolled();
    this.#fillUp();
  }

  /**
   * It goes out of the page: what was new is not any more, and of its rows only a place is kept.
   */
  hide(): void {
    if (!this.#isShown) return;
    this.#place = this.#frame.scroller.scrollTop;
    this.#isShown = false;
    cancelAnimationFrame(this.#frameRequest);
    this.#frameRequest = 0;
    this.pageFailed();
    this.#wanted = undefined;
    this.markRead();
    if (this.#stuck) this.#window.empty();
  }

  /** A message that comes next is the first one that is new, unless there is one already. */
  markUnread(seq: number): void {
    if (this.#isMarkSeen) this.markRead();
    this.#isMarkSeen = false;
    this.#firstUnread ??= seq;
  }

  /** Somebody looks at what is marked. */
  seen(): void {
    this.#isMarkSeen = true;
  }

  /** Nothing is new any more. */
  markRead(): void {
    this.#firstUnread = undefined;
    this.#frame.list.querySelector(".unread")?.remove();
  }

  /** Adds the newest item. Drawn with the next frame. */
  add(item: Item): void {
    this.#window.add(item, { isShown: this.#isShown, isStuck: this.#stuck });
    if (!this.#stuck && item.kind === "message") this.#unseen++;
    this.#draw();
  }

  /** Takes the texts of messages away that were erased. */
  erase(seqs: readonly number[]): void {
    this.#window.erase(seqs);
  }

  /** What is added now was there before: a screen reader does not read it out. */
  hush(): void {
    this.#frame.hush(() => this.#frameRequest !== 0);
  }

  /** A page of the past has come. */
  page(events: readonly LogEvent[], more: boolean): void {
    const awaited = this.#awaited;
    this.pageFailed();
    if (awaited === undefined) return;
    this.hush();
    if (awaited.what === "around") {
      this.#stuck = false;
      this.#window.around(events, awaited.seq);
    } else if (awaited.what === "older") this.#window.older(events, more);
    else this.#window.newer(events);
    this.#window.drawDay();
    this.#drawJump();
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (wanted !== undefined && this.around(wanted)) return;
    if (awaited.what === "newer") this.#scrolled();
    this.#fillUp();
  }

  /** What does not fill the screen cannot be scrolled, so it never asks for more by itself. */
  #fillUp(): void {
    if (this.#window.length <= MAX_FEW_ROWS && this.#frame.isShort) this.#scrolled();
  }

  /** The page that is awaited will not come: the connection is gone. */
  forgetPage(): void {
    this.pageFailed();
    this.#scrolled();
  }

  /** A page may have been refused: it can be asked for again when somebody scrolls. */
  pageFailed(): void {
    this.#awaited = undefined;
    this.#frame.setBusy(false);
  }

  /** The log is another one: what is here has no place in it. */
  newLog(): void {
    this.#window.clear();
    this.#window.drawDay();
    this.#stuck = true;
    this.#firstUnread = undefined;
  }

  /**
   * Shows the part of the log around a place, now or behind the page that is awaited.
   *
   * @returns It has been asked for.
   */
  around(seq: number): boolean {
    if (this.#awaited !== undefined) this.#wanted = seq;
    return this.#ask(seq + PAGE / 2, { what: "around", seq });
  }

  /** Other people are ignored now. */
  redraw(): void {
    this.hush();
    this.#window.redraw();
    this.follow();
  }

  /** Something else has changed its height. */
  follow(): void {
    if (this.#stuck) this.#frame.toEnd();
  }

  /** Shows the newest messages. */
  toEnd(): void {
    if (this.#window.toNewest()) this.hush();
    this.#stuck = true;
    this.#unseen = 0;
    this.#window.drawDay();
    this.#frame.toEnd();
    this.#drawJump();
  }

  #draw(): void {
    if (this.#frameRequest !== 0 || !this.#isShown) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      if (this.#window.drawFresh(this.#stuck)) this.#draw();
      this.#window.drawDay();
      this.follow();
      this.#drawJump();
      this.#fillUp();
    });
  }

  #scrolled(): void {
    if (!this.#isShown) return;
    const { below } = this.#frame;
    this.#stuck = this.#window.isLive && below <= BOTTOM_PX;
    if (this.#stuck) this.#unseen = 0;
    this.#drawJump();
    if (this.#frame.scroller.scrollTop < NEAR_PX && this.#window.before !== undefined) {
      this.#ask(this.#window.before, { what: "older" });
    } else if (!this.#window.isLive && below < NEAR_PX) {
      if (this.#window.joinNewest()) this.#window.drawDay();
      else this.#ask(this.#window.lastSeq + 1 + PAGE, { what: "newer" });
    }
  }

  #ask(before: number, awaited: Awaited): boolean {
    if (this.#awaited !== undefined || !this.#older(before, PAGE)) return false;
    this.#awaited = awaited;
    this.#frame.setBusy(true);
    return true;
  }

  #drawJump(): void {
    const isNeeded = !this.#stuck || !this.#window.isLive;
    this.#frame.drawJump({ isNeeded, unseen: this.#unseen });
  }
}
