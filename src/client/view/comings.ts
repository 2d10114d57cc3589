/**
 * Who comes and who goes, on the screen: in a line of one's own for those in the conversation, in
 * one line with others for those who are not, or not at all.
 *
 * @module
 */

import { foldedName } from "../../protocol/normalize.ts";
import type { Join, Leave } from "../../protocol/messages.ts";
import type { Scroll } from "./scroll.ts";
import { listWords, logWords, type Words } from "./words.ts";

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

/** So long comings and goings wait for more of them. */
const FOLD_MS = 3_000;

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

/** Holds joins and leaves back for a moment, so that several become one row. */
export class Comings {
  readonly #scroll: Scroll;
  readonly #now: () => Date;
  readonly #fold = new Fold();
  /** Who spoke lately. */
  readonly conversation = new Conversation();
  /** Nobody who comes or goes is shown, but who is thrown out. */
  quiet = false;
  /** When the first of the fold was told, and when the last of it happened. */
  #foldedAtMs = 0;
  #foldDate = new Date(0);

  /**
   * Begins with nobody.
   *
   * @param scroll Where they are shown.
   * @param now The time now.
   */
  constructor(scroll: Scroll, now: () => Date) {
    this.#scroll = scroll;
    this.#now = now;
  }

  /**
   * Somebody came or went.
   *
   * @param event What happened.
   * @param options `before`: it was before this client came, which is told who is here then.
   */
  moved(event: Join | Leave, { before }: { readonly before: boolean }): void {
    const date = new Date(event.at);
    const kicked = event.type === "leave" && event.reason === "kicked";
    if (this.quiet && !kicked) return;
    if (kicked || this.conversation.has(event.name, date.getTime())) {
      this.unfold();
      return this.#scroll.tell(date, "*", logWords(event));
    }
    if (before) return;
    if (this.#fold.size === 0) this.#foldedAtMs = this.#now().getTime();
    if (event.type === "join") this.#fold.came(event.name);
    else this.#fold.went(event.name);
    this.#foldDate = date;
    if (this.#fold.size >= MAX_FOLDED) this.unfold();
  }

  /** Shows those who have waited long enough for others. */
  due(): void {
    const waitedMs = this.#now().getTime() - this.#foldedAtMs;
    // A clock that was put back must not hold them for hours.
    if (waitedMs >= FOLD_MS || waitedMs < 0) this.unfold();
  }

  /** Shows those who wait, before something else is shown. */
  unfold(): void {
    if (this.#fold.size === 0) return;
    const { came, went } = this.#fold.take();
    const both = came.names.length > 0 && went.names.length > 0;
    this.#scroll.tell(this.#foldDate, "*", [
      ...told(came, " joined"),
      ...(both ? [" · "] : []),
      ...told(went, " left"),
    ]);
  }
}

function told({ names, more }: FoldedNames, what: string): Words {
  if (names.length === 0) return [];
  const count = names.length + more;
  return [...listWords(names, { count, maxNames: names.length }), what];
}
