/**
 * One password is tried at a time for each address, however many connections it opens; other
 * addresses never wait for it. Of those that wait the newest and the oldest take turns: somebody
 * who knows the password is let in soon, whether thousands wait or new ones keep coming.
 *
 * @module
 */

/** Lets one guess in at a time for each address. */
export class Guesses {
  /** Who waits, by the address of which one is being tried. */
  readonly #waiting = new Map<string, (() => void)[]>();
  /** Whose turn is next: that of who has waited longest, or of who came last. */
  #oldestNext = false;

  /**
   * Asks for a turn, which {@linkcode leave} ends.
   *
   * @param address As `networkOf` gives it.
   * @param go Called when it is there: now, or later.
   * @returns Gives up waiting; harmless once `go` was called.
   */
  enter(address: string, go: () => void): () => void {
    const queue = this.#waiting.get(address);
    if (queue === undefined) {
      this.#waiting.set(address, []);
      go();
      return () => {};
    }
    queue.push(go);
    return () => {
      const at = queue.indexOf(go);
      if (at >= 0) queue.splice(at, 1);
    };
  }

  /** Ends a turn. */
  leave(address: string): void {
    const queue = this.#waiting.get(address);
    const next = this.#oldestNext ? queue?.shift() : queue?.pop();
    this.#oldestNext = !this.#oldestNext;
    if (next === undefined) this.#waiting.delete(address);
    else next();
  }
}
