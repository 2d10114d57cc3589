/**
 * The time by which things are removed for good, from a wall clock that cannot be trusted: it jumps
 * when a battery is empty, when a time server is wrong, or when somebody makes a mistake, and a
 * jump of a year would make all that was said too old to keep.
 *
 * So it begins with the time of the newest event, and runs on with the monotonic clock. The wall
 * clock is believed only when it has run evenly for an hour, without a jump forth or back. Until
 * then the time may lag behind, which keeps things a little longer.
 *
 * @module
 */

/** So long the wall clock has to run evenly before it is believed, in milliseconds. */
export const SETTLED_MS: number = 60 * 60 * 1000;

/** A time server may set the clock by so much, in milliseconds, without it being a jump. */
const TOLERANCE_MS = 60 * 1000;

/** What {@linkcode TrustedTime} goes by. */
export interface TrustedTimeOptions {
  /** Milliseconds since 1970 of the newest event; undefined: there is none. */
  readonly newestMs: number | undefined;
  /** The wall clock, in milliseconds since 1970; default: the system's. */
  readonly wall?: () => number;
  /** A monotonic clock in milliseconds; default `performance.now`. */
  readonly now?: () => number;
  /**
   * It runs on while the wall clock has gone back, so that durations are right; default: it is
   * never later than the wall clock, so that nothing is removed too early.
   */
  readonly runsAhead?: boolean;
  /** Told of a jump of the wall clock, by how many milliseconds: forth or, below zero, back. */
  readonly onJump?: (byMs: number) => void;
}

/** A clock that goes by the wall, but not by its jumps until they have lasted. */
export class TrustedTime {
  readonly #wall: () => number;
  readonly #now: () => number;
  readonly #runsAhead: boolean;
  readonly #onJump: ((byMs: number) => void) | undefined;
  /** What is believed: this wall time at that time of the monotonic clock. */
  #believed: { readonly wallMs: number; readonly atMs: number };
  /** By how much the wall clock is ahead of the monotonic one, and since when that is so. */
  #offset: { readonly ms: number; readonly sinceMs: number };

  /** Begins with the time of the newest event, or with the wall clock's when that is earlier. */
  constructor(
    { newestMs, wall = Date.now, now = monotonicMs, runsAhead = false, onJump }: TrustedTimeOptions,
  ) {
    this.#runsAhead = runsAhead;
    this.#wall = wall;
    this.#now = now;
    this.#onJump = onJump;
    const wallMs = wall();
    const atMs = now();
    this.#believed = { wallMs: Math.min(wallMs, newestMs ?? wallMs), atMs };
    this.#offset = { ms: wallMs - atMs, sinceMs: atMs };
  }

  /**
   * Milliseconds since 1970, never later than the wall clock unless it may run ahead. To be asked
   * once a second or so.
   */
  now(): number {
    const wallMs = this.#wall();
    const atMs = this.#now();
    const jumpMs = wallMs - atMs - this.#offset.ms;
    if (Math.abs(jumpMs) > TOLERANCE_MS) {
      this.#offset = { ms: wallMs - atMs, sinceMs: atMs };
      this.#onJump?.(jumpMs);
    } else if (atMs - this.#offset.sinceMs >= SETTLED_MS) {
      this.#believed = { wallMs, atMs };
    }
    const runMs = this.#believed.wallMs + atMs - this.#believed.atMs;
    return this.#runsAhead ? runMs : Math.min(wallMs, runMs);
  }
}

function monotonicMs(): number {
  return performance.now();
}
