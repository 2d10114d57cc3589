/**
 * Comings and goings: who is in the conversation, and so worth a line of one's own, and what is
 * folded into one line with others.
 *
 * No time of its own: whoever calls says when it is.
 *
 * @module
 */

import { foldedName } from "../../protocol/normalize.ts";

/** Who said something so recently is in the conversation: a coffee break's time. */
export const RECENT_MS = 10 * 60 * 1000;

/** So is who wrote one of the last messages, however long ago: about a screen of them. */
export const RECENT_MESSAGES = 20;

/** People that are remembered before those out of the conversation are forgotten. */
const MAX_SPEAKERS = 1_000;

/** Names that one line holds of either kind; of more it tells the number. */
const MAX_FOLDED_NAMES = 20;

/** Comings and goings that are held back at most: a flood of them is printed in parts. */
export const MAX_FOLDED = 1_000;

/** What somebody said last. */
interface Spoken {
  readonly atMs: number;
  readonly count: number;
}

/** Who spoke lately. */
export class Conversation {
  readonly #speakers = new Map<string, Spoken>();
  #count = 0;

  /**
   * Somebody said something.
   *
   * @param name Who.
   * @param atMs When, by the event's own clock, in milliseconds.
   */
  spoke(name: string, atMs: number): void {
    const key = foldedName(name);
    // At the end: who spoke longest ago stands first.
    this.#speakers.delete(key);
    if (this.#speakers.size >= MAX_SPEAKERS) this.#forget(atMs);
    this.#speakers.set(key, { atMs, count: ++this.#count });
  }

  /** Somebody has another name now. */
  renamed(from: string, to: string): void {
    const spoken = this.#speakers.get(foldedName(from));
    if (spoken === undefined) return;
    this.#speakers.delete(foldedName(from));
    this.#speakers.set(foldedName(to), spoken);
  }

  /**
   * Whether somebody is in the conversation: spoke within ten minutes, or wrote one of the last 20
   * messages.
   *
   * @param name Who.
   * @param atMs When, in milliseconds.
   */
  has(name: string, atMs: number): boolean {
    const spoken = this.#speakers.get(foldedName(name));
    return spoken !== undefined && this.#isRecent(spoken, atMs);
  }

  #isRecent({ atMs, count }: Spoken, nowMs: number): boolean {
    return nowMs - atMs <= RECENT_MS || this.#count - count < RECENT_MESSAGES;
  }

  /** Makes room for one, without looking at more than it takes away. */
  #forget(nowMs: number): void {
    for (const [key, spoken] of this.#speakers) {
      const isFull = this.#speakers.size >= MAX_SPEAKERS;
      if (!isFull && this.#isRecent(spoken, nowMs)) return;
      this.#speakers.delete(key);
    }
  }
}

/** Who came and who went, for one line. */
export class Fold {
  readonly #came = new Set<string>();
  readonly #went = new Set<string>();

  /** How many names it holds. */
  get size(): number {
    return this.#came.size + this.#went.size;
  }

  /** Somebody came. Who went a moment ago and is back was never away. */
  came(name: string): void {
    if (!this.#went.delete(name)) this.#came.add(name);
  }

  /** Somebody went. Who came a moment ago, such as an export, was hardly here. */
  went(name: string): void {
    if (!this.#came.delete(name)) this.#went.add(name);
  }

  /**
   * The names, and begins anew.
   *
   * @returns For those who came and those who went: up to 20 names, and how many more there are.
   */
  take(): { readonly came: FoldedNames; readonly went: FoldedNames } {
    const folded = { came: namesOf(this.#came), went: namesOf(this.#went) };
    this.#came.clear();
    this.#went.clear();
    return folded;
  }
}

/** Names on one line. */
export interface FoldedNames {
  /** The first of them. */
  readonly names: readonly string[];
  /** How many others there are. */
  readonly more: number;
}

function namesOf(all: ReadonlySet<string>): FoldedNames {
  const names = [...all].slice(0, MAX_FOLDED_NAMES);
  return { names, more: all.size - names.length };
}
