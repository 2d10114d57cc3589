/**
 * Direct messages, which no server keeps: this tab does, each with its place in the log, so that
 * they stand where they stood after a reload and after scrolling back.
 *
 * @module
 */

import type { DirectMessage } from "../../protocol/messages.ts";
import { directItem, type MessageItem } from "./item.ts";
import type { KeptDirects } from "./memory.ts";

/**
 * Messages that are kept, and their characters: the browser gives a page some megabytes, and
 * somebody may be in 20 rooms.
 */
const MAX_KEPT = 500;
const MAX_KEPT_CHARS = 200_000;

/** A message with its row, which is the same wherever it is shown. */
interface Shown {
  seq: number;
  readonly event: DirectMessage;
  readonly item: MessageItem;
}

/** As many of the last messages as are kept. */
export function newestOf<T extends { readonly event: DirectMessage }>(all: readonly T[]): T[] {
  let chars = 0;
  const tooOld = all.findLastIndex(({ event }) => (chars += event.text.length) > MAX_KEPT_CHARS);
  return all.slice(tooOld + 1).slice(-MAX_KEPT);
}

/** The direct messages that came while one room was shown, oldest first. */
export class Directs {
  readonly #onChanged: () => void;
  #log: string;
  #all: Shown[];
  /** So many of the first ones have been told. */
  #told = 0;
  /** `seq` of the newest event that was told; 0: none yet. */
  #seq = 0;

  /**
   * Begins with what a reload left.
   *
   * @param onChanged Is told when there is something to be remembered.
   */
  constructor({ log, kept }: KeptDirects, onChanged: () => void) {
    this.#onChanged = onChanged;
    this.#log = log;
    this.#all = kept.map(({ seq, event, own }) => (
      { seq, event, item: directItem(event, own ? event.from : event.to) }
    ));
  }

  /** To be remembered over a reload. */
  get kept(): KeptDirects {
    const kept = this.#all.map(({ seq, event, item: { own } }) => ({ seq, event, own }));
    return { log: this.#log, kept };
  }

  /** An event of the log was told. */
  get hasBegun(): boolean {
    return this.#seq > 0;
  }

  /** The room is shown from its beginning again: nothing has been told. */
  restart(): void {
    this.#told = 0;
    this.#seq = 0;
  }

  /**
   * Takes over the messages of a room that was left: they are the newest here.
   *
   * @returns What is to be shown now; the rest is told in its turn.
   */
  adopt(kept: KeptDirects["kept"]): MessageItem[] {
    const isTold = this.#told === this.#all.length && this.#seq > 0;
    for (const { event, own } of kept) {
      const item = directItem(event, own ? event.from : event.to);
      this.#all.push({ seq: this.#seq, event, item });
    }
    this.#trim();
    this.#onChanged();
    return isTold ? this.#tell(() => true).map(({ item }) => item) : [];
  }

  /** The server has this log. In another one, nothing has a place: all were before it. */
  inLog(log: string): void {
    if (log === this.#log) return;
    this.#log = log;
    this.restart();
    for (const shown of this.#all) shown.seq = 0;
    this.#onChanged();
  }

  /** One has come; gives what is to be shown. */
  add(event: DirectMessage, name: string): MessageItem {
    const item = directItem(event, name);
    this.#all.push({ seq: this.#seq, event, item });
    this.#trim();
    this.#told = this.#all.length;
    this.#onChanged();
    return item;
  }

  #trim(): void {
    const before = this.#all.length;
    this.#all = newestOf(this.#all);
    this.#told = Math.max(0, this.#told - (before - this.#all.length));
  }

  /** An event of the log is told next; gives what stands before it and was not told yet. */
  before(seq: number): MessageItem[] {
    // The log does not begin with this one: what is older comes with the page before it.
    const from = this.#seq === 0 && seq > 1 ? seq : 0;
    this.#seq = seq;
    return this.#tell((shown) => shown.seq < seq).filter((shown) => shown.seq >= from)
      .map(({ item }) => item);
  }

  /** All events up to this one have been told; gives what stands behind them. */
  upTo(seq: number): MessageItem[] {
    return this.#seq < seq ? [] : this.#tell(() => true).map(({ item }) => item);
  }

  /** Those that came when `from` or a later event was the newest one, and before `to`. */
  between(from: number, to: number): MessageItem[] {
    return this.#all.filter(({ seq }) => seq >= from && seq < to).map(({ item }) => item);
  }

  #tell(isNext: (shown: Shown) => boolean): Shown[] {
    const told = this.#told;
    while (this.#told < this.#all.length && isNext(this.#all[this.#told]!)) this.#told++;
    return this.#all.slice(told, this.#told);
  }
}
