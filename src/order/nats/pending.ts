/**
 * How many proposals of this server are not settled yet, and who waits for those of before.
 *
 * @module
 */

/** Counts proposals. They are settled in their order. */
export class Pending {
  readonly #onFault: (error: unknown) => void;
  #proposed = 0;
  #settled = 0;
  #waiting: { readonly settled: number; readonly then: () => void }[] = [];
  #isPatient = true;

  /**
   * None are pending.
   *
   * @param onFault Told of a callback that has thrown: a mistake in the program.
   */
  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  /** How many there are. */
  get size(): number {
    return this.#proposed - this.#settled;
  }

  /** Whether anybody waits for what is pending; if not, who does is called back at once. */
  set isPatient(isPatient: boolean) {
    this.#isPatient = isPatient;
    this.#callBack();
  }

  /** One more is pending. */
  add(): void {
    this.#proposed++;
  }

  /** So many are settled. */
  settle(count: number): void {
    this.#settled += count;
    this.#callBack();
  }

  /** See `Order.whenSettled`. */
  whenSettled(then: () => void): void {
    if (this.size === 0 || !this.#isPatient) then();
    else this.#waiting.push({ settled: this.#proposed, then });
  }

  #callBack(): void {
    if (this.#waiting.length === 0) return;
    const upTo = this.#isPatient ? this.#settled : Infinity;
    const due = this.#waiting.filter(({ settled }) => settled <= upTo);
    this.#waiting = this.#waiting.filter(({ settled }) => settled > upTo);
    for (const { then } of due) {
      try {
        then();
      } catch (error) {
        this.#onFault(error);
      }
    }
  }
}
