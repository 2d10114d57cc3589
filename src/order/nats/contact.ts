/**
 * Whether we are in touch with the leader of the stream. Any word of it counts; when there was none
 * for a second it is asked. A node of NATS that is cut off from the others goes on answering pings,
 * so that only the leader's word says anything.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";

/** What a {@linkcode Contact} works with. */
export interface ContactOptions {
  /**
   * Asks the leader, and makes good what was missed.
   *
   * @returns Resolves when nothing is missing that was there at the time of asking; `false`: the
   * stream is not as it should be.
   * @throws {Error} When the leader does not answer.
   */
  readonly ask: () => Promise<boolean>;
  /** Told when it changes. At first we are not in touch. */
  readonly onChange: (inTouch: boolean) => void;
  /** The node that we are connected to may be cut off: goes to another one. */
  readonly move: () => void;
  /** Counts the silence. */
  readonly clock: Clock;
}

/** After so long without a word the leader is asked. */
const QUIET_MS = 1_000;

/** After so long without a word we are not in touch, and try another node. */
const SILENT_MS = 3_000;

/** How often the time is looked at. */
const TICK_MS = 250;

/** Whether the leader of the stream answers. */
export class Contact {
  readonly #options: ContactOptions;
  #inTouch = false;
  #lastWordMs: number;
  #movedMs: number;
  #inDoubt = false;
  #asking = false;
  #askAgain = false;
  #closed = false;
  #cancelTick: (() => void) | undefined;

  /** Asks at once, and begins to listen. */
  constructor(options: ContactOptions) {
    this.#options = options;
    this.#lastWordMs = this.#movedMs = options.clock.now();
    this.askNow();
    this.#tick();
  }

  /** The leader has said something. */
  word(): void {
    if (!this.#inDoubt) this.#lastWordMs = this.#options.clock.now();
  }

  /** What the leader says counts no more until it was asked: it may be that of another stream. */
  doubt(): void {
    this.#inDoubt = true;
  }

  /** Asks now: something may have been missed. */
  askNow(): void {
    if (this.#asking) this.#askAgain = true;
    else void this.#ask();
  }

  /** Says nothing more. */
  close(): void {
    this.#closed = true;
    this.#cancelTick?.();
  }

  #tick(): void {
    this.#cancelTick = this.#options.clock.after(TICK_MS, () => {
      const nowMs = this.#options.clock.now();
      const silentMs = nowMs - this.#lastWordMs;
      if (silentMs >= SILENT_MS) {
        this.#change(false);
        if (nowMs - this.#movedMs >= SILENT_MS) {
          this.#movedMs = nowMs;
          this.#options.move();
        }
      }
      const isUnsure = silentMs >= QUIET_MS || this.#inDoubt || !this.#inTouch;
      if (isUnsure && !this.#asking) void this.#ask();
      if (!this.#closed) this.#tick();
    });
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    do {
      this.#askAgain = false;
      try {
        const isWhole = await this.#options.ask();
        if (this.#closed) return;
        this.#inDoubt &&= !isWhole;
        this.#lastWordMs = this.#options.clock.now();
        if (!this.#askAgain) this.#change(isWhole);
      } catch {
        // Silence is noticed by the clock.
      }
    } while (this.#askAgain && !this.#closed);
    this.#asking = false;
  }

  #change(inTouch: boolean): void {
    if (this.#closed || this.#inTouch === inTouch) return;
    this.#inTouch = inTouch;
    this.#options.onChange(inTouch);
  }
}
