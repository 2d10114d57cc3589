/**
 * Calls {@linkcode SqliteStore.maintain} in idle time, so that it takes a tenth of the server at most.
 *
 * @module
 */

/** What can be tidied in steps. */
export interface Maintainable {
  /**
   * One small step.
   *
   * @param nowMs Milliseconds since 1970.
   * @returns There is more to do.
   */
  maintain(nowMs: number): boolean;
}

/** How it is done, and who hears of trouble. */
export interface MaintenanceScheduleOptions {
  /** Told of what a step has thrown, once until a step works again. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds since 1970 by which things are removed; default: the wall clock's. */
  readonly time?: () => number;
  /** Told when there is nothing more to do for now. */
  readonly onIdle?: () => void;
  /** Pause when there is nothing to do, or a step has failed, in milliseconds; default 1,000. */
  readonly idleMs?: number;
}

/** After some steps comes a pause this many times as long, while there is more to do. */
const PAUSE_FACTOR = 9;

/** Small steps follow on each other for so long, in milliseconds: timers are no finer than that. */
const TURN_MS = 2;

/** Tidies until it is disposed. Its timer does not keep the process alive. */
export class MaintenanceSchedule implements Disposable {
  readonly #store: Maintainable;
  readonly #options: MaintenanceScheduleOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasFailed = false;

  /**
   * Begins after one pause.
   *
   * @param store What is tidied.
   * @param options How.
   */
  constructor(store: Maintainable, options: MaintenanceScheduleOptions) {
    this.#store = store;
    this.#options = options;
    this.#schedule(this.#idleMs);
  }

  /** Ends it; to be called before the store is closed. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  get #idleMs(): number {
    return this.#options.idleMs ?? 1_000;
  }

  #schedule(delayMs: number): void {
    const timer = setTimeout(() => this.#step(), delayMs);
    Deno.unrefTimer(timer);
    this.#timer = timer;
  }

  #step(): void {
    const { time = Date.now, onIdle, onError } = this.#options;
    const beginMs = performance.now();
    let pauseMs = this.#idleMs;
    try {
      let hasMore = true;
      while (hasMore && performance.now() - beginMs < TURN_MS) {
        hasMore = this.#store.maintain(time());
        this.#hasFailed = false;
      }
      if (hasMore) pauseMs = PAUSE_FACTOR * (performance.now() - beginMs);
      else onIdle?.();
    } catch (error) {
      if (!this.#hasFailed) onError(error);
      this.#hasFailed = true;
    }
    this.#schedule(pauseMs);
  }
}
