/**
 * Batches that the stream has stored, on their way into the store of this server: one, or more
 * while the store fails. Then there is an end to what is kept: nothing more is taken from the
 * stream, and what was missed is fetched when the store works again.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import type { CommandBatch } from "./batch_codec.ts";

/** What is kept while the store fails, as it was published: some 20 MB when it is read. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

/** What {@linkcode HeardBatches} work with. */
export interface HeardOptions {
  /** Settles a batch. @returns False: the store has refused it, and it is to be settled again. */
  readonly settle: (seq: number, batch: CommandBatch) => boolean;
  /** Called when nothing more can be taken, and when it can again. */
  readonly hold: (isHeld: boolean) => void;
  /** Told when that is so because of the store, and when it is over. */
  readonly onStuck: (isStuck: boolean) => void;
  /** Time. */
  readonly clock: Clock;
}

/** Stored batches that are not settled yet. */
export class HeardBatches {
  readonly #options: HeardOptions;
  #waiting: { readonly seq: number; readonly batch: CommandBatch }[] = [];
  #bytes = 0;
  #isHeld = false;
  #isPaused = false;
  #isTold = false;
  /** Since when the store fails; null: it does not. */
  #stuckAt: number | null = null;

  /** There are none. */
  constructor(options: HeardOptions) {
    this.#options = options;
  }

  /** How many there are. */
  get size(): number {
    return this.#waiting.length;
  }

  /** For how long the first has waited for the store, in milliseconds; 0: none waits. */
  get stuckMs(): number {
    return this.#stuckAt === null ? 0 : this.#options.clock.now() - this.#stuckAt;
  }

  /**
   * Takes the next one, and settles it unless others wait already.
   *
   * @param bytes How long it was when it was published.
   */
  add(seq: number, batch: CommandBatch, bytes: number): void {
    this.#bytes += bytes;
    if (this.#waiting.push({ seq, batch }) === 1) return this.settle();
    if (this.#bytes > MAX_KEPT_BYTES) this.#hold(true);
  }

  /** Settles nothing until what it returns is called. */
  pause(): () => void {
    this.#isPaused = true;
    return () => {
      this.#isPaused = false;
      this.settle();
    };
  }

  /** Settles what can be settled now. */
  settle(): void {
    if (this.#isPaused) return;
    const { clock, settle } = this.#options;
    for (const [index, { seq, batch }] of this.#waiting.entries()) {
      if (settle(seq, batch)) continue;
      this.#stuckAt ??= clock.now();
      this.#waiting.splice(0, index);
      return;
    }
    this.clear();
    this.#hold(false);
  }

  /** None is to be settled any more. */
  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
    this.#stuckAt = null;
  }

  #hold(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    this.#options.hold(isHeld);
    if (isHeld ? this.#stuckAt === null : !this.#isTold) return;
    this.#isTold = isHeld;
    this.#options.onStuck(isHeld);
  }
}
