/**
 * The rows of the screen that scroll, as they are made: names in their column, times, a line where
 * the day changes. What is shown at all, and when, is decided elsewhere (`screen_renderer.ts`).
 *
 * @module
 */

import { botName } from "../../protocol/plain.ts";
import { cleanLine } from "../../protocol/text.ts";
import { inColumns, NameColumn } from "./columns.ts";
import { dayOf, dayWords, timeOf } from "./days.ts";
import {
  type Entry,
  evenText,
  layOut,
  type Mark,
  MIN_WIDE_COLUMNS,
  type Room,
  textColumns,
} from "./layout.ts";
import type { Range } from "./mentions.ts";
import type { Style } from "./style.ts";
import { widthOf } from "./width.ts";
import type { Words } from "./words.ts";

/** Rows of names that are shown at most: a screen of 24 keeps its beginning in sight. */
const MAX_NAME_ROWS = 20;

/** Something that somebody said. */
export interface Saying {
  /** When. */
  readonly date: Date;
  /** Who, as the server names them. */
  readonly person: string;
  /** `said`: with the name before it; `action`: with the name in it; else a direct message. */
  readonly manner: "said" | "action" | "from" | "to";
  /** What; may hold newlines. */
  readonly text: string;
  /** Finds what is to be highlighted. */
  readonly mentions: (text: string) => readonly Range[];
}

/** Collects rows until they are taken; breaks them at the width that the terminal has then. */
export class Scroll {
  readonly #style: Style;
  readonly #columns: () => number;
  readonly #names = new NameColumn();
  #rows: string[] = [];
  #day: string;

  /**
   * Begins empty.
   *
   * @param style Colours.
   * @param options `columns`: gives the columns of the terminal now; `today`: what needs no line.
   */
  constructor(
    style: Style,
    { columns, today }: { readonly columns: () => number; readonly today: Date },
  ) {
    this.#style = style;
    this.#columns = columns;
    this.#day = dayOf(today);
  }

  /** The rows since the last call. */
  take(): string[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /** People who speak next: their names have room. */
  expect(names: readonly string[]): void {
    this.#names.use(names);
  }

  /**
   * Shows what somebody said.
   *
   * @returns Something in it was highlighted.
   */
  say({ date, person: sent, manner, text, mentions }: Saying): boolean {
    this.#dated(date);
    // A name that was not checked may be anything, and the label is one line.
    const person = cleanLine(sent);
    const name = manner === "action" ? `${person} ` : "";
    const even = evenText(name + text);
    const found = mentions(even.slice(name.length));
    const marks: Mark[] = found.map(({ start, end }) => ({
      start: start + name.length,
      end: end + name.length,
      paint: this.#style.mention,
    }));
    if (name !== "") marks.unshift(this.#personMark(person, 0));
    const columns = this.#columns();
    const wide = columns >= MIN_WIDE_COLUMNS;
    const shown = wide ? this.#names.shown(person, columns) : person;
    const label = manner === "said" ? shown : manner === "action" ? "~" : `[${manner} ${person}]`;
    this.#put(date, label, even, {
      marks,
      said: manner === "said",
      paintLabel: manner === "action" ? plain : (part) => this.#style.person(person, part),
    });
    return found.length > 0;
  }

  /**
   * Shows what happened, or what a program has to say.
   *
   * @param date When; undefined: it has no time of its own.
   * @param label What kind of thing: `*` or `!`.
   * @param words What.
   * @param options `block`: it is a table, which stands at the left and has the whole width;
   * `ours`: it is by this computer's clock, which may have another day than the server's: so no
   * line tells of it.
   */
  tell(
    date: Date | undefined,
    label: string,
    words: Words,
    { block = false, ours = false }: { readonly block?: boolean; readonly ours?: boolean } = {},
  ): void {
    if (date !== undefined && !ours) this.#dated(date);
    let text = "";
    const marks: Mark[] = [];
    for (const word of words) {
      if (typeof word === "string") {
        text += evenText(word);
      } else {
        const name = evenText(word.person);
        marks.push({ ...this.#personMark(name, text.length) });
        text += name;
      }
    }
    const room = block ? this.#block() : this.#room();
    this.#put(date, label, text, { marks, room, hangs: block });
  }

  /** Shows that something went wrong, by this computer's clock. */
  alarm(date: Date, text: string): void {
    const even = evenText(text);
    const mark = { start: 0, end: even.length, paint: this.#style.alarm };
    this.#put(date, "!", even, { marks: [mark], paintLabel: this.#style.alarm });
  }

  /**
   * Shows names side by side.
   *
   * @param date When.
   * @param names Those that are known.
   * @param options `count`: how many there are in all; `where`: `here`, or in which room.
   */
  people(
    date: Date,
    names: readonly string[],
    { count, where, bots = [] }: {
      readonly count: number;
      readonly where: string;
      readonly bots?: readonly string[] | undefined;
    },
  ): void {
    this.tell(date, "*", [`${count} ${where}:`], { block: true, ours: true });
    const shown = names.map((name) => bots.includes(name) ? botName(name) : name);
    const rows = inColumns(shown.map(evenText), textColumns(this.#block()));
    const few = rows.slice(0, MAX_NAME_ROWS);
    for (const cells of few) {
      const words = cells.flatMap(({ name, spaces }) => {
        // No name has a space.
        const [person = "", ...mark] = name.split(" ");
        return [{ person }, ...mark.map((mark) => ` ${mark}`), " ".repeat(spaces)];
      });
      this.tell(undefined, "", words, { block: true });
    }
    const listed = few.reduce((sum, cells) => sum + cells.length, 0);
    if (count > listed) this.tell(undefined, "", [`and ${count - listed} more`], { block: true });
  }

  /** A line across. */
  rule(text: string, short: string = text): void {
    const line = `── ${text} ──`;
    const fits = widthOf(line) <= Math.max(20, this.#columns());
    this.#rows.push(this.#style.dim(fits ? line : `── ${short} ──`));
  }

  /**
   * Shows something of the past: what comes after it is of the day that it was before.
   *
   * @param show Shows it.
   */
  aside(show: () => void): void {
    const day = this.#day;
    show();
    this.#day = day;
  }

  /** A line where the day changes. */
  #dated(date: Date): void {
    const day = dayOf(date);
    if (day === this.#day) return;
    this.#day = day;
    this.rule(dayWords(date), day);
  }

  #put(
    date: Date | undefined,
    label: string,
    text: string,
    { marks, room = this.#room(), said = false, hangs = false, paintLabel = plain }: {
      readonly marks: readonly Mark[];
      readonly room?: Room;
      readonly said?: boolean;
      readonly hangs?: boolean;
      readonly paintLabel?: Entry["paintLabel"];
    },
  ): void {
    const stamp = date === undefined ? "" : timeOf(date);
    const entry = { stamp, label: evenText(label), said, hangs, text, marks, paintLabel };
    const rows = layOut({ ...entry, paintStamp: this.#style.dim }, room);
    // One by one: a batch may hold more rows than a call may have arguments.
    for (const row of rows) this.#rows.push(row);
  }

  #room(): Room {
    const columns = this.#columns();
    return { columns, nameColumns: this.#names.width(columns) };
  }

  /** The screen for a table: its label takes one column. */
  #block(): Room {
    return { columns: this.#columns(), nameColumns: 1 };
  }

  #personMark(person: string, start: number): Mark {
    return {
      start,
      end: start + person.length,
      paint: (part) => this.#style.person(person, part),
    };
  }
}

function plain(part: string): string {
  return part;
}
