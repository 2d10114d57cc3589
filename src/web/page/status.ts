/// <reference lib="dom" />
/**
 * The line about the connection, empty while all is well.
 *
 * @module
 */

import type { ClientEvent } from "../../client/core/events.ts";
import { unansweredWords } from "../../client/view/words.ts";
import { find } from "./dom.ts";
import { UNREACHABLE, unreachableWords } from "./reach.ts";

/** The line about the connection. */
export class StatusLine {
  readonly #element = find("status", HTMLElement);
  /** The server had no room at the last try. */
  #isFull = false;
  /** Something stands between: what is known of it; empty: nothing. */
  #why = "";

  /** It begins to connect. */
  begin(): void {
    this.#element.textContent = "Connecting …";
  }

  /** A server that is away comes again; what somebody must mend is told. */
  async #explain(): Promise<void> {
    const why = await unreachableWords();
    this.#why = why === UNREACHABLE ? "" : `${why} Trying again …`;
  }

  /** Follows what the client core tells. */
  follow(event: ClientEvent): void {
    switch (event.type) {
      case "connected":
        this.#isFull = false;
        this.#why = "";
        this.#element.textContent = "";
        return;
      case "lost":
        this.#isFull = event.reason === "full";
        if (event.reason === "unreachable") void this.#explain();
        this.#element.textContent = this.#isFull
          ? "The server is full. Trying again …"
          : `Not connected. ${this.#why || "Trying to reconnect …"}`;
        return;
      case "connecting":
        if (event.attempt > 0 && !this.#isFull && this.#why === "") {
          this.#element.textContent = "Not connected. Connecting …";
        }
        return;
      case "unanswered":
        this.#element.textContent = unansweredWords(event);
    }
  }
}
