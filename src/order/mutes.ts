/**
 * Who may not speak. Mutes last as long as the server runs; they belong to a name, and follow it when
 * its bearer takes another one.
 *
 * @module
 */

import { nameKeys } from "../protocol/names.ts";

/** Mutes that are remembered; beyond it the oldest is forgotten. */
const MAX_MUTES = 10_000;

/** The mutes of a server. Times are milliseconds since 1970. */
export class Mutes {
  /** Until when, by the folded name; the oldest mute first. */
  readonly #untilMs = new Map<string, number>();

  /** How many are remembered, over or not. */
  get size(): number {
    return this.#untilMs.size;
  }

  /** Until when a name may not speak; undefined: it was never muted, or has been unmuted. */
  get(name: string): number | undefined {
    return this.#untilMs.size === 0 ? undefined : this.#untilMs.get(nameKeys(name).fold);
  }

  /**
   * Mutes a name until a time, or takes its mute back.
   *
   * @param untilMs `Infinity`: for good; undefined: it may speak.
   */
  set(name: string, untilMs: number | undefined): void {
    const key = nameKeys(name).fold;
    this.#untilMs.delete(key);
    if (untilMs !== undefined) this.#untilMs.set(key, untilMs);
  }

  /** Whether a name may not speak at a time. */
  holds(name: string, nowMs: number): boolean {
    const untilMs = this.get(name);
    return untilMs !== undefined && untilMs > nowMs;
  }

  /** Forgets the oldest ones beyond the bound. */
  trim(): void {
    for (const oldest of this.#untilMs.keys()) {
      if (this.#untilMs.size <= MAX_MUTES) return;
      this.#untilMs.delete(oldest);
    }
  }
}
