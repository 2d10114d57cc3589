/** A clock that moves when the test says so. */

import type { Clock } from "../../src/clock.ts";

interface Alarm {
  readonly at: number;
  readonly call: () => void;
}

/** What a {@linkcode ManualClock} begins at, less its first second: milliseconds since 1970. */
export const START_MS: number = Date.UTC(2026, 10, 21);

export class ManualClock implements Clock {
  #now = 1_000;
  #alarms: Alarm[] = [];
  /** How far somebody has set the wall clock forth, in milliseconds. */
  jumpMs = 0;

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(START_MS + this.#now + this.jumpMs);
  }

  after(ms: number, call: () => void): () => void {
    const alarm = { at: this.#now + ms, call };
    this.#alarms.push(alarm);
    return () => this.#alarms = this.#alarms.filter((other) => other !== alarm);
  }

  /** Moves on without ringing: as for a process that was stopped. */
  skip(ms: number): void {
    this.#now += ms;
  }

  /** How many alarms are set. */
  get pending(): number {
    return this.#alarms.length;
  }

  /** Moves on, ringing what falls due on the way, and lets everything settle after each ring. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#alarms.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#alarms = this.#alarms.filter((other) => other !== due);
      this.#now = Math.max(this.#now, due.at);
      due.call();
      await settle();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets every promise that can go on go on: streams hop through many microtasks. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 200; i++) await Promise.resolve();
}
