/**
 * What the server answers to one client, as rows: who is here, which rooms there are, pages of the
 * past, what was found, notices.
 *
 * @module
 */

import type { RoomEvent, ServerEvent } from "../../protocol/messages.ts";
import { type HelpRow, OwnHelp } from "./own_help.ts";
import type { RoomList } from "./room_list.ts";
import { roomTable } from "./room_words.ts";
import type { Scroll } from "./scroll.ts";
import { logWords } from "./words.ts";

/** How to go from room to room without a command, as a row of the help. */
const KEYS: HelpRow = [
  "Alt-1…9",
  "goes to a room by its number, Alt-A to the next one with news",
];

/** Options of {@linkcode Answers}. */
export interface AnswersOptions {
  /** Where the rows are made. */
  readonly scroll: Scroll;
  /** The time now. */
  readonly now: () => Date;
  /** Shows what waits to be shown before something else is. */
  readonly unfold: () => void;
}

/** Shows answers. */
export class Answers {
  readonly #scroll: Scroll;
  readonly #now: () => Date;
  readonly #unfold: () => void;
  /** Is told what is typed. */
  readonly help = new OwnHelp([KEYS]);
  /** It may use the commands of operators, or could before the connection was lost. */
  #isOperator = false;

  /** Shows nothing yet. */
  constructor({ scroll, now, unfold }: AnswersOptions) {
    this.#scroll = scroll;
    this.#now = now;
    this.#unfold = unfold;
  }

  /**
   * Shows an answer.
   *
   * @param event What is no answer, or shown otherwise, is passed over.
   * @param rooms An answer about another room than the shown one says which.
   */
  show(event: ServerEvent, { current, all }: Pick<RoomList, "current" | "all">): void {
    switch (event.type) {
      case "members":
        this.#unfold();
        return this.#scroll.people(this.#now(), event.names, {
          count: event.count,
          bots: event.bots,
          where: event.room === current ? "here" : `in #${event.room}`,
        });
      case "rooms":
        return this.#table(roomTable(event).join("\n"));
      case "history": {
        const head = event.room === current ? "The past:" : `The past of #${event.room}:`;
        return this.#page(event.events.length === 0 ? "Nothing yet." : head, event.events);
      }
      case "results": {
        const head = event.events.length === 0 ? "Nothing was found." : "Found, newest first:";
        this.#page(head, event.events, { withRooms: all.length > 1 });
        if (event.more) this.#tell("More matches exist; add words to narrow the search.");
        return;
      }
      case "notice": {
        if (event.operator === true) this.#isOperator = true;
        const isHere = event.room === undefined || event.room === current;
        const isClear = isHere || event.text.includes(`#${event.room}`);
        const text = isClear ? event.text : `#${event.room}: ${event.text}`;
        return this.#table(this.help.complete(text));
      }
      case "bye":
        if (event.text !== "" && event.reason !== "quit") this.#tell(event.text);
    }
  }

  /** A page that was asked for. */
  #page(
    head: string,
    events: readonly RoomEvent[],
    { withRooms = false }: { readonly withRooms?: boolean } = {},
  ): void {
    this.#tell(head);
    if (events.length === 0) return;
    this.#scroll.aside(() => {
      for (const event of events) {
        const date = new Date(event.at);
        const room = withRooms ? `#${event.room} ` : "";
        // Operators erase a message by its number.
        const number = this.#isOperator && event.type === "message" ? `[${event.seq}] ` : "";
        if (event.type !== "message") {
          this.#scroll.tell(date, "*", [room, ...logWords(event)]);
          continue;
        }
        const manner = event.action ? "action" : "said";
        const text = number + room + event.text;
        this.#scroll.say({ date, person: event.from, manner, text, mentions: () => [] });
      }
    });
    this.#scroll.rule("now");
  }

  /** Lines that stand at the left, where there are several. */
  #table(text: string): void {
    this.#unfold();
    this.#scroll.tell(this.#now(), "*", [text], { block: text.includes("\n"), ours: true });
  }

  #tell(text: string): void {
    this.#unfold();
    this.#scroll.tell(this.#now(), "*", [text], { ours: true });
  }
}
