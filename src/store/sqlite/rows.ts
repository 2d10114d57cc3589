/**
 * Events as rows of the table `events`, and back.
 *
 * @module
 */

import type { Draft, LeaveReason, LogEvent, Message } from "../../protocol/messages.ts";
import { atOf, leaveOf, messageOf } from "../events.ts";
import { ROOM_SPAN } from "../store.ts";
import { fold } from "../words.ts";

/**
 * A room's `seq` of an event: the lower 32 bits of its key, the column `seq` of the table, which is
 * `room * ROOM_SPAN + seq`. So the events of databases that had one room are the lobby's.
 */
export const SEQ_COLUMN: string = `events.seq & ${ROOM_SPAN - 1} AS seq`;

/**
 * The columns that make an event again, and what it is searched by. Here `seq` is the room's, while
 * `events.seq`, and `seq` in conditions, is the key.
 */
export const ROW_COLUMNS: string =
  `${SEQ_COLUMN}, at, type, name, events.text, new_name, reason, by, action, id, folded, erases`;

/**
 * What the index is given of a message; two spaces make its last characters begin a trigram too.
 */
export const INDEXED_TEXT = "coalesce(folded, events.text) || '  '";

/** The column `action` of what a sender does. */
const ACTION = 1;

/** The column `action` of what a program says. */
const NOTICE = 2;

/** The column `action` of a message. */
export function kindColumn({ action, notice }: Pick<Message, "action" | "notice">): number | null {
  return action === true ? ACTION : notice === true ? NOTICE : null;
}

/** A row with these columns. */
export interface EventRow {
  /** The event's `seq`. */
  readonly seq: number;
  /** ISO 8601 in UTC with milliseconds. */
  readonly at: string;
  /** The event's type. */
  readonly type: LogEvent["type"];
  /** Who: the sender, or who came, left or took another name (then the name until now). */
  readonly name: string;
  /** What was said, the topic, or why somebody was removed. */
  readonly text: string | null;
  /** The name from now on, of a rename. */
  readonly new_name: string | null;
  /** Why somebody left. */
  readonly reason: LeaveReason | null;
  /** Who removed somebody who left. */
  readonly by: string | null;
  /** 1 for an action, 2 for a notice. */
  readonly action: number | null;
  /** The id that the sender chose. */
  readonly id: string | null;
  /** The text as it is searched, where it differs by more than the case of ASCII letters. */
  readonly folded: string | null;
  /** The `seq`s of the messages that it erases, with commas between. */
  readonly erases: string | null;
}

/**
 * The event of a row.
 *
 * @param row As it was read.
 */
export function fromRow(row: EventRow): LogEvent {
  const { seq, name } = row;
  const at = atOf(row.at);
  switch (row.type) {
    case "message": {
      const action = row.action === ACTION ? true : undefined;
      const notice = row.action === NOTICE ? true : undefined;
      const id = row.id ?? undefined;
      const message = messageOf(seq, at, name, row.text ?? "", id, action, notice);
      if (row.erases === null) return message;
      return { ...message, erases: row.erases.split(",").map(Number) } as LogEvent;
    }
    case "join":
      return { type: "join", seq, at, name };
    case "leave":
      return leaveOf(seq, at, {
        name,
        reason: row.reason ?? "lost",
        ...(row.by === null ? {} : { by: row.by }),
        ...(row.text === null ? {} : { text: row.text }),
      });
    case "rename":
      return { type: "rename", seq, at, from: name, to: row.new_name ?? "" };
    case "topic":
      return { type: "topic", seq, at, name, text: row.text ?? "" };
  }
}

/**
 * The text of a message as it is searched. It was folded when it was written, and is not again.
 *
 * @param row A message.
 */
export function searchedText({ text, folded }: EventRow): string {
  return folded ?? (text ?? "").toLowerCase();
}

/** A draft that is no message. */
export type Notable = Exclude<Draft, { readonly type: "message" }>;

/** The columns `type, name, text, new_name, reason, by`. */
export type NotableColumns = [
  string,
  string,
  string | null,
  string | null,
  string | null,
  string | null,
];

/**
 * The columns `type, name, text, new_name, reason, by` of what is no message.
 *
 * @param draft What happened.
 */
export function notableColumns(draft: Notable): NotableColumns {
  switch (draft.type) {
    case "join":
      return ["join", draft.name, null, null, null, null];
    case "leave":
      return ["leave", draft.name, draft.text ?? null, null, draft.reason, draft.by ?? null];
    case "rename":
      return ["rename", draft.from, null, draft.to, null, null];
    case "topic":
      return ["topic", draft.name, draft.text, null, null, null];
  }
}

/** Beyond ASCII, which SQLite's LIKE compares without case by itself. */
// deno-lint-ignore no-control-regex -- ASCII begins at NUL
const BEYOND_ASCII = /[^\x00-\x7f]/;

/**
 * The text as it is searched, where SQLite could not tell by itself.
 *
 * @param text As it was said.
 * @returns Null when the text itself will do.
 */
export function foldedColumn(text: string): string | null {
  if (!BEYOND_ASCII.test(text)) return null;
  const folded = fold(text);
  return folded === text ? null : folded;
}
