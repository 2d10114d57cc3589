/// <reference lib="dom" />
/**
 * The line about the connection, empty while all is well.
 *
 * @module
 */

import type { ClientEvent } from "../../client/core/events.ts";
import { unansweredWords } from "../../client/view/words.ts";
import { find } from "./dom.ts";

/** The line about the connection. */
export class StatusLine {
  readonly #element = find("status", HTMLElement);
  /** The server had no room at the last try. */
  #isFull = false;

  /** It begins to connect. */
  begin(): void {
    this.#element.textContent = "Connecting …";
  }

  /** Follows what the client core tells. */
  follow(event: ClientEvent): void {
    switch (event.type) {
      case "connected":
        this.#isFull = false;
        this.#element.textContent = "";
        return;
      case "lost":
        this.#isFull = event.reason === "full";
        this.#element.textContent = this.#isFull
          ? "The server is full. Trying again …"
          : "Not connected. Trying to reconnect …";
        return;
      case "connecting":
        if (event.attempt > 0 && !this.#isFull) {
          this.#element.textContent = "Not connected. Connecting …";
        }
        return;
      case "unanswered":
        this.#element.textContent = unansweredWords(event);
    }
  }
}
