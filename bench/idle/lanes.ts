/**
 * Many pieces of work, a bounded number of them at a time.
 *
 * @module
 */

/**
 * Does all of them: each lane takes the next one when it has done one.
 *
 * @param count How many pieces.
 * @param lanes How many at a time, 1 or more.
 * @param work Does the piece of an index, 0 or more.
 * @throws What the first failing piece throws; no lane begins another one then.
 */
export async function inLanes(
  count: number,
  lanes: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  async function lane(): Promise<void> {
    while (next < count) {
      try {
        await work(next++);
      } catch (error) {
        next = count;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane));
}
