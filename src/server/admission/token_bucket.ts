/**
 * How fast a client may talk: tokens come at a steady rate, each line costs some, and who has none
 * left is read later. Nothing is refused and nothing is lost; TCP makes the sender wait.
 *
 * @module
 */

/** How many seconds' worth of tokens may be saved up: people paste, then think. */
const BURST_SECONDS = 5;

/** A token bucket that may go into debt. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #tokens: number;
  #at: number;

  /**
   * A full bucket.
   *
   * @param perSecond Tokens that come in a second; 0 is no limit at all.
   * @param now Milliseconds of a clock that never goes back.
   * @param tokens How many there are at first; default: as many as it holds.
   */
  constructor(perSecond: number, now: number, tokens: number = perSecond * BURST_SECONDS) {
    this.#perMs = perSecond / 1000;
    this.#capacity = perSecond * BURST_SECONDS;
    this.#tokens = Math.min(tokens, this.#capacity);
    this.#at = now;
  }

  /** Takes as many tokens as there are, at most so many; returns the number. */
  takeUpTo(most: number, now: number): number {
    this.take(0, now);
    const taken = Math.max(0, Math.min(most, this.#tokens));
    this.#tokens -= taken;
    return taken;
  }

  /** Tokens that it can hold. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Tokens at the last look; less than 0: a debt. */
  get tokens(): number {
    return this.#tokens;
  }

  /** Whether nothing of it is used up. */
  isFull(now: number): boolean {
    return this.#tokens + (now - this.#at) * this.#perMs >= this.#capacity;
  }

  /** Lets a debt go. */
  forgive(now: number): void {
    this.take(0, now);
    this.#tokens = Math.max(0, this.#tokens);
  }

  /** Gives tokens back that were taken for something that did not happen. */
  giveBack(tokens: number): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + tokens);
  }

  /**
   * Takes tokens, more than there are if need be.
   *
   * @param cost How many.
   * @param now Milliseconds of the same clock.
   * @returns Milliseconds to wait before the next line may be read; 0 when there is no debt.
   */
  take(cost: number, now: number): number {
    if (this.#perMs === 0) return 0;
    this.#tokens = Math.min(this.#capacity, this.#tokens + (now - this.#at) * this.#perMs) - cost;
    this.#at = now;
    return this.#tokens >= 0 ? 0 : Math.ceil(-this.#tokens / this.#perMs);
  }
}
