/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The list of messages: a window on the log of at most {@linkcode MAX_ROWS} rows, whatever arrives
 * and however far somebody scrolls. At its end it follows what arrives (live); scrolled up it stays
 * where it is, and pages of the past come and go at its ends.
 *
 * Drawing happens once a frame, so a flood costs at most a screenful of rows sixty times a second.
 *
 * @module
 */

import { dayWords } from "../../client/view/days.ts";
import type { LogEvent } from "../../protocol/messages.ts";
import { addItem, type Item, itemOf, lastSeqOf } from "./item.ts";
import type { RowContext } from "./row.ts";
import { firstSeqOf, MAX_ROWS, Rows } from "./rows.ts";

/** Messages of one page of the past. */
const PAGE = 100;

/** Of more rows than these, the screen is full: no need to measure. */
const MAX_FEW_ROWS = 200;

/** How long drawing rows may hold up a frame, and how many: their layout comes on top. */
const DRAW_MS = 6;
const DRAW_ROWS = 50;

/** After so long, whoever reads the page aloud has noticed what was added: in milliseconds. */
const HUSH_MS = 500;

/** So near to an end, the next page is asked for; in pixels. */
const NEAR_PX = 300;

/** So near to the bottom counts as being there; in pixels. */
const BOTTOM_PX = 40;

/** The elements that the list works with. */
export interface LogViewParts {
  /** Scrolls. */
  readonly scroller: HTMLElement;
  /** Holds the rows. */
  readonly list: HTMLElement;
  /** Stands above the first row. */
  readonly top: HTMLElement;
  /** The day of the first row, where the row does not tell it. */
  readonly day: HTMLElement;
  /** Leads to the newest messages. */
  readonly jump: HTMLButtonElement;
}

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
  readonly #parts: LogViewParts;
  readonly #options: LogViewOptions;
  readonly #rows: Rows;
  /** The newest items, drawn or not. */
  #recent: Item[] = [];
  /** Items that have come since the last frame, at the end of `#recent`. */
  #fresh = 0;
  /** The last row has grown. */
  #grown = false;
  /** The rows end with the newest item. */
  #live = true;
  /** It follows the end. */
  #stuck = true;
  #unseen = 0;
  #frame = 0;
  #hushed: ReturnType<typeof setTimeout> | undefined;
  #awaited: Awaited | undefined;
  /** The log begins with the first row. */
  #atBeginning = false;

  /** An empty list. */
  constructor(parts: LogViewParts, options: LogViewOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#rows = new Rows(parts.scroller, parts.list, options.context);
    parts.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    parts.jump.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.follow()).observe(parts.scroller);
  }

  /** Adds the newest item. Drawn with the next frame. */
  add(item: Item): void {
    const grown = addItem(this.#recent, item);
    if (grown === undefined) {
      this.#fresh = Math.min(this.#fresh + 1, MAX_ROWS);
      // In one go now and then, since moving 500 items for each one is slow.
      if (this.#recent.length >= 2 * MAX_ROWS) this.#recent = this.#recent.slice(-MAX_ROWS);
    } else if (this.#fresh === 0) {
      this.#grown = true;
    }
    if (!this.#stuck && item.kind === "message") this.#unseen++;
    this.#draw();
  }

  /** What is added now was there before: a screen reader does not read it out. */
  hush(): void {
    this.#parts.list.setAttribute("aria-live", "off");
    clearTimeout(this.#hushed);
    this.#hushed = setTimeout(() => {
      // In a page that nobody looks at, nothing is drawn.
      if (this.#frame !== 0) this.hush();
      else this.#parts.list.setAttribute("aria-live", "polite");
    }, HUSH_MS);
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
      const bounds = { from: more ? first : 0, to: this.#rows.firstSeq ?? end };
      this.#prepend(this.#items(events, bounds).filter((item) => !this.#rows.has(item)), more);
    } else if (awaited.what === "around") {
      this.#showAround(this.#items(events, { from: first, to: end }), awaited.seq);
    } else {
      const last = this.#rows.lastSeq;
      const newer = events.filter(({ seq }) => seq > last);
      this.#append(this.#items(newer, { from: last + 1, to: end }), Math.max(last, end - 1));
    }
    this.#fillUp();
  }

  /** What does not fill the screen cannot be scrolled, so it never asks for more by itself. */
  #fillUp(): void {
    if (this.#rows.length > MAX_FEW_ROWS) return;
    const { scrollHeight, clientHeight } = this.#parts.scroller;
    if (clientHeight > 0 && scrollHeight <= clientHeight) this.#scrolled();
  }

  /** The events with the direct messages that stand between them. */
  #items(
    events: readonly LogEvent[],
    { from, to }: { readonly from: number; readonly to: number },
  ): Item[] {
    const { me } = this.#options.context();
    const items: Item[] = [];
    let before = from;
    for (const event of events) {
      for (const item of this.#options.directs(before, event.seq)) addItem(items, item);
      addItem(items, itemOf(event, me));
      before = event.seq;
    }
    for (const item of this.#options.directs(before, to)) addItem(items, item);
    return items;
  }

  /** The page that is awaited will not come: the connection is gone. */
  forgetPage(): void {
    this.pageFailed();
    this.#scrolled();
  }

  /** A page may have been refused: it can be asked for again when somebody scrolls. */
  pageFailed(): void {
    this.#awaited = undefined;
    this.#parts.list.setAttribute("aria-busy", "false");
  }

  /** The log is another one: what is here has no place in it. */
  newLog(): void {
    this.#recent = [];
    this.#rows.replace([]);
    this.#drawDay();
    this.#live = true;
    this.#stuck = true;
    this.#fresh = 0;
    this.#atBeginning = false;
  }

  /** Shows the part of the log around a place. False: it cannot be asked for now. */
  around(seq: number): boolean {
    return this.#ask(seq + PAGE / 2, { what: "around", seq });
  }

  /** Something else has changed its height. */
  follow(): void {
    if (this.#stuck) this.#scrollToEnd();
  }

  /** Shows the newest messages. */
  toEnd(): void {
    if (!this.#live) {
      this.hush();
      this.#rows.replace(this.#recent.slice(-MAX_ROWS));
      this.#fresh = 0;
      this.#atBeginning = false;
    }
    this.#live = true;
    this.#stuck = true;
    this.#unseen = 0;
    this.#drawDay();
    this.#scrollToEnd();
    this.#drawJump();
  }

  #draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawFresh();
    });
  }

  #drawFresh(): void {
    const fresh = this.#recent.slice(this.#recent.length - this.#fresh);
    this.#fresh = 0;
    if (this.#live) {
      if (this.#grown) this.#rows.redrawLast();
      if (this.#stuck && fresh.length >= MAX_ROWS) this.#rows.replace([]);
      if (this.#stuck || this.#rows.length + fresh.length <= MAX_ROWS) {
        this.#fresh = fresh.length - this.#rows.append(fresh.slice(0, DRAW_ROWS), DRAW_MS);
        this.#dropFirst();
        if (this.#fresh > 0) this.#draw();
      } else this.#live = false;
    }
    this.#grown = false;
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
    this.#parts.top.textContent = more ? "" : "This is the beginning.";
    if (items.length === 0) return;
    if (this.#rows.prepend(items)) this.#live = false;
    this.#drawDay();
    this.#drawJump();
  }

  #append(items: readonly Item[], end: number): void {
    const known = firstSeqOf(this.#recent);
    this.#rows.append(items);
    if (known !== undefined && end >= known - 1) this.#joinRecent(end);
    this.#dropFirst();
    this.#drawDay();
    this.#scrolled();
  }

  /** What follows is remembered: no need to ask for it. */
  #joinRecent(seq: number): void {
    const index = this.#recent.findIndex((item) => (lastSeqOf(item) ?? 0) > seq);
    const rest = index < 0 ? [] : this.#recent.slice(index);
    this.#rows.append(rest.slice(0, MAX_ROWS / 2));
    if (rest.length <= MAX_ROWS / 2) {
      this.#live = true;
      this.#fresh = 0;
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
    const { scroller } = this.#parts;
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    this.#stuck = this.#live && below <= BOTTOM_PX;
    if (this.#stuck) this.#unseen = 0;
    this.#drawJump();
    if (scroller.scrollTop < NEAR_PX && !this.#atBeginning) {
      const first = this.#rows.firstSeq;
      if (first !== undefined && first > 1) this.#ask(first, { what: "older" });
    } else if (!this.#live && below < NEAR_PX) {
      const last = this.#rows.lastSeq;
      const known = firstSeqOf(this.#recent);
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
    this.#parts.list.setAttribute("aria-busy", "true");
    return true;
  }

  #scrollToEnd(): void {
    const { scroller } = this.#parts;
    scroller.scrollTop = scroller.scrollHeight;
  }

  /** What is being read stays where it is. */
  #drawDay(): void {
    const { day, scroller } = this.#parts;
    const date = this.#rows.firstDay;
    const words = date === undefined || Number.isNaN(date.getTime()) ? "" : dayWords(date);
    if (day.textContent === words) return;
    const below = scroller.scrollHeight - scroller.scrollTop;
    day.textContent = words;
    day.hidden = words === "";
    scroller.scrollTop = scroller.scrollHeight - below;
  }

  #drawJump(): void {
    const { jump } = this.#parts;
    jump.hidden = this.#stuck && this.#live;
    const count = this.#unseen > 999 ? "999+" : String(this.#unseen);
    const noun = this.#unseen === 1 ? "new message" : "new messages";
    const text = this.#unseen === 0 ? "To the newest ↓" : `${count} ${noun} ↓`;
    if (jump.textContent !== text) jump.textContent = text;
  }
}
