/**
 * A bound for what is remembered.
 *
 * @module
 */

/** A map or a set: its oldest entry comes first. */
export type Remembered<K> = Map<K, unknown> | Set<K>;

/**
 * Forgets what has been remembered for the longest time.
 *
 * @param most So many entries stay.
 */
export function forgetOldest<K>(remembered: Remembered<K>, most: number): void {
  if (remembered.size <= most) return;
  for (const oldest of remembered.keys()) {
    remembered.delete(oldest);
    if (remembered.size <= most) return;
  }
}
