/// <reference lib="dom" />
/**
 * The line about the connection, empty while all is well, and why there is none. A browser does not
 * tell why no WebSocket opens: so the page asks the same address as any other, and says what
 * answers there.
 *
 * @module
 */

import type { ClientEvent } from "../../client/core/events.ts";
import { unansweredWords } from "../../client/view/words.ts";
import { cleanLine } from "../../protocol/text.ts";
import { find } from "./dom.ts";

/** How long the answer may take. */
const ASK_MS = 5_000;

/** Characters of an answer that are shown. */
const MAX_WORDS_CHARS = 200;

/** Somebody answers, who wants a WebSocket and gets none. */
const UPGRADE_REQUIRED = 426;

/** Nobody answers. */
const UNREACHABLE = "The server cannot be reached. Is it running?";

/** Says in one line or two why the server cannot be reached. */
export async function unreachableWords(): Promise<string> {
  try {
    const answer = await fetch("ws", { cache: "no-store", signal: AbortSignal.timeout(ASK_MS) });
    if (answer.status === UPGRADE_REQUIRED) {
      return "The server runs, but no WebSocket gets through to it. A proxy before it must pass " +
        "on the WebSocket upgrade and the browser's Host header.";
    }
    const isText = answer.headers.get("content-type")?.startsWith("text/plain") === true;
    const words = isText ? cleanLine((await answer.text()).trim()).slice(0, MAX_WORDS_CHARS) : "";
    const status = `${answer.status} ${answer.statusText}`.trim();
    return `The server, or a proxy before it, lets no WebSocket in. It answers ${status}` +
      (words === "" ? "." : `: ${words}`);
  } catch {
    return UNREACHABLE;
  }
}

/** The line about the connection. */
export class StatusLine {
  readonly #element = find("status", HTMLElement);
  /** The server was full at the last try. */
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
