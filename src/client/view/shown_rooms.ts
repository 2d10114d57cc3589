/**
 * In which order rooms were shown: when the one that is shown goes, the one before it comes back.
 *
 * @module
 */

/** Names of the rooms that were shown, each once. */
export class ShownRooms {
  /** The last one last. */
  #names: string[] = [];

  /** The one that is shown; undefined: there is none. */
  get current(): string | undefined {
    return this.#names.at(-1);
  }

  /** This one is shown from now on. */
  show(name: string): void {
    this.remove(name);
    this.#names.push(name);
  }

  /** This one is there no more. */
  remove(name: string): void {
    this.#names = this.#names.filter((shown) => shown !== name);
  }

  /** There are none any more. */
  clear(): void {
    this.#names = [];
  }
}
