/**
 * Quantiles of samples that are all kept.
 *
 * @module
 */

/**
 * The smallest sample that at least so large a share of all does not exceed (nearest rank).
 *
 * @param sorted Samples in ascending order, at least one.
 * @param share 0.5 for the median, 0.99, up to 1.
 * @throws {RangeError} When there is no sample.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new RangeError("Cannot find a quantile of no samples.");
  return value;
}

/** Several lists of samples as one, in ascending order. */
export function sortedSamples(lists: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, list) => sum + list.length, 0));
  let offset = 0;
  for (const list of lists) {
    all.set(list, offset);
    offset += list.length;
  }
  return all.sort();
}
