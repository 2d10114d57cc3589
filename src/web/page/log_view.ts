/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The list of messages. At most {@linkcode MAX_ROWS} rows are in the page, whatever arrives and
 * however far somebody scrolls: it is a window on the log. At its end it follows what arrives (live);
 * scrolled up it stays where it is, and pages of the past come and go at its ends.
 *
 * Drawing happens once a frame, so a flood costs at most a screenful of rows sixty times a second.
 *
 * @module
 */

import type { LogEvent } from "../../protocol/messages.ts";
import { make } from "./dom.ts";
import { addItem, type Item, itemOf, lastSeqOf } from "./item.ts";
import { drawRow, type RowContext } from "./row.ts";

/** Rows in the page; the newest items that are remembered. */
export const MAX_ROWS = 500;

/** Events of one page of the past. */
const PAGE = 100;

/** How long drawing rows may hold up a frame, and how many: their layout comes on top. */
const DRAW_MS = 6;
const DRAW_ROWS = 50;

/** So near to an end, the next page is asked for; in pixels. */
const NEAR_PX = 300;

/** So near to the bottom counts as being there. */
const BOTTOM_PX = 40;

/** What the list is made of. */
export interface LogViewParts {
  /** What scrolls. */
  readonly scroller: HTMLElement;
  /** Where rows go. */
  readonly list: HTMLElement;
  /** Stands above the first row. */
  readonly top: HTMLElement;
  /** Leads to the newest messages. */
  readonly jump: HTMLButtonElement;
}

/** What the list asks for. */
export interface LogViewOptions {
  /** Asks for a page of the past; false: not now. */
  readonly older: (before: number, limit: number) => boolean;
  /** What rows are drawn with. */
  readonly context: () => RowContext & { readonly me: string };
}

interface Row {
  readonly item: Item;
  element: HTMLElement;
}

/** Which page is awaited. */
type Awaited =
  | { readonly what: "older" | "newer" }
  | { readonly what: "around"; readonly seq: number };

/** See the module. */
export class LogView {
  readonly #parts: LogViewParts;
  readonly #options: LogViewOptions;
  /** The newest items, drawn or not. */
  #recent: Item[] = [];
  #rows: Row[] = [];
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
  #awaited: Awaited | undefined;
  /** The log begins with the first row. */
  #atBeginning = false;

  /** An empty list. */
  constructor(parts: LogViewParts, options: LogViewOptions) {
    this.#parts = parts;
    this.#options = options;
    parts.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    parts.jump.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.#stuck && this.#scrollToEnd()).observe(parts.scroller);
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

  /** A page of the past has come. */
  page(events: readonly LogEvent[], more: boolean): void {
    const awaited = this.#awaited;
    this.#awaited = undefined;
    this.#parts.list.ariaBusy = "false";
    if (awaited === undefined) return;
    const { me } = this.#options.context();
    const items: Item[] = [];
    for (const event of events) addItem(items, itemOf(event, me));
    if (awaited.what === "older") this.#prepend(items, more);
    else if (awaited.what === "around") this.#showAround(items, awaited.seq);
    else this.#append(items);
  }

  /** What was asked for will not come: the connection is gone. */
  forgetPage(): void {
    this.#awaited = undefined;
    this.#parts.list.ariaBusy = "false";
    this.#scrolled();
  }

  /** A page may have been refused: it can be asked for again when somebody scrolls. */
  pageFailed(): void {
    this.#awaited = undefined;
    this.#parts.list.ariaBusy = "false";
  }

  /** The log is another one: what is here has no place in it. */
  newLog(): void {
    this.#recent = [];
    this.#replace([]);
    this.#live = true;
    this.#stuck = true;
    this.#fresh = 0;
    this.#atBeginning = false;
  }

  /** Shows the part of the log around a place. False: it cannot be asked for now. */
  around(seq: number): boolean {
    return this.#ask(seq + PAGE / 2, { what: "around", seq });
  }

  /** Something below the rows has changed its height. */
  follow(): void {
    if (this.#stuck) this.#scrollToEnd();
  }

  /** Shows the newest messages. */
  toEnd(): void {
    if (!this.#live) {
      this.#replace(this.#recent.slice(-MAX_ROWS));
      this.#fresh = 0;
      this.#atBeginning = false;
    }
    this.#live = true;
    this.#stuck = true;
    this.#unseen = 0;
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
      if (this.#grown) this.#redraw(this.#rows.length - 1);
      if (this.#stuck && fresh.length >= MAX_ROWS) this.#replace([]);
      if (this.#stuck || this.#rows.length + fresh.length <= MAX_ROWS) {
        this.#fresh = fresh.length - this.#put(fresh.slice(0, DRAW_ROWS), DRAW_MS);
        this.#dropTop();
        if (this.#fresh > 0) this.#draw();
      } else this.#live = false;
    }
    this.#grown = false;
    if (this.#stuck) this.#scrollToEnd();
    this.#drawJump();
  }

  /**
   * Adds rows at the end.
   *
   * @param forMs Stops after so many milliseconds.
   * @returns How many were added.
   */
  #put(items: readonly Item[], forMs = Infinity): number {
    const context = this.#options.context();
    const endMs = performance.now() + forMs;
    const rows: Row[] = [];
    let previous = this.#rows.at(-1)?.item;
    for (const item of items) {
      rows.push({ item, element: drawRow(item, previous, context) });
      previous = item;
      if (performance.now() > endMs) break;
    }
    this.#parts.list.append(...rows.map(({ element }) => element));
    this.#rows.push(...rows);
    return rows.length;
  }

  #replace(items: readonly Item[]): void {
    this.#parts.list.replaceChildren();
    this.#rows = [];
    this.#put(items);
  }

  /** Too many rows: the oldest go. */
  #dropTop(): void {
    const extra = this.#rows.length - MAX_ROWS;
    if (extra <= 0) return;
    const drop = () => {
      for (const { element } of this.#rows.splice(0, extra)) element.remove();
      this.#redraw(0);
    };
    // At the end it is scrolled there anyway, and measuring costs a layout.
    if (this.#stuck) drop();
    else this.#keepingPlace(drop);
    this.#atBeginning = false;
  }

  #redraw(index: number): void {
    const row = this.#rows[index];
    if (row === undefined) return;
    const drawn = drawRow(row.item, this.#rows[index - 1]?.item, this.#options.context());
    row.element.replaceWith(drawn);
    row.element = drawn;
  }

  #prepend(items: Item[], more: boolean): void {
    this.#atBeginning = !more;
    this.#parts.top.textContent = more ? "" : "This is the beginning.";
    if (items.length === 0) return;
    const context = this.#options.context();
    const drawn = items.map((item, i) => ({ item, element: drawRow(item, items[i - 1], context) }));
    this.#keepingPlace(() => {
      this.#parts.list.prepend(...drawn.map(({ element }) => element));
      this.#rows.unshift(...drawn);
      this.#redraw(items.length);
    });
    const extra = this.#rows.splice(MAX_ROWS);
    for (const { element } of extra) element.remove();
    if (extra.length > 0) this.#live = false;
    this.#drawJump();
  }

  #append(items: readonly Item[]): void {
    const last = this.#lastSeq();
    const known = this.#recent[0] === undefined ? undefined : this.#firstSeq(this.#recent);
    const newer = items.filter((item) => (lastSeqOf(item) ?? 0) > last);
    const end = newer.length === 0 ? last : lastSeqOf(newer[newer.length - 1]!) ?? last;
    this.#put(newer);
    if (known !== undefined && end >= known - 1) this.#joinRecent(end);
    this.#dropTop();
    this.#scrolled();
  }

  /** What follows is remembered: no need to ask for it. */
  #joinRecent(seq: number): void {
    const index = this.#recent.findIndex((item) => (lastSeqOf(item) ?? 0) > seq);
    const rest = index < 0 ? [] : this.#recent.slice(index);
    this.#put(rest.slice(0, MAX_ROWS / 2));
    if (rest.length <= MAX_ROWS / 2) {
      this.#live = true;
      this.#fresh = 0;
    }
  }

  #showAround(items: Item[], seq: number): void {
    this.#live = false;
    this.#stuck = false;
    this.#atBeginning = false;
    this.#replace(items);
    const row = this.#rows.find(({ item }) => (lastSeqOf(item) ?? 0) >= seq);
    row?.element.classList.add("found");
    row?.element.scrollIntoView({ block: "center" });
    this.#drawJump();
  }

  #scrolled(): void {
    const { scroller } = this.#parts;
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    this.#stuck = this.#live && below <= BOTTOM_PX;
    if (this.#stuck) this.#unseen = 0;
    this.#drawJump();
    if (scroller.scrollTop < NEAR_PX && !this.#atBeginning) {
      const first = this.#firstSeq(this.#rows.map(({ item }) => item));
      if (first !== undefined && first > 1) this.#ask(first, { what: "older" });
    } else if (!this.#live && below < NEAR_PX) {
      const last = this.#lastSeq();
      const known = this.#firstSeq(this.#recent);
      if (known !== undefined && last >= known - 1) {
        this.#joinRecent(last);
        this.#dropTop();
      } else this.#ask(last + 1 + PAGE, { what: "newer" });
    }
  }

  #ask(before: number, awaited: Awaited): boolean {
    if (this.#awaited !== undefined || !this.#options.older(before, PAGE)) return false;
    this.#awaited = awaited;
    this.#parts.list.ariaBusy = "true";
    return true;
  }

  #firstSeq(items: readonly Item[]): number | undefined {
    return items.find(({ seq }) => seq !== undefined)?.seq;
  }

  #lastSeq(): number {
    for (let i = this.#rows.length - 1; i >= 0; i--) {
      const seq = lastSeqOf(this.#rows[i]!.item);
      if (seq !== undefined) return seq;
    }
    return 0;
  }

  /** What is being read stays where it is when something above it comes or goes. */
  #keepingPlace(change: () => void): void {
    const { scroller } = this.#parts;
    const below = scroller.scrollHeight - scroller.scrollTop;
    change();
    scroller.scrollTop = scroller.scrollHeight - below;
  }

  #scrollToEnd(): void {
    const { scroller } = this.#parts;
    scroller.scrollTop = scroller.scrollHeight;
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

/** A list for messages that are still on their way, below the others. */
export function drawPending(texts: readonly { text: string; note: string }[]): HTMLElement[] {
  return texts.map(({ text, note }) => {
    const body = make("span", "text", text);
    body.dir = "auto";
    return make("div", "row", make("div", "message own pending", body, make("i", "", ` ${note}`)));
  });
}
