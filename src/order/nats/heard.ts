/**
 * Batches that the stream has stored, on their way into the store of this server: one, or more
 * while the store fails, or when many come at once, since clients have their turn in between. There
 * is an end to what is kept: nothing more is taken from the stream then, and what was missed is
 * fetched when this is done.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import { REST_MS, WORK_MS } from "../../net/turns.ts";

/** What is kept, as it was published. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

/** What {@linkcode HeardBatches} work with. */
export interface HeardOptions {
  /** Settles a batch. @returns False: the store has refused it, and it is to be settled again. */
  readonly settle: (seq: number, batch: Uint8Array) => boolean;
  /** Whether anybody waits for a turn: else all is settled at once. */
  readonly mayRest: () => boolean;
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
  #waiting: { readonly seq: number; readonly batch: Uint8Array }[] = [];
  #bytes = 0;
  #isHeld = false;
  #isPaused = false;
  #isTold = false;
  /** How long it has settled without a rest, and when it did so last, in milliseconds. */
  #workedMs = 0;
  #workedAt = -Infinity;
  #endRest: (() => void) | null = null;
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

  /** Takes the next one, and settles it unless others wait already. */
  add(seq: number, batch: Uint8Array): void {
    this.#bytes += batch.length;
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
    if (this.#isPaused || this.#endRest !== null) return;
    const { clock, settle } = this.#options;
    for (const [index, { seq, batch }] of this.#waiting.entries()) {
      if (this.#rest()) return this.#settled(index);
      const beganAt = clock.now();
      const isSettled = settle(seq, batch);
      this.#workedAt = clock.now();
      this.#workedMs += this.#workedAt - beganAt;
      if (isSettled) {
        this.#stuckAt = null;
        continue;
      }
      this.#stuckAt ??= clock.now();
      return this.#settled(index);
    }
    this.clear();
    this.#hold(false);
  }

  /** So many of the first ones are. */
  #settled(count: number): void {
    for (const { batch } of this.#waiting.splice(0, count)) this.#bytes -= batch.length;
  }

  /** Leaves the others a turn where it is their turn, and goes on after that. */
  #rest(): boolean {
    const { clock, mayRest } = this.#options;
    // Whoever waited has had as long a rest already: 200 batches a second are no reason for one.
    if (clock.now() - this.#workedAt >= REST_MS) this.#workedMs = 0;
    if (this.#workedMs < WORK_MS || !mayRest()) return false;
    this.#workedMs = 0;
    this.#endRest = clock.after(REST_MS, () => {
      this.#endRest = null;
      this.settle();
    });
    return true;
  }

  /** Settles nothing by itself any more. */
  close(): void {
    this.#endRest?.();
    this.#endRest = null;
    this.#isPaused = true;
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
