/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * What was sent from here: the lines that the arrows recall, the messages on their way, and those
 * that may not have been delivered. The two last are remembered over a reload.
 *
 * @module
 */

import type { Outgoing } from "../../client/core/outbox.ts";
import { typedText } from "../../client/view/typed_line.ts";
import { LOBBY } from "../../protocol/messages.ts";
import { find, make, makeButton, withNextFrame } from "./dom.ts";
import {
  type KeptText,
  readLines,
  readUnsent,
  writeLines,
  writeOutbox,
  writeUnsent,
} from "./memory.ts";

/**
 * Lines that can be recalled, and their characters: the tab has some megabytes for all it keeps.
 */
const MAX_LINES = 100;
const MAX_LINES_CHARS = 50_000;

/** The lines of this tab, the newest last. */
export class SentLines {
  #lines = readLines();
  /** Which of them stands in the field, as long as nobody changes it; their number: none. */
  #at = this.#lines.length;

  /** A line was sent. */
  add(line: string): void {
    if (line !== this.#lines.at(-1)) this.#lines.push(line);
    let chars = 0;
    const tooOld = this.#lines.findLastIndex((kept) => (chars += kept.length) > MAX_LINES_CHARS);
    this.#lines = this.#lines.slice(tooOld + 1).slice(-MAX_LINES);
    this.#at = this.#lines.length;
    writeLines(this.#lines);
  }

  /** Somebody has left: who comes next in this tab may be another person. */
  clear(): void {
    this.#lines = [];
    this.#at = 0;
    writeLines([]);
  }

  /**
   * An arrow was pressed.
   *
   * @returns The line to put into the field; undefined when the key is none of ours: in a longer
   * text, the arrows go from line to line first, and what somebody types is left alone.
   */
  recall(
    { key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent,
    { value, selectionStart, selectionEnd }: HTMLTextAreaElement,
  ): string | undefined {
    if (altKey || ctrlKey || metaKey || shiftKey) return undefined;
    if (value === "") this.#at = this.#lines.length;
    if (value !== (this.#lines[this.#at] ?? "")) return undefined;
    const isUp = key === "ArrowUp";
    const passed = isUp ? value.slice(0, selectionStart) : value.slice(selectionEnd);
    const next = this.#at + (isUp ? -1 : 1);
    if (passed.includes("\n") || next < 0 || next > this.#lines.length) return undefined;
    this.#at = next;
    return this.#lines[next] ?? "";
  }
}

/** Messages that are shown; of more it tells the number. */
const MAX_PENDING = 50;

/** The list of unacknowledged messages, as far as they belong to the room that is shown. */
export class Pending {
  /** Holds the list. */
  readonly element: HTMLElement = find("pending", HTMLElement);
  readonly #messages: () => readonly Outgoing[];
  readonly #isShown: (message: Outgoing) => boolean;
  readonly #onDrawn: () => void;
  readonly #drawSoon = withNextFrame(() => this.#draw());

  /**
   * Empty at first.
   *
   * @param messages Gives what is on its way, oldest first.
   * @param isShown Whether a message belongs to the room that is shown.
   * @param onDrawn Is told when there is something to show.
   */
  constructor(
    messages: () => readonly Outgoing[],
    isShown: (message: Outgoing) => boolean,
    onDrawn: () => void,
  ) {
    this.#messages = messages;
    this.#isShown = isShown;
    this.#onDrawn = onDrawn;
  }

  /** Others are on their way now: remembers them at once, draws them with the next frame. */
  changed(): void {
    writeOutbox(this.#messages());
    this.#drawSoon();
  }

  /** Shows nothing. */
  clear(): void {
    this.element.replaceChildren();
  }

  #draw(): void {
    const waiting = this.#messages().filter(this.#isShown);
    const rows = waiting.slice(0, MAX_PENDING).map((message) =>
      drawRow(
        message.text,
        message.type === "direct" ? `sending to ${message.to} …` : "sending …",
      )
    );
    const more = waiting.length - rows.length;
    if (more > 0) rows.push(drawRow("", `and ${more} more`));
    this.element.replaceChildren(...rows);
    if (rows.length > 0) this.#onDrawn();
  }
}

function drawRow(text: string, note: string): HTMLElement {
  const body = make("span", "text", text);
  body.dir = "auto";
  return make("div", "row", make("div", "message own pending", body, make("i", "", ` ${note}`)));
}

/** As many as may be on their way; older ones go. */
const MAX_UNSENT = 500;

/** The list, in the page and in the session storage; at most {@linkcode MAX_UNSENT} texts. */
export class Unsent {
  /** Holds the list in the room that is shown. */
  readonly element: HTMLElement = find("unsent", HTMLElement);
  readonly #atDoor = find("door-unsent", HTMLElement);
  readonly #exchange: (kept: KeptText) => KeptText;
  #texts: KeptText[] = readUnsent();

  /**
   * Begins with what a reload left.
   *
   * @param exchange Puts a text into the field of its room, and returns what stood there.
   */
  constructor(exchange: (kept: KeptText) => KeptText) {
    this.#exchange = exchange;
    this.#draw();
  }

  /** Adds messages at the end. */
  add(messages: readonly Outgoing[]): void {
    if (messages.length === 0) return;
    const texts = messages.map((message): KeptText => ({
      text: typedText(message),
      room: message.type === "say" ? message.room : undefined,
    }));
    this.#texts = [...this.#texts, ...texts].slice(-MAX_UNSENT);
    this.#changed();
  }

  /**
   * Takes the newest one out.
   *
   * @param room Folded name of the room that it was for, or to one person.
   * @returns Undefined: there is none.
   */
  takeBack(room: string): string | undefined {
    const index = this.#texts.findLastIndex((kept) => (kept.room ?? room) === room);
    const text = this.#texts[index]?.text;
    if (text !== undefined) this.#discard(index);
    return text;
  }

  /** What stood in the field takes the place of what goes there: nothing is lost or mixed. */
  #edit(index: number): void {
    const before = this.#exchange(this.#texts[index] ?? { text: "" });
    if (before.text.trim() === "") this.#texts.splice(index, 1);
    else this.#texts[index] = before;
    this.#changed();
  }

  #discard(index: number): void {
    this.#texts.splice(index, 1);
    this.#changed();
  }

  #changed(): void {
    writeUnsent(this.#texts);
    this.#draw();
  }

  #draw(): void {
    for (const place of [this.#atDoor, this.element]) {
      place.hidden = this.#texts.length === 0;
      const canEdit = place === this.element;
      const list = make("ul", "", ...this.#texts.map((kept, i) => this.#row(kept, i, canEdit)));
      place.replaceChildren(make("h2", "", "Not delivered, or not confirmed"), list);
    }
  }

  #row({ text, room = LOBBY }: KeptText, index: number, canEdit: boolean): HTMLElement {
    const body = make("span", "text", text);
    body.dir = "auto";
    const discard = makeButton(() => this.#discard(index), "Discard");
    const edit = canEdit ? [makeButton(() => this.#edit(index), "Edit"), " "] : [];
    const where = room === LOBBY ? [] : [make("b", "", `#${room}`), " "];
    return make("li", "", ...where, body, " ", ...edit, discard);
  }
}
