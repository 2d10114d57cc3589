/**
 * Who comes and who goes, on the screen: in a line of one's own for those in the conversation, in
 * one line with others for those who are not, or not at all.
 *
 * @module
 */

import type { Join, Leave } from "../../protocol/messages.ts";
import { Conversation, Fold, type FoldedNames, MAX_FOLDED } from "./noise.ts";
import type { Scroll } from "./scroll.ts";
import { listWords, logWords, type Words } from "./words.ts";

/** So long comings and goings wait for more of them. */
const FOLD_MS = 3_000;

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
