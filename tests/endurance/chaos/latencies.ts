/**
 * Many durations in little memory: a counter for each step of a scale on which neighbours differ by
 * 2%, so that what is read from it is right to 1%.
 *
 * @module
 */

const STEP = Math.log(1.02);

/** Everything below counts as this: one microsecond. */
const LEAST_MS = 0.001;

/** A scale up to 24 hours. */
const STEPS = Math.ceil(Math.log(86_400_000 / LEAST_MS) / STEP) + 1;

/** See the module. */
export class Latencies {
  readonly #counts = new Uint32Array(STEPS);
  #total = 0;
  #maxMs = 0;

  /** How many there are. */
  get total(): number {
    return this.#total;
  }

  /** The longest one, in milliseconds; 0 when there is none. */
  get maxMs(): number {
    return this.#maxMs;
  }

  /** Adds a duration in milliseconds. */
  add(ms: number): void {
    const step = Math.round(Math.log(Math.max(ms, LEAST_MS) / LEAST_MS) / STEP);
    const index = Math.min(step, STEPS - 1);
    this.#counts[index] = this.#counts[index]! + 1;
    this.#total++;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  /**
   * The duration that so many of them do not exceed.
   *
   * @param share 0.5 for the median, 0.99 …
   * @returns Milliseconds; NaN when there is none.
   */
  quantile(share: number): number {
    let left = Math.ceil(this.#total * share);
    for (const [step, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0 && this.#total > 0) return LEAST_MS * Math.exp(step * STEP);
    }
    return NaN;
  }
}
