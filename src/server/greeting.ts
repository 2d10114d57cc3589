/**
 * The first word to somebody who connects and says nothing: people wait to be asked, programs speak
 * at once and have no use for it.
 *
 * @module
 */

import type { LineConnection } from "../net/line_connection.ts";
import type { Clock } from "../clock.ts";

/** Who has said nothing for so long waits to be asked: 0.15 s, which people hardly notice. */
export const GREETING_MS = 150;

/** A line for people that is said once: after a moment of silence, or when it is asked for. */
export class Greeting {
  readonly #say: () => void;
  #isSaid = false;
  #cancelled = false;
  #stopWaiting: () => void = () => {};

  /**
   * Begins to wait as soon as the connection can carry a line.
   *
   * @param say Says it.
   */
  constructor(conn: Pick<LineConnection, "ready">, clock: Clock, say: () => void) {
    this.#say = say;
    const wait = () => {
      if (!this.#cancelled) this.#stopWaiting = clock.after(GREETING_MS, () => this.sayNow());
    };
    if (conn.ready === undefined) wait();
    else conn.ready.then((isReady) => isReady ? wait() : undefined);
  }

  /** Does not wait any more. */
  cancel(): void {
    this.#cancelled = true;
    this.#stopWaiting();
  }

  /** Says it, unless that has been done. */
  sayNow(): void {
    this.cancel();
    if (this.#isSaid) return;
    this.#isSaid = true;
    this.#say();
  }
}
