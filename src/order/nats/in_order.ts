/**
 * Hands over the messages of a stream by number and without gaps. It hears them as they come, which
 * may be late, twice or never, and fetches by number what is missing.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";

/** A message of a stream, without its number. */
export interface Message {
  /** What was published. */
  readonly data: Uint8Array;
  /** When it was stored: milliseconds since 1970; null: not known. */
  readonly storedAtMs: number | null;
}

/** What an {@linkcode InOrder} works with. */
export interface InOrderOptions {
  /** The last message that was handed over before; 0: none. */
  readonly seq: number;
  /** Takes the next message. */
  readonly hand: (seq: number, message: Message) => void;
  /** Gets one message; null: it is not there (yet). May fail, and is tried again then. */
  readonly fetch: (seq: number) => Promise<Message | null>;
  /** Told when the next message is not there after many tries; none follows then. */
  readonly onGone: (seq: number) => void;
  /** Counts the time between tries. */
  readonly clock: Clock;
}

/** How many messages are fetched at a time: enough to hide the way to NATS and back. */
const FETCHES = 64;

/** What came too early is kept up to so many bytes, and fetched later beyond that. */
const MAX_AHEAD_BYTES = 32 * 1024 * 1024;

/** Between two tries to fetch; an election of NATS takes seconds. */
const RETRY_MS = 250;

/** A new leader may not have applied yet what it has: after 10 s it has, or never will. */
const MAX_MISSING = 40;

/** Hands over messages by number, without gaps. */
export class InOrder {
  readonly #options: InOrderOptions;
  readonly #ahead = new Map<number, Message>();
  #aheadBytes = 0;
  #seq: number;
  /** The newest number that is known to be stored. */
  #target: number;
  #fetching = false;
  #isHeld = false;
  #waiting: { readonly seq: number; readonly tell: (handed: boolean) => void }[] = [];
  #closed = false;
  #stopPause: (() => void) | undefined;

  /** Nothing is known to be missing. */
  constructor(options: InOrderOptions) {
    this.#options = options;
    this.#seq = options.seq;
    this.#target = options.seq;
  }

  /** The last message that was handed over; 0: none. */
  get seq(): number {
    return this.#seq;
  }

  /** How many messages are known to be stored, and have not been handed over. */
  get behind(): number {
    return this.#target - this.#seq;
  }

  /** Hands over nothing more, and keeps no more; or goes on, and fetches what was missed. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld) return this.#tellWaiting();
    this.#drain();
    this.#stopPause?.();
    this.need(this.#target);
  }

  /** Takes a message that came by itself. */
  heard(seq: number, message: Message): void {
    if (this.#closed || seq <= this.#seq) return;
    if (this.#isHeld) this.need(seq);
    else if (seq === this.#seq + 1) {
      this.#hand(seq, message);
      if (this.#ahead.size > 0) this.#drain();
    } else {
      if (this.#aheadBytes + message.data.length <= MAX_AHEAD_BYTES) this.#keep(seq, message);
      this.need(seq);
    }
  }

  /** Everything up to this number is stored, and wanted. */
  need(seq: number): void {
    if (seq > this.#target) this.#target = seq;
    if (this.#fetching || this.#isHeld || this.#closed) return;
    if (this.#target > this.#seq) void this.#fetchMissing();
  }

  /**
   * Waits for everything up to a number.
   *
   * @returns Whether it has been handed over, or nothing is at present: see {@linkcode hold};
   * `false`: somebody gave up waiting.
   */
  handed(seq: number): Promise<boolean> {
    this.need(seq);
    if (this.#seq >= seq || this.#isHeld || this.#closed) return Promise.resolve(!this.#closed);
    return new Promise((tell) => this.#waiting.push({ seq, tell }));
  }

  /** Nobody waits any more; what is missing is fetched all the same. */
  giveUp(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { tell } of waiting) tell(false);
  }

  /** Hands over nothing more. */
  close(): void {
    this.#closed = true;
    this.#ahead.clear();
    this.#stopPause?.();
    this.giveUp();
  }

  #hand(seq: number, message: Message): void {
    this.#takeKept(seq);
    this.#seq = seq;
    if (seq > this.#target) this.#target = seq;
    this.#options.hand(seq, message);
  }

  #keep(seq: number, message: Message): void {
    if (this.#ahead.has(seq)) return;
    this.#ahead.set(seq, message);
    this.#aheadBytes += message.data.length;
  }

  #takeKept(seq: number): void {
    const message = this.#ahead.get(seq);
    if (message === undefined) return;
    this.#ahead.delete(seq);
    this.#aheadBytes -= message.data.length;
  }

  /** Hands over what was kept and comes next now. */
  #drain(): void {
    for (let seq = this.#seq + 1; !this.#isHeld; seq++) {
      const message = this.#ahead.get(seq);
      if (message === undefined) return;
      this.#hand(seq, message);
    }
  }

  async #fetchMissing(): Promise<void> {
    this.#fetching = true;
    for (let missing = 0; !this.#isHeld && this.#seq < this.#target;) {
      const next = this.#seq + 1;
      const answers = await Promise.all(this.#missing().map((seq) => this.#fetch(seq)));
      if (this.#closed) return;
      this.#drain();
      this.#tellWaiting();
      if (this.#seq >= next) {
        missing = 0;
        continue;
      }
      if (answers[0] === "missing" && ++missing === MAX_MISSING) {
        this.close();
        this.#options.onGone(next);
        return;
      }
      await this.#pause();
    }
    this.#fetching = false;
    this.#tellWaiting();
  }

  /** The next numbers that are not there. */
  #missing(): number[] {
    const missing: number[] = [];
    for (let seq = this.#seq + 1; seq <= this.#target && missing.length < FETCHES; seq++) {
      if (!this.#ahead.has(seq)) missing.push(seq);
    }
    return missing;
  }

  async #fetch(seq: number): Promise<"fetched" | "missing" | "failed"> {
    try {
      const message = await this.#options.fetch(seq);
      if (message === null) return "missing";
      // It may have come by itself meanwhile.
      if (!this.#closed && seq > this.#seq) this.#keep(seq, message);
      return "fetched";
    } catch {
      return "failed";
    }
  }

  #tellWaiting(): void {
    const upTo = this.#isHeld ? Infinity : this.#seq;
    const due = this.#waiting.filter(({ seq }) => seq <= upTo);
    this.#waiting = this.#waiting.filter(({ seq }) => seq > upTo);
    for (const { tell } of due) tell(true);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(RETRY_MS, resolve);
      this.#stopPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
