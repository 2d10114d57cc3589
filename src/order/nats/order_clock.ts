/**
 * The time by which a server of several dates its batches: that of NATS, as far as we have heard of
 * it, so that a wrong clock of ours moves nobody's time. The order's time never goes back; so it
 * must never run ahead, while it may be behind by as long as a batch takes.
 *
 * Whenever a batch comes, NATS has stored it before: its time is later than that by now. Between
 * two batches our own clock counts on, which nobody can set.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import type { BatchStream } from "./stream.ts";

/** A batch of ours that was back so soon says what time it is, also where it is earlier. */
const FRESH_MS = 1_000;

/** How often NATS is asked that does not say the time with each batch (before 2.10). */
const ASK_MS = 60_000;

/** Says what time it is. */
export class OrderClock {
  readonly #clock: Clock;
  readonly #stream: Pick<BatchStream, "get">;
  /** The time of NATS less that of our clock, which begins anywhere; null: nobody has said it. */
  #offsetMs: number | null = null;
  #askedAt = -Infinity;

  /** Knows nothing yet: goes by our wall clock. */
  constructor(clock: Clock, stream: Pick<BatchStream, "get">) {
    this.#clock = clock;
    this.#stream = stream;
  }

  /** Milliseconds since 1970. */
  nowMs(): number {
    if (this.#offsetMs === null) return this.#clock.date().getTime();
    return Math.round(this.#clock.now() + this.#offsetMs);
  }

  /**
   * A batch has come.
   *
   * @param storedAtMs When NATS stored it, in milliseconds since 1970.
   * @param ms How long it took since it was sent first; default: it is not ours.
   */
  heard(storedAtMs: number, ms = Infinity): void {
    this.#set(storedAtMs - this.#clock.now(), ms);
  }

  /**
   * A batch of ours has come, and it was not said when it was stored: that is asked from time to
   * time.
   *
   * @param ms How long it took.
   * @returns Resolves when the answer is here, or none comes; null: it is not asked now.
   */
  ask(seq: number, ms: number): Promise<void> | null {
    const now = this.#clock.now();
    if (now - this.#askedAt < ASK_MS) return null;
    this.#askedAt = now;
    return this.#stream.get(seq).then((stored) => {
      if (stored !== null) this.#set(stored.storedAtMs - now, ms);
    }, () => {});
  }

  #set(offsetMs: number, ms: number): void {
    const isLater = this.#offsetMs === null || offsetMs > this.#offsetMs;
    if (isLater || ms < FRESH_MS) this.#offsetMs = offsetMs;
  }
}
