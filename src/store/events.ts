/**
 * Events as every store makes them: the event that a draft becomes, and its time.
 *
 * Times are ISO 8601 in UTC with milliseconds and four digits for the year, so that they compare as
 * text and every reader knows the form, wherever the clock has gone.
 *
 * @module
 */

import {
  type AssignedField,
  type Draft,
  ERASED,
  type Leave,
  type LogEvent,
  type Message,
} from "../protocol/messages.ts";

const FIRST = "1970-01-01T00:00:00.000Z";
const LAST = "9999-12-31T23:59:59.999Z";
const LAST_MS = Date.parse(LAST);

/** The second of the last time that was asked for, and its text up to the milliseconds. */
let second = NaN;
let upToMs = "";

/** Makes a log's id: 128 random bits as 32 hexadecimal digits. */
export function newLogId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

/**
 * The event that a draft becomes when it is committed.
 *
 * A literal for each shape keeps the hidden classes few and the order of the keys the same
 * everywhere; this runs once for every event of the room.
 *
 * @param draft What happened.
 * @param seq Its place in the log.
 * @param at ISO 8601 in UTC with milliseconds.
 */
export function eventOf(draft: Draft, seq: number, at: string): LogEvent {
  switch (draft.type) {
    case "message": {
      const { from, text, id, action, notice, cuts, erases } = draft;
      const message = messageOf(seq, at, from, text, id, action, notice);
      if (erases !== undefined) return { ...message, erases } as LogEvent;
      return cuts === undefined ? message : { ...message, cuts } as LogEvent;
    }
    case "join":
      return { type: "join", seq, at, name: draft.name };
    case "leave":
      return leaveOf(seq, at, draft);
    case "rename":
      return { type: "rename", seq, at, from: draft.from, to: draft.to };
    case "topic":
      return { type: "topic", seq, at, name: draft.name, text: draft.text };
  }
}

/**
 * A message with exactly the optional fields that it has.
 *
 * @param id Absent when the sender chose none.
 * @param action Absent when it is words.
 * @param notice Absent when it may be answered by a program.
 */
export function messageOf(
  seq: number,
  at: string,
  from: string,
  text: string,
  id: string | undefined,
  action: true | undefined,
  notice?: true | undefined,
): LogEvent {
  if (notice !== undefined) {
    const marked = { ...(action === undefined ? {} : { action }), notice };
    return { type: "message", seq, at, from, text, ...(id === undefined ? {} : { id }), ...marked };
  }
  if (action === undefined) {
    return id === undefined
      ? { type: "message", seq, at, from, text }
      : { type: "message", seq, at, from, text, id };
  }
  return id === undefined
    ? { type: "message", seq, at, from, text, action }
    : { type: "message", seq, at, from, text, id, action };
}

/** What is left of a message once it is erased: who said something, and when. */
export function erasedOf({ seq, at, from, id }: Message): LogEvent {
  return messageOf(seq, at, from, ERASED, id, undefined);
}

/** A leave with exactly the optional fields that it has. */
export function leaveOf(
  seq: number,
  at: string,
  { name, reason, by, text }: Omit<Leave, AssignedField | "type">,
): LogEvent {
  return {
    type: "leave",
    seq,
    at,
    name,
    reason,
    ...(by === undefined ? {} : { by }),
    ...(text === undefined ? {} : { text }),
  };
}

/**
 * A time as events carry it.
 *
 * @param ms Milliseconds since 1970.
 * @returns The first or the last millisecond from 1970 to 9999 for what is beyond.
 */
export function isoOf(ms: number): string {
  if (!(ms >= 0 && ms <= LAST_MS)) return ms > LAST_MS ? LAST : FIRST;
  // Asked for each batch, mostly within one second.
  if (Math.floor(ms / 1000) !== second) {
    second = Math.floor(ms / 1000);
    upToMs = new Date(ms).toISOString().slice(0, -4);
  }
  // Joined, and so one string: events keep it.
  return [upToMs, String(Math.floor(ms) % 1000).padStart(3, "0"), "Z"].join("");
}

/**
 * When a stored event happened. Where the clock stood beyond the year 9999 or before the year 0,
 * earlier versions wrote `+010000-…` and `-000001-…`.
 *
 * @param at From the column `at`.
 * @returns The first or the last time that {@linkcode isoOf} gives, where `at` has another form.
 */
export function atOf(at: string): string {
  if (at.length === FIRST.length) return at;
  return at.startsWith("+") ? LAST : FIRST;
}
