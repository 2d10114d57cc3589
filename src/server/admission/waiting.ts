/**
 * What waits in the server for its clients, all together: unread replies, unfinished lines,
 * segments that only a stalled reader holds. Past the bound the address that holds most loses the
 * connections that hold it.
 *
 * @module
 */

import type { Account } from "./accounts.ts";

/** Bytes that may wait in all: a thousand clients seldom have one megabyte between them. */
export const MAX_WAITING_BYTES = 32 * 1024 * 1024;

/** So much is left when connections had to go, or the next byte would end the next one. */
const RELIEVED_BYTES = MAX_WAITING_BYTES * 3 / 4;

/** A connection for which something waits. */
export interface Holder {
  /** Of its address. */
  readonly account: Account;
  /** Bytes that wait for it. */
  readonly waitingBytes: number;
  /** It is on its way out. */
  readonly leaving: boolean;
  /** Ends it, and gives back what it holds. */
  cutOff(): void;
}

/** Sums up what waits, and hangs up on the largest holders past the bound. */
export class Waiting {
  readonly #holders: () => Iterable<Holder>;
  readonly #onCut: (address: string, connections: number) => void;
  #bytes = 0;
  #relieving = false;

  /**
   * Nothing waits.
   *
   * @param holders All connections.
   * @param onCut Told when connections of an address had to go.
   */
  constructor(
    holders: () => Iterable<Holder>,
    onCut: (address: string, connections: number) => void,
  ) {
    this.#holders = holders;
    this.#onCut = onCut;
  }

  /** Bytes that wait in all. */
  get bytes(): number {
    return this.#bytes;
  }

  /** More waits for an account's connections; less, when negative. */
  add(account: Account, bytes: number): void {
    account.waitingBytes += bytes;
    this.#bytes += bytes;
    if (this.#bytes > MAX_WAITING_BYTES && !this.#relieving) this.#relieve();
  }

  #relieve(): void {
    this.#relieving = true;
    while (this.#bytes > RELIEVED_BYTES) {
      const byAccount = new Map<Account, Holder[]>();
      for (const holder of this.#holders()) {
        if (holder.waitingBytes === 0) continue;
        const known = byAccount.get(holder.account);
        if (known === undefined) byAccount.set(holder.account, [holder]);
        else known.push(holder);
      }
      let most: Account | undefined;
      for (const account of byAccount.keys()) {
        if (most === undefined || account.waitingBytes > most.waitingBytes) most = account;
      }
      if (most === undefined) break;
      const holders = byAccount.get(most)!.sort((a, b) => b.waitingBytes - a.waitingBytes);
      let cut = 0;
      for (const holder of holders) {
        if (this.#bytes <= RELIEVED_BYTES) break;
        holder.cutOff();
        cut++;
      }
      this.#onCut(most.address, cut);
    }
    this.#relieving = false;
  }
}
