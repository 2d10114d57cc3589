/**
 * The ratio of two programs from pairs of runs, and how sure it is.
 *
 * @module
 */

/** A ratio and the interval that holds the true one in 95 of 100 such measurements. */
export interface Ratio {
  /** The geometric mean: twice as much and half as much give 1. */
  readonly mean: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
}

/**
 * The mean of some ratios, by their logarithms, with Student's interval.
 *
 * @param ratios Five or more, each above 0.
 * @throws {RangeError} When there are fewer.
 */
export function ratioOf(ratios: readonly number[]): Ratio {
  const count = ratios.length;
  if (count < 5) throw new RangeError(`A ratio needs 5 pairs or more: got ${count}.`);
  const logs = ratios.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / count;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const error = Math.sqrt(squares / (count - 1) / count);
  const half = quantileOfT(count - 1) * error;
  return { mean: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half) };
}

/**
 * The 97.5% quantile of Student's t, by the first terms of its Cornish-Fisher expansion: within 1%
 * from 4 degrees of freedom on.
 */
function quantileOfT(freedom: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / (4 * freedom);
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3);
  return z + first + second + third;
}
