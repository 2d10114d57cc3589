/**
 * One room's log on the screen: who comes and goes, the greeting of who has just come, what was
 * missed. All rooms of a client share one scrolling screen.
 *
 * @module
 */

import type { Joined, Message, RoomEvent } from "../../protocol/messages.ts";
import type { Entered } from "../core/events.ts";
import { Comings } from "./comings.ts";
import type { Range } from "./mentions.ts";
import type { Scroll } from "./scroll.ts";
import { logWords } from "./words.ts";

/** What the rooms of one screen have in common. */
export interface SharedScreen {
  /** Where the rows are made. */
  readonly scroll: Scroll;
  /** The time now. */
  readonly now: () => Date;
  /** The own name now. */
  readonly me: () => string;
  /** Finds the own name in a text. */
  readonly mentions: (text: string) => readonly Range[];
  /** Shows who is in a room that this client has just come into. */
  readonly greet: (joined: Joined) => void;
  /** Rings. */
  readonly ring: () => void;
}

/** What is shown of one room. */
export class RoomScreen {
  readonly #shared: SharedScreen;
  /** Who comes and who goes. */
  readonly comings: Comings;
  /** It has come in, and nothing that is new since has been shown. */
  #joining: Joined | undefined;
  /** It came back, and nothing of what was said meanwhile has been shown yet. */
  #returned = false;

  /** Nothing has happened yet. */
  constructor(shared: SharedScreen) {
    this.#shared = shared;
    this.comings = new Comings(shared.scroll, shared.now);
  }

  /**
   * This client is in the room.
   *
   * @param options `marked`: what was missed is told from the rest in another way already.
   */
  entered({ joined, again }: Entered, { marked }: { readonly marked: boolean }): void {
    // Shown when the past has been: it stands right above the prompt then.
    if (again) this.#returned = !marked;
    else this.#joining = joined;
  }

  /**
   * Something of the log, in its order.
   *
   * @param past It happened before this client came in.
   */
  show(event: RoomEvent, past: boolean): void {
    const { scroll } = this.#shared;
    const joining = this.#joining;
    if (!past) this.#returned = false;
    if (!past && joining !== undefined) {
      this.#joining = undefined;
      this.#shared.greet(joining);
    }
    const date = new Date(event.at);
    const me = this.#shared.me();
    switch (event.type) {
      case "message":
        return this.#message(event, { isNews: joining === undefined || !past });
      case "topic":
        // The greeting is about to tell it.
        if (past && joining?.topic?.text === event.text) return;
        this.comings.unfold();
        return scroll.tell(date, "*", logWords(event));
      case "rename": {
        const talks = this.comings.conversation.has(event.from, date.getTime());
        this.comings.conversation.renamed(event.from, event.to);
        if (this.comings.quiet && !talks && event.to !== me) return;
        this.comings.unfold();
        return scroll.tell(date, "*", logWords(event));
      }
      case "join":
      case "leave":
        // That this client itself comes and goes is told otherwise.
        if (event.name === me) return;
        return this.comings.moved(event, { before: past && joining !== undefined });
    }
  }

  #message(event: Message, { isNews }: { readonly isNews: boolean }): void {
    const { scroll, mentions, me, ring } = this.#shared;
    const own = event.from === me();
    const date = new Date(event.at);
    this.comings.unfold();
    if (this.#returned && !own) {
      this.#returned = false;
      scroll.rule("new since you left", "new");
    }
    this.comings.conversation.spoke(event.from, date.getTime());
    const manner = event.action ? "action" : "said";
    const find = own ? () => [] : mentions;
    const named = scroll.say({
      date,
      person: event.from,
      manner,
      text: event.text,
      mentions: find,
    });
    // What was there before joining is no news; what was missed while away is.
    if (named && isNews) ring();
  }
}
