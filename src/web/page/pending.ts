/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The messages that are on their way, below the others. They are remembered over a reload.
 *
 * @module
 */

import type { Outgoing } from "../../client/core/outbox.ts";
import { find, make } from "./dom.ts";
import { writeOutbox } from "./memory.ts";

/** Messages that are shown; of more it tells the number. */
const MAX_PENDING = 50;

/** The list of unacknowledged messages. */
export class Pending {
  readonly #element = find("pending", HTMLElement);
  readonly #messages: () => readonly Outgoing[];
  readonly #onDrawn: () => void;
  #frame = 0;

  /**
   * Empty at first.
   *
   * @param messages Gives what is on its way, oldest first.
   * @param onDrawn Is told when there is something to show.
   */
  constructor(messages: () => readonly Outgoing[], onDrawn: () => void) {
    this.#messages = messages;
    this.#onDrawn = onDrawn;
  }

  /** Others are on their way now: remembers them at once, draws them with the next frame. */
  changed(): void {
    writeOutbox(this.#messages());
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** Shows nothing. */
  clear(): void {
    this.#element.replaceChildren();
  }

  #draw(): void {
    const waiting = this.#messages();
    const rows = waiting.slice(0, MAX_PENDING).map((message) =>
      drawRow(
        message.text,
        message.type === "direct" ? `sending to ${message.to} …` : "sending …",
      )
    );
    const more = waiting.length - rows.length;
    if (more > 0) rows.push(drawRow("", `and ${more} more`));
    this.#element.replaceChildren(...rows);
    if (rows.length > 0) this.#onDrawn();
  }
}

function drawRow(text: string, note: string): HTMLElement {
  const body = make("span", "text", text);
  body.dir = "auto";
  return make("div", "row", make("div", "message own pending", body, make("i", "", ` ${note}`)));
}
