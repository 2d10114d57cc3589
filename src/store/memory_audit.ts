/**
 * What operators and keepers have done, for a server without `--db`: in memory.
 *
 * @module
 */

import { type Act, type ActPage, type AuditStore, MAX_ACTS } from "./store.ts";

/** The newest acts. */
export class MemoryAudit implements AuditStore {
  /** Oldest first. */
  readonly #acts: Act[] = [];

  /** See {@linkcode AuditStore.add}. */
  add(act: Act): void {
    if (this.#acts.push(act) > MAX_ACTS) this.#acts.shift();
  }

  /** See {@linkcode AuditStore.page}. */
  page(skip: number, limit: number): ActPage {
    const end = Math.max(0, this.#acts.length - skip);
    const start = Math.max(0, end - limit);
    return { acts: this.#acts.slice(start, end).reverse(), more: start > 0 };
  }
}
