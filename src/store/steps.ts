/**
 * The clock of a {@linkcode Lookup}: when a step has worked long enough to let others have their
 * turn, and when the whole has.
 *
 * ```ts
 * while (thereIsMore) {
 *   doAPiece(); // of about 1 ms
 *   if (steps.isSpent) break;
 *   if (steps.isDue) yield* steps.rest();
 * }
 * ```
 *
 * @module
 */

import type { Lookup } from "./room_store.ts";

/**
 * After so many milliseconds a step ends at its next look at the clock. One piece of work more, of
 * 1 or 2 ms, comes on top: about 5 ms together, which an innocent's ping does not feel.
 */
export const STEP_MS = 3;

/** Settings of {@linkcode Steps}. */
export interface StepsOptions {
  /** Milliseconds of a clock that never goes back; default `performance.now`. */
  readonly now?: (() => number) | undefined;
  /** Milliseconds of work in all steps together; default: no bound. */
  readonly budgetMs?: number;
}

/** Tells a look-up when its step, and when all of it, has worked long enough. */
export class Steps {
  readonly #now: () => number;
  readonly #budgetMs: number;
  #stepBeganMs: number;
  /** In the steps before this one. */
  #workedMs = 0;

  /** The first step begins now. */
  constructor({ now = monotonicMs, budgetMs = Infinity }: StepsOptions = {}) {
    this.#now = now;
    this.#budgetMs = budgetMs;
    this.#stepBeganMs = now();
  }

  /** Milliseconds of its clock. */
  now(): number {
    return this.#now();
  }

  /** This step has worked long enough. */
  get isDue(): boolean {
    return this.#now() - this.#stepBeganMs >= STEP_MS;
  }

  /** All steps together have worked long enough. */
  get isSpent(): boolean {
    return this.#workedMs + this.#now() - this.#stepBeganMs >= this.#budgetMs;
  }

  /** Lets others have their turn. What they take is not counted. */
  *rest(): Lookup<void> {
    this.#workedMs += this.#now() - this.#stepBeganMs;
    yield;
    this.#stepBeganMs = this.#now();
  }
}

/**
 * How much to do at once, so that it takes about so long: learned from how long the last took.
 * Begins small, at most doubles, and gives way at once.
 */
export class Pace {
  readonly #least: number;
  readonly #most: number;
  readonly #targetMs: number;
  #size: number;

  /**
   * Begins with the least.
   *
   * @param least Never fewer than this.
   * @param most Never more than this.
   * @param targetMs Milliseconds that it may take.
   */
  constructor(least: number, most: number, targetMs: number) {
    this.#least = least;
    this.#most = most;
    this.#targetMs = targetMs;
    this.#size = least;
  }

  /** How much to do next. */
  get size(): number {
    return this.#size;
  }

  /**
   * Learns.
   *
   * @param done How much was done.
   * @param ms How long it took.
   */
  took(done: number, ms: number): void {
    // What took no time that the clock can tell says only that there is room.
    const fair = ms <= 0 ? Infinity : Math.floor(done * this.#targetMs / ms);
    this.#size = Math.max(this.#least, Math.min(fair, 2 * this.#size, this.#most));
  }
}

function monotonicMs(): number {
  return performance.now();
}
