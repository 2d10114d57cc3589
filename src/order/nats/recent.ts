/**
 * The newest messages of a stream that we have seen, to find them again after its leader was away:
 * a NATS that lost its end has others under their numbers.
 *
 * @module
 */

import { batchHash, type StreamPosition } from "./stream.ts";

/** What was under way when a leader fell is in the newest ones. */
const MAX_MESSAGES = 64;

/** Of large messages fewer are kept. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The newest messages of a stream. */
export class RecentMessages {
  /** By number, oldest first; a text is a {@linkcode batchHash}. */
  readonly #messages = new Map<number, Uint8Array | string>();
  #bytes = 0;

  /**
   * None have come yet.
   *
   * @param from What was seen before; its hash is compared, if there is one.
   */
  constructor({ seq, hash }: StreamPosition) {
    if (hash !== null) this.#messages.set(seq, hash);
  }

  /** Their numbers, oldest first. */
  get seqs(): number[] {
    return [...this.#messages.keys()];
  }

  /** Another one has come. */
  add(seq: number, data: Uint8Array): void {
    this.#messages.set(seq, data);
    this.#bytes += data.length;
    for (const [oldest, message] of this.#messages) {
      if (this.#messages.size <= MAX_MESSAGES && this.#bytes <= MAX_BYTES) return;
      if (oldest === seq) return;
      this.#messages.delete(oldest);
      if (typeof message !== "string") this.#bytes -= message.length;
    }
  }

  /** Whether this is what we have seen under that number. */
  isSame(seq: number, data: Uint8Array): boolean {
    const seen = this.#messages.get(seq);
    if (seen === undefined) return true;
    if (typeof seen === "string") return batchHash(data) === seen;
    return seen.length === data.length && seen.every((byte, i) => byte === data[i]);
  }
}
