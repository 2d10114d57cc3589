/**
 * Who reads a room, and in which order they go on when it has something new.
 *
 * In a large room that order matters: whoever is written to late waits for all writes before, 5 ms
 * in a room of 1,000. Deno keeps the order for the first 256 only; of the others those in the
 * middle come last (see docs/performance.md, "Who is written to first"). So it begins at another
 * place each time.
 *
 * @module
 */

/** Who reads a room: the writer of a connection. */
export interface Reader {
  /**
   * The room has something new.
   *
   * @param nowMs The time, where it is known: one look at the clock does for all who are woken.
   */
  wake(nowMs?: number): void;
}

/**
 * What part of the readers goes to the end before each wake, so that each is in each place once in
 * 16 of them. Moving 63 of 1,000 takes 4 µs.
 */
const ROTATED_SHARE = 1 / 16;

/** All who read one room. */
export class Readers {
  readonly #all = new Set<Reader>();

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** Wakes it from now on. */
  add(reader: Reader): void {
    this.#all.add(reader);
  }

  /** Wakes it no more. */
  delete(reader: Reader): void {
    this.#all.delete(reader);
  }

  /** Lets all go on, others first than the last time. */
  wake(nowMs?: number): void {
    this.#rotate();
    for (const reader of this.#all) reader.wake(nowMs);
  }

  #rotate(): void {
    let left = Math.ceil(this.#all.size * ROTATED_SHARE);
    for (const reader of this.#all) {
      if (left-- === 0) return;
      this.#all.delete(reader);
      this.#all.add(reader);
    }
  }
}
