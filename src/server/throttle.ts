/**
 * When a session's next line may be read: flood control, and patience with a client that does not
 * read the answers it asks for. Waiting here means that nothing is read, so TCP makes the sender
 * wait, too.
 *
 * @module
 */

import type { Line } from "../protocol/framing.ts";
import { MAX_LINE_CHARS } from "../protocol/limits.ts";
import type { Cursor } from "../room/cursor.ts";
import type { Clock } from "./clock.ts";
import { TokenBucket } from "./token_bucket.ts";

/** Characters that a token pays for. */
const TOKEN_CHARS = 1024;

/** What a line costs when it begins to be discarded: all that was read of it. */
const OVERLONG_COST = MAX_LINE_CHARS / TOKEN_CHARS;

/** What each further MiB of it costs, which nobody looks at. */
const DISCARDED_COST = 1;

/** Holds back what one session sends. */
export class Throttle {
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  /** Then not even the clock is asked, which costs as much as the rest of a line. */
  readonly #isOff: boolean;
  #wake: (() => void) | null = null;
  #stopped = false;

  /**
   * Begins with a full bucket.
   *
   * @param rate Tokens a second; 0 is no limit.
   */
  constructor(rate: number, clock: Clock) {
    this.#clock = clock;
    this.#isOff = rate === 0;
    this.#bucket = new TokenBucket(rate, clock.now());
  }

  /** A line is being held back because its sender talks too fast. */
  get slowed(): boolean {
    return this.#wake !== null;
  }

  /**
   * Takes tokens for something that was asked for, beside those of its line.
   *
   * @returns Milliseconds until there is no debt.
   */
  charge(tokens: number): number {
    return this.#bucket.take(tokens, this.#clock.now());
  }

  /**
   * What has to be waited for before a line may be read.
   *
   * @param cursor Of the same session: its outbox must have room for an answer.
   * @returns Null when there is nothing to wait for: then not even a turn is lost.
   */
  admission(line: Line, cursor: Cursor): Promise<void> | null {
    const waitMs = this.#isOff ? 0 : this.charge(costOf(line));
    return waitMs > 0 || cursor.full ? this.#hold(waitMs, cursor) : null;
  }

  /**
   * Waits, for another reason than its talk.
   *
   * @returns Resolves after that time, or at {@linkcode stop}.
   */
  async pause(ms: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = null;
  }

  /** Ends the waiting, now and for good. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  async #hold(waitMs: number, cursor: Cursor): Promise<void> {
    if (waitMs > 0) await this.pause(waitMs);
    while (cursor.full && !this.#stopped) await cursor.drained();
  }
}

/** Tokens for a line: one for each started KiB, the empty line included. */
function costOf(line: Line): number {
  if (typeof line === "string") return Math.max(1, Math.ceil(line.length / TOKEN_CHARS));
  return line.begins ? OVERLONG_COST : DISCARDED_COST;
}
