/**
 * Repeatable chance for tests.
 *
 * @module
 */

/**
 * Numbers from 0 to below 1 that look random: mulberry32.
 *
 * @param seed The same one gives the same numbers.
 */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}
