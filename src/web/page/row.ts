/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * One row of the list of messages.
 *
 * @module
 */

import { dayWords, timeOf } from "../../client/view/days.ts";
import type { Range } from "../../client/view/mentions.ts";
import { PERSON_COLOURS, personColour } from "../../client/view/style.ts";
import type { Words } from "../../client/view/words.ts";
import { isErased } from "../../protocol/messages.ts";
import { make, makeButton } from "./dom.ts";
import {
  continues,
  isSameDay,
  type Item,
  type MessageItem,
  type MovesItem,
  type NoteItem,
} from "./item.ts";
import { drawText } from "./text.ts";

/** Stands between the columns of a table, and in no sentence. */
const GAP = "  ";

/** What rows are drawn with. */
export interface RowContext {
  /** Finds the own name in a text. */
  readonly mentions: (text: string) => Range[];
  /** Whether a message is hidden. */
  readonly isIgnored: (item: MessageItem) => boolean;
  /** Place in the log of the first message that was not read; undefined: none is marked. */
  readonly firstUnread?: number | undefined;
  /** Somebody wants to erase a message; undefined: this person may not. */
  readonly erase?: ((item: MessageItem) => void) | undefined;
}

/**
 * Draws a row, with the line of its day above it where the day is another one than before.
 *
 * @param previous The item above it.
 */
export function drawRow(item: Item, previous: Item | undefined, context: RowContext): HTMLElement {
  const row = make("div", "row");
  if (item.kind !== "note" && (previous === undefined || !isSameDay(previous.at, item.at))) {
    row.append(make("h3", "day", make("span", "", dayWords(item.at))));
  }
  if (isFirstUnread(item, context)) row.append(make("p", "unread", make("span", "", "New")));
  row.append(drawItem(item, previous, context));
  return row;
}

/** A row without anything that could go wrong in it, for an item that cannot be drawn. */
export function drawBareRow(item: Item): HTMLElement {
  const row = make("div", "row");
  const text = item.kind === "message" ? `${item.from}: ${item.text}` : "This cannot be shown.";
  const line = make("p", "note");
  line.textContent = text;
  row.append(line);
  return row;
}

/** The name of a person in the colour of that person. */
export function drawPerson(name: string): HTMLElement {
  const index = PERSON_COLOURS.indexOf(personColour(name) as (typeof PERSON_COLOURS)[number]);
  const person = make("b", `person c${index}`, name);
  person.dir = "auto";
  return person;
}

/** A sentence with people in it. */
function drawWords(words: Words): (Node | string)[] {
  return words.map((word) => typeof word === "string" ? word : drawPerson(word.person));
}

function isFirstUnread({ seq }: Item, { firstUnread }: RowContext): boolean {
  return seq !== undefined && seq === firstUnread;
}

function drawItem(item: Item, previous: Item | undefined, context: RowContext): HTMLElement {
  switch (item.kind) {
    case "message": {
      const isMore = continues(item, previous) && !isFirstUnread(item, context);
      const row = drawMessage(item, isMore, context);
      row.hidden = !item.own && context.isIgnored(item);
      return row;
    }
    case "moves": {
      const more = item.more === 0 ? [] : [` · and ${item.more} more`];
      const classes = item.isShownAlways ? "moves always" : "moves";
      const row = make("p", classes, ...drawMoves(item), ...more);
      row.hidden = item.moves.length === 0;
      return row;
    }
    case "note":
      return drawNote(item);
  }
}

/** Comings and goings, with the time of each that is another one than before. */
function drawMoves({ moves }: MovesItem): (Node | string)[] {
  let last = "";
  return moves.flatMap(({ words, atMs }, i) => {
    const at = new Date(atMs);
    const isSame = timeOf(at) === last;
    last = timeOf(at);
    return [
      ...(i === 0 ? [] : [" · "]),
      ...(isSame ? [] : [drawTime(at), " "]),
      ...drawWords(words),
    ];
  });
}

/** The server's tables are made for a terminal: a list of commands becomes one of ours. */
function drawNote({ words, alarm }: NoteItem): HTMLElement {
  const [text] = words;
  const lines = typeof text === "string" && words.length === 1 ? text.split("\n") : [];
  const isTable = lines.some((line) => line.includes(GAP));
  if (isTable && lines.every((line) => line.startsWith("/"))) {
    return make("div", "note commands", ...lines.flatMap(drawCommand));
  }
  const classes = ["note", ...(alarm ? ["alarm"] : []), ...(isTable ? ["table"] : [])];
  return make("p", classes.join(" "), ...drawWords(words));
}

/** A command, and what it does. */
function drawCommand(line: string): (Node | string)[] {
  const end = line.includes(GAP) ? line.indexOf(GAP) : line.length;
  const help = make("span", "", line.slice(end).trim());
  return [make("b", "", line.slice(0, end)), " ", help, "\n"];
}

function drawMessage(item: MessageItem, isMore: boolean, context: RowContext): HTMLElement {
  const { from, own, action, direct, at, text } = item;
  const classes = ["message"];
  if (isMore) classes.push("more");
  if (own) classes.push("own");
  if (action) classes.push("action");
  if (direct !== undefined) classes.push("direct");
  // White space is for those who copy.
  const head = make("span", "head", drawPerson(from));
  if (direct !== undefined) {
    head.append(make("span", "to", own ? ` to ${direct} only` : " to you only"));
  }
  if (!action) head.append(" ", drawTime(at));
  const body = drawText(text, context.mentions);
  const isMention = !own && body.querySelector("mark") !== null;
  if (isMention) classes.push("mention");
  if (own) {
    const isBlock = body.lastChild instanceof HTMLPreElement;
    const tick = make("span", isBlock ? "tick after-block" : "tick", "✓");
    tick.title = "delivered";
    tick.setAttribute("role", "img");
    tick.setAttribute("aria-label", "delivered");
    body.append(...(isBlock ? [] : [" "]), tick);
  }
  const rest: (Node | string)[] = action ? [" ", drawTime(at)] : [];
  const { erase } = context;
  const isErasable = item.seq !== undefined && item.isErasure !== true && !isErased(text);
  if (erase !== undefined && isErasable) {
    classes.push("erasable");
    const button = makeButton(
      () => erase(item),
      make("span", "word", "Erase …"),
      make("span", "dots", "⋯"),
    );
    button.className = "erase";
    button.setAttribute("aria-label", "Erase …");
    // Tab goes from the messages to the field. The keyboard has `/erase`.
    button.tabIndex = -1;
    rest.push(" ", button);
  }
  return make("div", classes.join(" "), head, " ", body, ...rest);
}

/** The time of the day. */
function drawTime(at: Date): HTMLElement {
  const time = make("time", "", timeOf(at));
  time.dateTime = at.toISOString();
  time.title = `${dayWords(at)}, ${timeOf(at)}`;
  return time;
}
