/**
 * What the joins of one address wait for: they share its tokens, and nobody there keeps the others
 * out. Each connection waits for one thing at a time, and tokens are given one by one, to each in
 * its turn. Those who come to the server have most of them: people who are in already go from room
 * to room as often as they like, and are not to be in the way of a class that comes.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import { TokenBucket } from "./allowance.ts";

/**
 * Of so many tokens one is for people who are in already: a storm of newcomers does not keep them
 * out of rooms.
 */
const TOKENS_A_ROUND = 5;

interface Waiting {
  /** Tokens that it still has to get. */
  missing: number;
  readonly go: () => void;
}

/** Lets the joins of one address go on. */
export class Joins {
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  /** Those who come to the server: for their first token. */
  readonly #newcomers: Waiting[] = [];
  /** Those who are in, and newcomers for what further rooms cost. */
  readonly #others: Waiting[] = [];
  #given = 0;
  /** Calls off the token that is on its way; null: none is. */
  #stop: (() => void) | null = null;

  /**
   * Nobody waits yet.
   *
   * @param perSecond Joins, 1 or more; five times that at once.
   */
  constructor(perSecond: number, clock: Clock) {
    this.#clock = clock;
    this.#bucket = new TokenBucket(perSecond, clock.now());
  }

  /** Pays for so many rooms at once; false, and nothing is paid: that has to be waited for. */
  payNow(rooms: number): boolean {
    if (this.#isWaitedFor) return false;
    if (this.#bucket.take(rooms, this.#clock.now()) === 0) return true;
    this.#bucket.giveBack(rooms);
    return false;
  }

  /**
   * Waits until so many rooms are paid for.
   *
   * @param rooms 1 or more.
   * @param options.isNewcomer It is not on the server yet.
   * @param options.go Called then.
   * @returns Gives up waiting; harmless once `go` was called.
   */
  wait(
    rooms: number,
    { isNewcomer, go }: { readonly isNewcomer: boolean; readonly go: () => void },
  ): () => void {
    const waiting = { missing: rooms, go };
    (isNewcomer ? this.#newcomers : this.#others).push(waiting);
    this.#giveDue();
    return () => this.#giveUp(waiting, rooms);
  }

  get #isWaitedFor(): boolean {
    return this.#newcomers.length + this.#others.length > 0;
  }

  /** Gives what is there, and then one token after the other when it comes. */
  #giveDue(): void {
    while (this.#stop === null && this.#isWaitedFor) {
      const waitMs = this.#bucket.take(1, this.#clock.now());
      if (waitMs === 0) this.#give();
      else this.#stop = this.#clock.after(waitMs, () => this.#come());
    }
  }

  /** A token has come, for who is next now. */
  #come(): void {
    this.#stop = null;
    this.#give();
    this.#giveDue();
  }

  #give(): void {
    const isForOthers = ++this.#given % TOKENS_A_ROUND === 0 || this.#newcomers.length === 0;
    const queue = isForOthers && this.#others.length > 0 ? this.#others : this.#newcomers;
    const waiting = queue.shift()!;
    if (--waiting.missing === 0) waiting.go();
    else this.#others.push(waiting);
  }

  #giveUp(waiting: Waiting, rooms: number): void {
    const queue = [this.#newcomers, this.#others].find((one) => one.includes(waiting));
    if (queue === undefined) return;
    queue.splice(queue.indexOf(waiting), 1);
    this.#bucket.giveBack(rooms - waiting.missing);
    if (this.#isWaitedFor || this.#stop === null) return;
    this.#stop();
    this.#stop = null;
    this.#bucket.giveBack(1);
  }
}
