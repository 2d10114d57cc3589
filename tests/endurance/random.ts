/**
 * Chance that can be had again: all of a run's dice come from one seed, which is printed. What the
 * operating system does with the bytes is not in our hands, so a repeated run takes the same
 * decisions, not the same microseconds.
 *
 * @module
 */

/** Seeds are 1 to this: easy to type. */
export const MAX_SEED = 999_999_999;

/** A stream of random numbers, the xorshift of 32 bits (Marsaglia, 2003). */
export class Random {
  #state: number;

  /**
   * Begins a stream.
   *
   * @param seed 1 to {@linkcode MAX_SEED}.
   */
  constructor(seed: number) {
    // Neighbouring seeds must not begin alike, and the state must not be 0.
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x6b696c6c) | 1;
    for (let i = 0; i < 16; i++) this.next();
  }

  /** At least 0, less than 1. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) / 2 ** 32;
  }

  /** A whole number, at least 0, less than `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /**
   * One of some things.
   *
   * @param things 1 or more.
   */
  pick<T>(things: readonly T[]): T {
    return things[this.below(things.length)]!;
  }

  /**
   * A whole number from `min` to `max`, each power of ten as likely as the next: small ones matter
   * as much as large ones.
   */
  logUniform(min: number, max: number): number {
    return Math.round(min * (max / min) ** this.next());
  }

  /** A stream of its own, so that what one client does leaves the dice of the others alone. */
  fork(): Random {
    return new Random(1 + this.below(MAX_SEED));
  }
}

/** A seed for a run that was given none. */
export function anySeed(): number {
  return 1 + Math.floor(Math.random() * MAX_SEED);
}
