/**
 * The parts of a log that a client wrote itself and is not shown again.
 *
 * @module
 */

/**
 * Ranges that are kept before those that the window has dropped are looked for: a sender that reads
 * nothing must not pile them up.
 */
const MANY = 1_024;

/** Ranges of positions, rising and apart. */
export class OwnRanges {
  /** Where the next range begins; `Infinity` when there is none. Changed here alone. */
  start: number = Infinity;
  /** Where it ends. */
  end: number = Infinity;
  /** As start, end, start, end …. */
  #edges: number[] = [];

  /**
   * Adds a range.
   *
   * @param start May be before the range added last, and then overlaps none.
   * @param end Behind its last byte.
   * @param oldest Position of the oldest byte that there still is.
   */
  add(start: number, end: number, oldest: number): void {
    const last = this.#edges.length - 1;
    if (last >= 0 && this.#edges[last] === start) {
      this.#edges[last] = end;
      this.#noteFirst();
      return;
    }
    if (this.#edges.length >= 2 * MANY) this.forget(oldest);
    let at = this.#edges.length;
    while (at > 0 && this.#edges[at - 1]! > start) at -= 2;
    if (at === this.#edges.length) this.#edges.push(start, end);
    else this.#edges.splice(at, 0, start, end);
    this.#noteFirst();
  }

  /** Forgets the ranges that end at or before a position. */
  forget(position: number): void {
    let count = 0;
    while (count < this.#edges.length && this.#edges[count + 1]! <= position) count += 2;
    if (count > 0) this.#edges.splice(0, count);
    this.#noteFirst();
  }

  /** Forgets everything. */
  clear(): void {
    this.#edges = [];
    this.#noteFirst();
  }

  #noteFirst(): void {
    this.start = this.#edges[0] ?? Infinity;
    this.end = this.#edges[1] ?? Infinity;
  }
}
