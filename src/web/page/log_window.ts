/// <reference lib="dom" />
/**
 * Which part of a room's log is drawn: at most {@linkcode MAX_ROWS} rows. It ends with the newest
 * item (live), or lies somewhere in the past, and then pages come and go at its ends.
 *
 * @module
 */

import { ERASED, type LogEvent } from "../../protocol/messages.ts";
import { type Item, itemsOf } from "./item.ts";
import type { LogFrame } from "./log_frame.ts";
import { Newest } from "./newest.ts";
import type { RowContext } from "./row.ts";
import { MAX_ROWS, Rows } from "./rows.ts";

/**
 * Items that are remembered while another room is shown: some screens, and the log has the rest.
 */
const MAX_HIDDEN_ITEMS = 200;

/** How long drawing rows may hold up a frame, and how many: their layout comes on top. */
const DRAW_MS = 6;
const DRAW_ROWS = 50;

/** What the window is drawn with. */
export interface LogWindowOptions {
  /**
   * What came to this one only while these were the newest events: `from` and later, before `to`.
   */
  readonly directs: (from: number, to: number) => readonly Item[];
  /** What rows are drawn with. */
  readonly context: () => RowContext & { readonly me: string };
}

/** The rows, and the newest items behind or among them. */
export class LogWindow {
  readonly #frame: LogFrame;
  readonly #options: LogWindowOptions;
  readonly #rows: Rows;
  readonly #newest = new Newest();
  #isLive = true;
  /** The log begins with the first row. */
  #atBeginning = false;

  /** Empty. */
  constructor(frame: LogFrame, options: LogWindowOptions) {
    this.#frame = frame;
    this.#options = options;
    this.#rows = new Rows(frame, options.context);
  }

  /** It ends with the newest item. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** How many rows there are. */
  get length(): number {
    return this.#rows.length;
  }

  /** Events with a smaller `seq` would come above; undefined: there are none. */
  get before(): number | undefined {
    const first = this.#rows.firstSeq;
    return this.#atBeginning || first === undefined || first <= 1 ? undefined : first;
  }

  /** `seq` of the last row; 0: none has one. */
  get lastSeq(): number {
    return this.#rows.lastSeq;
  }

  /**
   * Adds the newest item, which is not drawn yet.
   *
   * @param options `isShown`: the room is; `isStuck`: the end is followed, so all rows may change.
   */
  add(item: Item, { isShown, isStuck }: { isShown: boolean; isStuck: boolean }): void {
    const isWhole = this.#newest.add(item, isShown ? MAX_ROWS : MAX_HIDDEN_ITEMS);
    // The rows do not reach to what is remembered.
    if (!isWhole && !isStuck) this.#isLive = false;
  }

  /**
   * Draws what has come since the last frame.
   *
   * @returns Some of it is left for the next frame.
   */
  drawFresh(isStuck: boolean): boolean {
    const { fresh, hasGrown } = this.#newest.takeFresh();
    if (!this.#isLive) return false;
    if (hasGrown) this.#rows.redrawLast();
    if (isStuck && fresh.length >= MAX_ROWS) this.#rows.replace([]);
    if (!isStuck && this.#rows.length + fresh.length > MAX_ROWS) {
      this.#isLive = false;
      return false;
    }
    const shown = fresh.slice(-MAX_ROWS);
    const left = shown.length - this.#rows.append(shown.slice(0, DRAW_ROWS), DRAW_MS);
    this.#newest.giveBack(left);
    this.#dropFirst(isStuck);
    return left > 0;
  }

  /** Takes the texts of messages away that were erased. */
  erase(seqs: readonly number[]): void {
    const erased = new Set(seqs);
    const changed = new Set<Item>();
    for (const item of [...this.#rows.items, ...this.#newest.items]) {
      if (item.kind !== "message" || item.seq === undefined || !erased.has(item.seq)) continue;
      item.text = ERASED;
      changed.add(item);
    }
    this.#rows.redrawAll(changed);
  }

  /**
   * Goes to the newest items.
   *
   * @returns All rows are other ones.
   */
  toNewest(): boolean {
    const isElsewhere = !this.#isLive || this.#rows.length === 0;
    if (isElsewhere) {
      this.#rows.replace(this.#newest.last(MAX_ROWS));
      this.#atBeginning = false;
    }
    this.#isLive = true;
    return isElsewhere;
  }

  /** Draws all rows anew. */
  redraw(): void {
    this.#rows.redrawAll();
  }

  /** Draws no rows any more, and remembers the newest items. */
  empty(): void {
    this.#rows.replace([]);
  }

  /** Forgets all. */
  clear(): void {
    this.#newest.clear();
    this.#rows.replace([]);
    this.#isLive = true;
    this.#atBeginning = false;
  }

  /** A page of what is older: rows at the end that are too many go. */
  older(events: readonly LogEvent[], more: boolean): void {
    const first = more ? events[0]?.seq ?? 0 : 0;
    const items = this.#items(events, first, this.#rows.firstSeq ?? endOf(events))
      .filter((item) => !this.#rows.has(item));
    this.#atBeginning = !more || items.length === 0;
    this.#frame.drawTop(!more);
    if (items.length > 0 && this.#rows.prepend(items)) this.#isLive = false;
  }

  /** A page of what is newer: rows at the beginning that are too many go. */
  newer(events: readonly LogEvent[]): void {
    const last = this.#rows.lastSeq;
    const newer = events.filter(({ seq }) => seq > last);
    this.#rows.append(this.#items(newer, last + 1, endOf(events)));
    this.joinNewest(Math.max(last, endOf(events) - 1));
    this.#dropFirst(false);
  }

  /** A page around a place; its row is told apart and comes into sight. */
  around(events: readonly LogEvent[], seq: number): void {
    this.#isLive = false;
    this.#atBeginning = false;
    this.#rows.replace(this.#items(events, events[0]?.seq ?? 0, endOf(events)));
    const row = this.#rows.find(seq);
    row?.classList.add("found");
    row?.scrollIntoView({ block: "center" });
  }

  /**
   * Goes on with what is remembered, where that follows.
   *
   * @param last `seq` of the last event that is drawn.
   * @returns False: what follows has to be asked for.
   */
  joinNewest(last: number = this.lastSeq): boolean {
    const known = this.#newest.firstSeq;
    if (known === undefined || last < known - 1) return false;
    const rest = this.#newest.after(last);
    this.#rows.append(rest.slice(0, MAX_ROWS / 2));
    if (rest.length <= MAX_ROWS / 2) {
      this.#isLive = true;
      this.#newest.drawn();
    }
    this.#dropFirst(false);
    return true;
  }

  /** Tells the day of the first row above it. */
  drawDay(): void {
    this.#frame.drawDay(this.#rows.firstDay);
  }

  /** At the end it is scrolled there anyway: no need to measure. */
  #dropFirst(isStuck: boolean): void {
    if (this.#rows.dropFirst({ keepPlace: !isStuck })) this.#atBeginning = false;
  }

  #items(events: readonly LogEvent[], from: number, to: number): Item[] {
    const { context, directs } = this.#options;
    return itemsOf(events, { me: context().me, directs, from, to });
  }
}

/** The `seq` behind the last one of a page. */
function endOf(events: readonly LogEvent[]): number {
  return (events.at(-1)?.seq ?? 0) + 1;
}
