/// <reference lib="dom" />
/**
 * What is said of the room that is shown: its name and topic, and how much is new, in the title of
 * the window.
 *
 * @module
 */

import { LOBBY } from "../../protocol/messages.ts";
import { find } from "./dom.ts";
import type { RoomViews } from "./room_views.ts";

/** What the page is called, and the lobby where it is the only room. */
const TITLE = "chat";

/** The top of the page, without its buttons. */
export class Header {
  readonly #title = find("title", HTMLElement);
  readonly #topic = find("topic", HTMLElement);

  /** Draws it. */
  draw({ current: view, all, unread }: RoomViews): void {
    const isPlain = view === undefined || (view.room === LOBBY && all.length === 1);
    const title = isPlain ? TITLE : `#${view.room}`;
    const whole = `${unread === 0 ? "" : `(${unread}) `}${isPlain ? "" : `${title} · `}${TITLE}`;
    if (document.title !== whole) document.title = whole;
    this.#title.textContent = title;
    this.#topic.textContent = this.#topic.title = view?.topic ?? "";
    this.#topic.hidden = this.#topic.textContent === "";
  }
}
