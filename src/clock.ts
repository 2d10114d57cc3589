/**
 * Time as server and client see it, so that tests can turn it forward.
 *
 * @module
 */

/** Time. */
export interface Clock {
  /** Milliseconds of a clock that never goes back, for every duration and deadline. */
  now(): number;
  /** The wall clock, for what people read; may jump. */
  date(): Date;
  /**
   * Calls back once.
   *
   * @param ms Milliseconds from now.
   * @returns Cancels it; harmless afterwards.
   */
  after(ms: number, call: () => void): () => void;
}

/** The system's clocks. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
