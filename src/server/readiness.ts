/**
 * Whether people can be sent to this server: what it stores can be written, and the other servers
 * with the same rooms can be reached. Made at each start, and asked only by who watches over the
 * server (`/readyz`).
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { type Store, StoreUnavailable } from "../store/store.ts";
import type { Elsewhere } from "./context.ts";

/**
 * How long the answer of the store is good for: strangers may ask, and each trial is a commit. A
 * database that is lost is noticed within as much.
 */
const TRIED_MS = 1_000;

/** What {@linkcode Readiness} asks. */
export interface ReadinessOptions {
  /** It must take a commit. */
  readonly store: Pick<Store, "tryWriting">;
  /** The other servers, where there are some. */
  readonly elsewhere: Pick<Elsewhere, "isCutOff"> | null;
  /** Time. */
  readonly clock: Clock;
}

/** Finds out each time that it is asked. */
export class Readiness {
  readonly #options: ReadinessOptions;
  #isStopping = false;
  #isWritable = true;
  #triedMs = -Infinity;

  /** Asks nothing yet. */
  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** From now on it is not ready: the server is being stopped. */
  stop(): void {
    this.#isStopping = true;
  }

  /** Why nobody should be sent here, for strangers: the log has the details; null: it is ready. */
  whyNot(): string | null {
    if (this.#isStopping) return "the server is being stopped";
    if (this.#options.elsewhere?.isCutOff === true) return "the other servers cannot be reached";
    return this.#storeWorks() ? null : "the database cannot be written";
  }

  #storeWorks(): boolean {
    const { store, clock } = this.#options;
    const nowMs = clock.now();
    if (nowMs - this.#triedMs < TRIED_MS) return this.#isWritable;
    this.#triedMs = nowMs;
    try {
      store.tryWriting();
      this.#isWritable = true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#isWritable = false;
    }
    return this.#isWritable;
  }
}
