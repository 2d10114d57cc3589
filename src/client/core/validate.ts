/**
 * What the server sends is checked before anybody believes it: types, ranges and lengths; unknown
 * fields are left out, control characters replaced. What comes out of here is safe to show on a
 * terminal and to keep, whoever runs the server.
 *
 * Nothing of Deno: the page in the browser uses this file too.
 *
 * @module
 */

import {
  MAX_HISTORY_PAGE,
  MAX_ID_CHARS,
  MAX_LINE_CHARS,
  MAX_MEMBERS_PAGE,
  MAX_ROOMS_PAGE,
} from "../../protocol/limits.ts";
import { FieldError, Fields, isObject } from "../../protocol/json_fields.ts";
import {
  type ByeReason,
  type ErrorCode,
  type LeaveReason,
  MAX_ERASED,
  type PartReason,
  type RoomEvent,
  type RoomInfo,
  type RoomTopic,
  type ServerEvent,
} from "../../protocol/messages.ts";
import { MAX_FEATURES } from "../../protocol/messages.ts";
import { cleanLine, cleanText } from "../../protocol/text.ts";

/** Characters of a name that is believed: the longest of 32 code points, with some to spare. */
const MAX_NAME_UNITS = 256;

/** A session's secret or a log's id: ours have 32 hexadecimal digits. */
const TOKEN = /^[\x21-\x7e]{1,256}$/;

/** Fields of an object within an event: ours have three. */
const MAX_INNER_FIELDS = 16;

/** ISO 8601 in UTC; anything else could not be shown as a time. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

const LEAVE_REASONS: ReadonlySet<string> = new Set<LeaveReason>([
  "quit",
  "part",
  "lost",
  "timeout",
  "kicked",
  "shutdown",
]);

const PART_REASONS: ReadonlySet<string> = new Set<PartReason>(["part", "kicked", "closed"]);

const BYE_REASONS: ReadonlySet<string> = new Set<ByeReason>([
  "quit",
  "lost",
  "timeout",
  "kicked",
  "shutdown",
  "banned",
  "replaced",
  "full",
]);

const ERROR_CODES: ReadonlySet<string> = new Set<ErrorCode>([
  "bad_json",
  "bad_request",
  "unknown_type",
  "line_too_long",
  "text_too_long",
  "name_taken",
  "name_invalid",
  "password",
  "full",
  "banned",
  "no_such_person",
  "room_invalid",
  "rooms_full",
  "room_key",
  "not_in_room",
  "kept_out",
  "not_allowed",
  "unavailable",
  "unknown_delivery",
  "unsupported_protocol",
]);

/** The fields of an event: texts in them come out safe to show. Each check throws when it fails. */
class EventFields extends Fields {
  constructor(value: unknown) {
    if (!isObject(value)) throw new FieldError("An event must be a JSON object.");
    super(value);
  }

  /** Any length: a line is bounded, and this is a part of one. */
  cleanText(field: string): string {
    return cleanText(this.text(field));
  }

  /** Newlines in it become visible too. */
  cleanLine(field: string): string {
    return cleanLine(this.text(field));
  }

  name(field: string): string {
    return this.#matching(field, cleanLine(this.text(field, MAX_NAME_UNITS)), /./s);
  }

  /** Which names are those of programs. */
  bots(): { readonly bots?: readonly string[] } {
    return this.has("bots") ? { bots: this.names("bots") } : {};
  }

  names(field: string): string[] {
    return this.list(field, MAX_MEMBERS_PAGE)
      .map((item) => new EventFields({ item }).name("item"));
  }

  token(field: string): string {
    return this.#matching(field, this.text(field), TOKEN);
  }

  tokens(field: string, most: number): string[] {
    return this.list(field, most).map((item) => new EventFields({ item }).token("item"));
  }

  at(): string {
    const at = this.#matching("at", this.text("at", 40), TIME);
    if (Number.isNaN(Date.parse(at))) throw new FieldError(`"at" is no time.`);
    return at;
  }

  count(field: string, min: number): number {
    return this.integer(field, { min });
  }

  /** A word that a newer server has added becomes `otherwise`. */
  oneOf<T extends string>(field: string, known: ReadonlySet<string>, otherwise: T): T {
    const value = this.text(field, MAX_ID_CHARS);
    return known.has(value) ? value as T : otherwise;
  }

  /** The id of the request that this answers; whoever made it knows whether it is theirs. */
  id(): { readonly id?: string } {
    return this.has("id") ? { id: cleanLine(this.text("id", MAX_ID_CHARS)) } : {};
  }

  /** The fields of an object within it. */
  inner(field: string): EventFields {
    return new EventFields(this.object(field, MAX_INNER_FIELDS));
  }

  /** The room that it is about. */
  room(): { readonly room?: string } {
    return this.has("room") ? { room: this.name("room") } : {};
  }

  rooms(): RoomInfo[] {
    return this.list("rooms", MAX_ROOMS_PAGE).map((item) => {
      const fields = new EventFields(item);
      return {
        room: fields.name("room"),
        count: fields.count("count", 0),
        ...(fields.has("topic") ? { topic: fields.cleanLine("topic") } : {}),
        ...fields.optionalMark("joined"),
        ...fields.optionalMark("key"),
        ...fields.optionalMark("unlisted"),
      };
    });
  }

  /** The messages that this one erases. */
  erases(): { readonly erases?: readonly number[] } {
    if (!this.has("erases")) return {};
    const seqs = this.list("erases", MAX_ERASED);
    return { erases: seqs.map((item) => new EventFields({ item }).count("item", 1)) };
  }

  events(): RoomEvent[] {
    return this.list("events", MAX_HISTORY_PAGE).map((item) => {
      const event = logEvent(new EventFields(item));
      if (event === undefined) throw new FieldError(`"events" has one of an unknown type.`);
      return event;
    });
  }

  #matching(field: string, value: string, pattern: RegExp): string {
    if (!pattern.test(value)) throw new FieldError(`"${field}" has not the right form.`);
    return value;
  }
}

/**
 * What a line of the server says.
 *
 * @param line One line without its newline.
 * @returns The event, with nothing but the fields that belong to it; undefined for a line that is
 * longer than `MAX_LINE_CHARS`, not for programs (the greeting), not JSON, of an unknown type, or
 * with a field that is missing, of the wrong type or out of range.
 */
export function parseServerLine(line: string): ServerEvent | undefined {
  if (!line.startsWith("{") || line.length > MAX_LINE_CHARS) return undefined;
  try {
    const fields = new EventFields(JSON.parse(line));
    return logEvent(fields) ?? privateEvent(fields);
  } catch {
    // Broken JSON, or JSON that is not to be believed: to the caller it is all the same.
    return undefined;
  }
}

const LOG_TYPES: ReadonlySet<string> = new Set(["message", "join", "leave", "rename", "topic"]);

function logEvent(fields: EventFields): RoomEvent | undefined {
  const type = fields.text("type", MAX_ID_CHARS) as RoomEvent["type"];
  if (!LOG_TYPES.has(type)) return undefined;
  const room = fields.name("room");
  const seq = fields.count("seq", 1);
  const at = fields.at();
  switch (type) {
    case "message": {
      const from = fields.name("from");
      const text = fields.cleanText("text");
      const marks = { ...fields.id(), ...fields.optionalMark("action") };
      return { type, room, seq, at, from, text, ...marks, ...fields.erases() };
    }
    case "join":
      return { type, room, seq, at, name: fields.name("name"), ...fields.optionalMark("bot") };
    case "leave": {
      const reason = fields.oneOf<LeaveReason>("reason", LEAVE_REASONS, "lost");
      return {
        type,
        room,
        seq,
        at,
        name: fields.name("name"),
        reason,
        ...(fields.has("by") ? { by: fields.name("by") } : {}),
        ...(fields.has("text") ? { text: fields.cleanLine("text") } : {}),
      };
    }
    case "rename":
      return { type, room, seq, at, from: fields.name("from"), to: fields.name("to") };
    case "topic":
      return { type, room, seq, at, name: fields.name("name"), text: fields.cleanLine("text") };
  }
}

function topic(fields: EventFields): RoomTopic {
  return { text: fields.cleanLine("text"), name: fields.name("name"), at: fields.at() };
}

function privateEvent(fields: EventFields): ServerEvent | undefined {
  const type = fields.text("type", MAX_ID_CHARS);
  switch (type) {
    case "welcome":
      return {
        type,
        protocol: fields.count("protocol", 1),
        name: fields.name("name"),
        session: fields.token("session"),
        resumed: fields.flag("resumed"),
        ...(fields.has("motd") ? { motd: fields.cleanText("motd") } : {}),
        ...(fields.has("features") ? { features: fields.tokens("features", MAX_FEATURES) } : {}),
      };
    case "joined":
      return {
        type,
        room: fields.name("room"),
        log: fields.token("log"),
        seq: fields.count("seq", 0),
        names: fields.names("names"),
        ...fields.bots(),
        count: fields.count("count", 0),
        ...(fields.has("topic") ? { topic: topic(fields.inner("topic")) } : {}),
        ...(fields.has("keeper") ? { keeper: fields.name("keeper") } : {}),
        resumed: fields.flag("resumed"),
        ...(fields.has("forget") ? { forget: fields.count("forget", 0) } : {}),
      };
    case "parted": {
      const reason = fields.oneOf<PartReason>("reason", PART_REASONS, "part");
      const text = fields.has("text") ? { text: fields.cleanLine("text") } : {};
      return { type, room: fields.name("room"), reason, ...text };
    }
    case "rooms":
      return { type, rooms: fields.rooms(), more: fields.flag("more") };
    case "direct": {
      const people = { from: fields.name("from"), to: fields.name("to") };
      const text = fields.cleanText("text");
      const waiting = {
        ...fields.optionalInteger("n", { min: 1 }),
        ...fields.optionalMark("waits"),
      };
      return { type, at: fields.at(), ...people, text, ...fields.id(), ...waiting };
    }
    case "members": {
      const names = fields.names("names");
      const room = fields.name("room");
      const count = fields.count("count", 0);
      return { type, room, names, ...fields.bots(), count, more: fields.flag("more") };
    }
    case "history":
      return {
        type,
        room: fields.name("room"),
        events: fields.events(),
        more: fields.flag("more"),
      };
    case "results":
      return { type, ...fields.room(), events: fields.events(), more: fields.flag("more") };
    case "notice":
      return {
        type,
        ...fields.room(),
        text: fields.cleanText("text"),
        ...(fields.has("from") ? { from: fields.name("from") } : {}),
        ...fields.optionalMark("operator"),
      };
    case "lagged":
      return {
        type,
        room: fields.name("room"),
        from: fields.count("from", 1),
        to: fields.count("to", 1),
      };
    case "error": {
      const code = fields.oneOf<ErrorCode>("code", ERROR_CODES, "bad_request");
      const free = fields.has("freeInMs") ? { freeInMs: fields.count("freeInMs", 0) } : {};
      return {
        type,
        code,
        text: fields.cleanLine("text"),
        ...fields.id(),
        ...fields.room(),
        ...free,
      };
    }
    case "pong":
      return { type, ...fields.id() };
    case "bye": {
      const reason = fields.oneOf<ByeReason>("reason", BYE_REASONS, "lost");
      return { type, reason, text: fields.cleanLine("text") };
    }
    default:
      return undefined;
  }
}
