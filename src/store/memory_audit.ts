/**
 * What operators and keepers have done, for a server without `--db`: in memory.
 *
 * @module
 */

import {
  type Act,
  type Actor,
  type ActPage,
  type AuditOptions,
  type AuditStore,
  MAX_ACTS,
} from "./audit.ts";

/** The newest acts. */
export class MemoryAudit implements AuditStore {
  /** Oldest first. */
  readonly #kept: { readonly act: Act; readonly actor: Actor }[] = [];
  readonly #counts: Record<Actor, number> = { operator: 0, keeper: 0 };
  readonly #maxActs: number;

  /** There are none. */
  constructor({ maxActs = MAX_ACTS }: AuditOptions = {}) {
    this.#maxActs = maxActs;
  }

  /** See {@linkcode AuditStore.add}. */
  add(act: Act, actor: Actor): void {
    this.#kept.push({ act, actor });
    if (++this.#counts[actor] <= this.#maxActs) return;
    this.#counts[actor]--;
    this.#kept.splice(this.#kept.findIndex((kept) => kept.actor === actor), 1);
  }

  /** See {@linkcode AuditStore.page}. */
  page(skip: number, limit: number): ActPage {
    const end = Math.max(0, this.#kept.length - skip);
    const start = Math.max(0, end - limit);
    const acts = this.#kept.slice(start, end).reverse().map(({ act }) => act);
    return { acts, more: start > 0 };
  }
}
