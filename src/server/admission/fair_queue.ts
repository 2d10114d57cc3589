/**
 * Who is next, of those who wait for the same thing: who has had least of it, and who has waited
 * longest, take turns. So somebody who comes for the first time does not wait for hundreds who come
 * again and again, and nobody waits for ever.
 *
 * @module
 */

interface Waiting {
  /** How often it has had its turn. */
  readonly had: number;
  readonly go: () => void;
}

/** Those who wait at one address. */
export class FairQueue {
  readonly #waiting: Waiting[] = [];
  #oldestNext = false;

  /** How many wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /**
   * Takes one more.
   *
   * @param had How often it has had its turn before.
   * @param go Called by {@linkcode next}.
   * @returns Gives up waiting; harmless later.
   */
  push(had: number, go: () => void): () => void {
    const waiting = { had, go };
    this.#waiting.push(waiting);
    return () => {
      const at = this.#waiting.indexOf(waiting);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  }

  /** Lets one go on; false when none waits. */
  next(): boolean {
    const index = this.#oldestNext ? 0 : this.#newestOfLeast();
    this.#oldestNext = !this.#oldestNext;
    const [waiting] = this.#waiting.splice(index, 1);
    waiting?.go();
    return waiting !== undefined;
  }

  #newestOfLeast(): number {
    let least = 0;
    for (const [index, { had }] of this.#waiting.entries()) {
      if (had <= this.#waiting[least]!.had) least = index;
    }
    return least;
  }
}
