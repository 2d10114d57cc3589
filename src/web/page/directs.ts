/**
 * Direct messages, which no server keeps: this tab does, each with its place in the log, so that they
 * stand where they stood after a reload and after scrolling back.
 *
 * @module
 */

import type { DirectMessage } from "../../protocol/messages.ts";
import { directItem, type MessageItem } from "./item.ts";
import { readDirects, writeDirects } from "./memory.ts";

/** Messages that are kept, and their characters: the browser gives a page some megabytes. */
const MAX_KEPT = 500;
const MAX_KEPT_CHARS = 500_000;

/** A message with its row, which is the same wherever it is shown. */
interface Shown {
  seq: number;
  readonly event: DirectMessage;
  readonly item: MessageItem;
}

/** The direct messages of one stay, oldest first. */
export class Directs {
  #log = "";
  #all: Shown[] = [];
  /** So many of the first ones have been told. */
  #told = 0;
  /** `seq` of the newest event that was told; 0: none yet. */
  #seq = 0;

  /** Begins anew: with what a reload left, or with nothing. */
  begin(name: string, { reloaded }: { readonly reloaded: boolean }): void {
    if (!reloaded) writeDirects(undefined);
    const { log, kept } = readDirects();
    this.#log = log;
    this.#all = kept.map(({ seq, event }) => ({ seq, event, item: directItem(event, name) }));
    this.#told = 0;
    this.#seq = 0;
  }

  /** The server has this log. In another one, nothing has a place: all were before it. */
  inLog(log: string): void {
    if (log === this.#log) return;
    this.#log = log;
    this.#told = 0;
    this.#seq = 0;
    for (const shown of this.#all) shown.seq = 0;
    this.#write();
  }

  /** One has come; gives what is to be shown. */
  add(event: DirectMessage, name: string): MessageItem {
    const item = directItem(event, name);
    this.#all.push({ seq: this.#seq, event, item });
    let chars = 0;
    const first = this.#all.findLastIndex((shown) => {
      chars += shown.event.text.length;
      return chars > MAX_KEPT_CHARS;
    }) + 1;
    this.#all = this.#all.slice(Math.max(first, this.#all.length - MAX_KEPT));
    this.#told = this.#all.length;
    this.#write();
    return item;
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

  #write(): void {
    const kept = this.#all.map(({ seq, event }) => ({ seq, event }));
    writeDirects({ log: this.#log, kept });
  }
}
