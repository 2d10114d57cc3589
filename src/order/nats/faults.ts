/**
 * What is the matter with a stream, told once: a fault that lasts is met again every second.
 *
 * @module
 */

import type { StreamFault, StreamTrouble } from "./stream.ts";

/** Tells each fault once while it lasts. */
export class Faults {
  readonly #tell: (fault: StreamFault) => void;
  readonly #told = new Map<StreamTrouble, Set<string>>();

  /**
   * Nothing is the matter.
   *
   * @param tell Called when a fault begins.
   */
  constructor(tell: (fault: StreamFault) => void) {
    this.#tell = tell;
  }

  /** Something is the matter. */
  raise(trouble: StreamTrouble, message: string): void {
    const told = this.#told.get(trouble) ?? new Set();
    if (told.has(message)) return;
    this.#told.set(trouble, told.add(message));
    this.#tell({ trouble, message });
  }

  /** It is over. */
  over(...troubles: readonly StreamTrouble[]): void {
    for (const trouble of troubles) this.#told.delete(trouble);
  }
}
