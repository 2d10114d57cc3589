/**
 * How far the connection is, as the status line shows it.
 *
 * @module
 */

import type { ClientEvent } from "../core/events.ts";

/**
 * What is going on: a question is asked; connecting; connected and waiting for an answer
 * (`held_back`: perhaps because of wrong passwords); in the room; waiting to try again; leaving.
 */
export type Phase =
  | "asking"
  | "connecting"
  | "unanswered"
  | "held_back"
  | "connected"
  | "waiting"
  | "leaving";

/** Follows the events of the client core. */
export class ConnectionPhase {
  #phase: Phase = "connecting";
  #retryAtMs = 0;

  /** The phase. */
  get phase(): Phase {
    return this.#phase;
  }

  /** Whole seconds until the next try, rounded up; 0 when none is planned. */
  get retrySeconds(): number {
    return Math.max(0, Math.ceil((this.#retryAtMs - performance.now()) / 1000));
  }

  /** Something happened. */
  follow(event: ClientEvent): void {
    switch (event.type) {
      case "connecting":
      case "connected":
        this.#phase = event.type;
        return;
      case "unanswered":
        this.#phase = event.withPassword ? "held_back" : "unanswered";
        return;
      case "lost":
        this.#retryAtMs = performance.now() + event.retryMs;
        this.#phase = "waiting";
    }
  }
}
