/**
 * Time that stands still until a test turns it forward.
 *
 * @module
 */

import type { Timers } from "../../../src/client/core/timers.ts";

interface Alarm {
  readonly atMs: number;
  readonly action: () => void;
}

/** Timers for tests. Chance is always 0.5. */
export class ManualTimers implements Timers {
  #nowMs = 0;
  #alarms: Alarm[] = [];

  /** Milliseconds since its making. */
  now(): number {
    return this.#nowMs;
  }

  /** See {@linkcode Timers}. */
  after(delayMs: number, action: () => void): () => void {
    const alarm = { atMs: this.#nowMs + delayMs, action };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Always the middle. */
  random(): number {
    return 0.5;
  }

  /** Milliseconds until the last alarm; 0: none waits. */
  get lastMs(): number {
    return Math.max(0, ...this.#alarms.map(({ atMs }) => atMs - this.#nowMs));
  }

  /** How many alarms wait. */
  get waiting(): number {
    return this.#alarms.length;
  }

  /** Turns time forward; alarms ring in their order, each at its own time. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const due = this.#alarms.filter(({ atMs }) => atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#alarms = this.#alarms.filter((other) => other !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.action();
    }
    this.#nowMs = untilMs;
  }
}
