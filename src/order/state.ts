/**
 * What people share beside the log: who is here, which sessions are remembered, who is muted. Only
 * the reducer changes it.
 *
 * @module
 */

import { nameKeys } from "../protocol/names.ts";
import { Members } from "../room/members.ts";
import { SESSION_BOUNDS, Sessions } from "../room/sessions.ts";
import { SESSION_KEPT_MS, type Store } from "../store/store.ts";

/** The state that the reducer folds proposals into; everybody may read it. */
export class State {
  /** Who is here. */
  readonly members: Members = new Members();
  /** Sessions that are remembered, with the ids that they have used. */
  readonly sessions: Sessions;
  /** Who may not speak. */
  readonly mutes: Mutes = new Mutes();

  /**
   * Begins where the store ended: with its sessions, and with those who were here. Names that a store
   * of before has twice are taken once.
   *
   * @param nowMs Milliseconds since 1970.
   */
  constructor(store: Store, nowMs: number) {
    this.sessions = new Sessions(store.sessions(nowMs - SESSION_KEPT_MS, SESSION_BOUNDS));
    for (const { name, session: hash } of store.present()) {
      const session = hash === null ? null : this.sessions.get(hash) ?? null;
      const member = this.members.add(name, session);
      if (member !== null && session !== null) session.member = member;
    }
    this.sessions.trim(nowMs);
  }
}

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
