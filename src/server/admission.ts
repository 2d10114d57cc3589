/**
 * How many may come in, in all and from one address.
 *
 * @module
 */

/** Limits of {@linkcode Admission}. */
export interface AdmissionLimits {
  /** Connections in all. */
  readonly maxClients: number;
  /** Connections from one address; 0 is no limit: a class may sit behind one. */
  readonly maxPerAddress: number;
}

/** Counts connections. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  /** Nobody is in yet. */
  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** How many are in. */
  get total(): number {
    return this.#total;
  }

  /**
   * Lets a connection in, if there is a place for it.
   *
   * @param address Its IP address.
   * @returns Null when it is in (its end must be told by {@linkcode leave}); otherwise one line
   * that says why not.
   */
  enter(address: string): string | null {
    const { maxClients, maxPerAddress } = this.#limits;
    if (this.#total >= maxClients) {
      return `The room is full: ${maxClients} of ${maxClients} places are taken. Try again later.`;
    }
    const here = this.#byAddress.get(address) ?? 0;
    if (maxPerAddress > 0 && here >= maxPerAddress) {
      return `The room is full for ${address}: ${here} of ${maxPerAddress} places for one ` +
        "address are taken. Try again later.";
    }
    this.#byAddress.set(address, here + 1);
    this.#total++;
    return null;
  }

  /** A connection that was let in has ended. */
  leave(address: string): void {
    const here = (this.#byAddress.get(address) ?? 1) - 1;
    if (here <= 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, here);
    this.#total--;
  }
}
