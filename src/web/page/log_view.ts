/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The messages of one room: a window on its log of at most {@linkcode MAX_ROWS} rows, whatever
 * arrives and however far somebody scrolls. At its end it follows what arrives (live); scrolled up it
 * stays where it is, and pages of the past come and go at its ends.
 *
 * Drawing happens once a frame, so a flood costs at most a screenful of rows sixty times a second.
 * While another room is shown, nothing is drawn, and only the newest items are remembered.
 *
 * @module
 */

import type { LogEvent } from "../../protocol/messages.ts";
import { type Item, itemsOf } from "./item.ts";
import { LogFrame } from "./log_frame.ts";
import { Newest } from "./newest.ts";
import type { RowContext } from "./row.ts";
import { MAX_ROWS, Rows } from "./rows.ts";

/** Messages of one page of the past. */
const PAGE = 100;

/** Items that are remembered while another room is shown: some screens, and the log has the rest. */
const MAX_HIDDEN_ITEMS = 200;

/** Of more rows than these, the screen is full: no need to measure. */
const MAX_FEW_ROWS = 200;

/** How long drawing rows may hold up a frame, and how many: their layout comes on top. */
const DRAW_MS = 6;
const DRAW_ROWS = 50;

/** So near to an end, the next page is asked for; in pixels. */
const NEAR_PX = 300;

/** So near to the bottom counts as being there; in pixels. */
const BOTTOM_PX = 40;

/** What the list asks for. */
export interface LogViewOptions {
  /** Asks for a page of the past; false: not now. */
  readonly older: (before: number, messages: number) => boolean;
  /** What came to this one only while these were the newest events: `from` and later, before `to`. */
  readonly directs: (from: number, to: number) => readonly Item[];
  /** What rows are drawn with. */
  readonly context: () => RowContext & { readonly me: string };
}

/** Which page is awaited. */
type Awaited =
  | { readonly what: "older" | "newer" }
  | { readonly what: "around"; readonly seq: number };

/** The window on the log, where it stands and where it goes. */
export class LogView {
  readonly #frame: LogFrame;
  readonly #options: LogViewOptions;
  readonly #rows: Rows;
  readonly #newest = new Newest();
  /** The rows end with the newest item. */
  #live = true;
  /** It follows the end. */
  #stuck = true;
  #unseen = 0;
  #frameRequest = 0;
  #awaited: Awaited | undefined;
  /** The log begins with the first row. */
  #atBeginning = false;
  #isShown = false;
  /** Where it was scrolled to when it was shown last. */
  #place = 0;
  /** `seq` of the first message that came while another room was shown. */
  #firstUnread: number | undefined;

  /**
   * An empty list, which is not shown yet.
   *
   * @param element What {@linkcode LogFrame} takes.
   */
  constructor(element: HTMLElement, options: LogViewOptions) {
    this.#frame = new LogFrame(element);
    this.#options = options;
    this.#rows = new Rows(this.#frame, () => (
      { ...options.context(), firstUnread: this.#firstUnread }
    ));
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

  /** It goes out of the page: what was new is not any more, and of its rows only a place is kept. */
  hide(): void {
    if (!this.#isShown) return;
    this.#place = this.#frame.scroller.scrollTop;
    this.#isShown = false;
    cancelAnimationFrame(this.#frameRequest);
    this.#frameRequest = 0;
    this.pageFailed();
    this.markRead();
    if (this.#stuck) this.#rows.replace([]);
  }

  /** A message that comes next is the first one that is new, unless there is one already. */
  markUnread(seq: number): void {
    this.#firstUnread ??= seq;
  }

  /** Nothing is new any more. */
  markRead(): void {
    this.#firstUnread = undefined;
    this.#frame.list.querySelector(".unread")?.remove();
  }

  /** Adds the newest item. Drawn with the next frame. */
  add(item: Item): void {
    const isWhole = this.#newest.add(item, this.#isShown ? MAX_ROWS : MAX_HIDDEN_ITEMS);
    // At the end, all rows are replaced; elsewhere, they do not reach to what is remembered.
    if (!isWhole && !this.#stuck) this.#live = false;
    if (!this.#stuck && item.kind === "message") this.#unseen++;
    this.#draw();
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
    const first = events[0]?.seq ?? 0;
    const end = (events.at(-1)?.seq ?? 0) + 1;
    if (awaited.what === "older") {
      const items = this.#items(events, more ? first : 0, this.#rows.firstSeq ?? end);
      this.#prepend(items.filter((item) => !this.#rows.has(item)), more);
    } else if (awaited.what === "around") {
      this.#showAround(this.#items(events, first, end), awaited.seq);
    } else {
      const last = this.#rows.lastSeq;
      const newer = events.filter(({ seq }) => seq > last);
      this.#append(this.#items(newer, last + 1, end), Math.max(last, end - 1));
    }
    this.#fillUp();
  }

  /** What does not fill the screen cannot be scrolled, so it never asks for more by itself. */
  #fillUp(): void {
    if (this.#rows.length <= MAX_FEW_ROWS && this.#frame.isShort) this.#scrolled();
  }

  #items(events: readonly LogEvent[], from: number, to: number): Item[] {
    const { context, directs } = this.#options;
    return itemsOf(events, { me: context().me, directs, from, to });
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
    this.#newest.clear();
    this.#rows.replace([]);
    this.#drawDay();
    this.#live = true;
    this.#stuck = true;
    this.#atBeginning = false;
    this.#firstUnread = undefined;
  }

  /** Shows the part of the log around a place. False: it cannot be asked for now. */
  around(seq: number): boolean {
    return this.#ask(seq + PAGE / 2, { what: "around", seq });
  }

  /** Something else has changed its height. */
  follow(): void {
    if (this.#stuck) this.#frame.toEnd();
  }

  /** Shows the newest messages. */
  toEnd(): void {
    if (!this.#live || this.#rows.length === 0) {
      this.hush();
      this.#rows.replace(this.#newest.last(MAX_ROWS));
      this.#atBeginning = false;
    }
    this.#live = true;
    this.#stuck = true;
    this.#unseen = 0;
    this.#drawDay();
    this.#frame.toEnd();
    this.#drawJump();
  }

  #draw(): void {
    if (this.#frameRequest !== 0 || !this.#isShown) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      this.#drawFresh();
    });
  }

  #drawFresh(): void {
    const { fresh, hasGrown } = this.#newest.takeFresh();
    if (this.#live) {
      if (hasGrown) this.#rows.redrawLast();
      if (this.#stuck && fresh.length >= MAX_ROWS) this.#rows.replace([]);
      if (this.#stuck || this.#rows.length + fresh.length <= MAX_ROWS) {
        const shown = fresh.slice(-MAX_ROWS);
        const left = shown.length - this.#rows.append(shown.slice(0, DRAW_ROWS), DRAW_MS);
        this.#newest.giveBack(left);
        this.#dropFirst();
        if (left > 0) this.#draw();
      } else this.#live = false;
    }
    this.#drawDay();
    this.follow();
    this.#drawJump();
    this.#fillUp();
  }

  /** At the end it is scrolled there anyway: no need to measure. */
  #dropFirst(): void {
    if (this.#rows.dropFirst({ keepPlace: !this.#stuck })) this.#atBeginning = false;
  }

  #prepend(items: readonly Item[], more: boolean): void {
    this.#atBeginning = !more || items.length === 0;
    this.#frame.drawTop(!more);
    if (items.length === 0) return;
    if (this.#rows.prepend(items)) this.#live = false;
    this.#drawDay();
    this.#drawJump();
  }

  #append(items: readonly Item[], end: number): void {
    const known = this.#newest.firstSeq;
    this.#rows.append(items);
    if (known !== undefined && end >= known - 1) this.#joinRecent(end);
    this.#dropFirst();
    this.#drawDay();
    this.#scrolled();
  }

  /** What follows is remembered: no need to ask for it. */
  #joinRecent(seq: number): void {
    const rest = this.#newest.after(seq);
    this.#rows.append(rest.slice(0, MAX_ROWS / 2));
    if (rest.length <= MAX_ROWS / 2) {
      this.#live = true;
      this.#newest.drawn();
    }
  }

  #showAround(items: readonly Item[], seq: number): void {
    this.#live = false;
    this.#stuck = false;
    this.#atBeginning = false;
    this.#rows.replace(items);
    this.#drawDay();
    const row = this.#rows.find(seq);
    row?.classList.add("found");
    row?.scrollIntoView({ block: "center" });
    this.#drawJump();
  }

  #scrolled(): void {
    if (!this.#isShown) return;
    const { below } = this.#frame;
    this.#stuck = this.#live && below <= BOTTOM_PX;
    if (this.#stuck) this.#unseen = 0;
    this.#drawJump();
    if (this.#frame.scroller.scrollTop < NEAR_PX && !this.#atBeginning) {
      const first = this.#rows.firstSeq;
      if (first !== undefined && first > 1) this.#ask(first, { what: "older" });
    } else if (!this.#live && below < NEAR_PX) {
      const last = this.#rows.lastSeq;
      const known = this.#newest.firstSeq;
      if (known !== undefined && last >= known - 1) {
        this.#joinRecent(last);
        this.#dropFirst();
        this.#drawDay();
      } else this.#ask(last + 1 + PAGE, { what: "newer" });
    }
  }

  #ask(before: number, awaited: Awaited): boolean {
    if (this.#awaited !== undefined || !this.#options.older(before, PAGE)) return false;
    this.#awaited = awaited;
    this.#frame.setBusy(true);
    return true;
  }

  #drawDay(): void {
    this.#frame.drawDay(this.#rows.firstDay);
  }

  #drawJump(): void {
    this.#frame.drawJump({ isNeeded: !this.#stuck || !this.#live, unseen: this.#unseen });
  }
}
