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
} from "../../protocol/limits.ts";
import type {
  ByeReason,
  ErrorCode,
  LeaveReason,
  LogEvent,
  ServerEvent,
} from "../../protocol/messages.ts";
import { cleanLine, cleanText } from "../../protocol/text.ts";

/** Characters of a name that is believed: the longest of 32 code points, with some to spare. */
const MAX_NAME_UNITS = 256;

/** A session's secret or a log's id: ours have 32 hexadecimal digits. */
const TOKEN = /^[\x21-\x7e]{1,256}$/;

/** ISO 8601 in UTC; anything else could not be shown as a time. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

const LEAVE_REASONS: ReadonlySet<string> = new Set<LeaveReason>([
  "quit",
  "lost",
  "timeout",
  "kicked",
  "shutdown",
]);

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
  "not_allowed",
  "unavailable",
  "unsupported_protocol",
]);

/** Thrown inside this file for a field that is not what it must be. */
class Unbelievable extends Error {}

/** The fields of an object, each read with a check. */
class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Unbelievable();
    }
    this.#fields = value as Readonly<Record<string, unknown>>;
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  string(name: string, maxChars: number): string {
    const value = this.#fields[name];
    if (typeof value !== "string" || value.length > maxChars) throw new Unbelievable();
    return value;
  }

  /** Any length: a line is bounded, and this is a part of one. */
  text(name: string): string {
    return cleanText(this.string(name, Infinity));
  }

  /** Newlines in it become visible too. */
  line(name: string): string {
    return cleanLine(this.string(name, Infinity));
  }

  name(name: string): string {
    const value = cleanLine(this.string(name, MAX_NAME_UNITS));
    if (value === "") throw new Unbelievable();
    return value;
  }

  token(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== "string" || !TOKEN.test(value)) throw new Unbelievable();
    return value;
  }

  count(name: string, min: number): number {
    const value = this.#fields[name];
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min) {
      throw new Unbelievable();
    }
    return value;
  }

  flag(name: string): boolean {
    const value = this.#fields[name];
    if (typeof value !== "boolean") throw new Unbelievable();
    return value;
  }

  at(): string {
    const value = this.string("at", 40);
    if (!TIME.test(value) || Number.isNaN(Date.parse(value))) throw new Unbelievable();
    return value;
  }

  names(name: string): string[] {
    return this.#list(name, MAX_MEMBERS_PAGE).map((item) => new Fields({ item }).name("item"));
  }

  events(): LogEvent[] {
    return this.#list("events", MAX_HISTORY_PAGE).map((item) => {
      const event = logEvent(new Fields(item));
      if (event === undefined) throw new Unbelievable();
      return event;
    });
  }

  oneOf<T extends string>(name: string, allowed: ReadonlySet<string>, otherwise: T): T {
    const value = this.string(name, MAX_ID_CHARS);
    return allowed.has(value) ? value as T : otherwise;
  }

  id(): { readonly id?: string } {
    return this.has("id") ? { id: cleanLine(this.string("id", MAX_ID_CHARS)) } : {};
  }

  #list(name: string, maxItems: number): unknown[] {
    const value = this.#fields[name];
    if (!Array.isArray(value) || value.length > maxItems) throw new Unbelievable();
    return value;
  }
}

/**
 * What a line of the server says.
 *
 * @param line One line without its newline.
 * @returns The event, with nothing but the fields that belong to it; undefined for a line that is
 * longer than `MAX_LINE_CHARS`, not for programs (the greeting), not JSON, of an unknown type, or with a field that is missing,
 * of the wrong type or out of range.
 */
export function parseServerLine(line: string): ServerEvent | undefined {
  if (!line.startsWith("{") || line.length > MAX_LINE_CHARS) return undefined;
  try {
    const fields = new Fields(JSON.parse(line));
    return logEvent(fields) ?? privateEvent(fields);
  } catch {
    // Broken JSON, or JSON that is not to be believed: to the caller it is all the same.
    return undefined;
  }
}

function logEvent(fields: Fields): LogEvent | undefined {
  const type = fields.string("type", MAX_ID_CHARS);
  if (type !== "message" && type !== "join" && type !== "leave" && type !== "rename") {
    return undefined;
  }
  const seq = fields.count("seq", 1);
  const at = fields.at();
  switch (type) {
    case "message": {
      const from = fields.name("from");
      const action = fields.has("action") && fields.flag("action") ? { action: true as const } : {};
      return { type, seq, at, from, text: fields.text("text"), ...fields.id(), ...action };
    }
    case "join":
      return { type, seq, at, name: fields.name("name") };
    case "leave": {
      const reason = fields.oneOf<LeaveReason>("reason", LEAVE_REASONS, "lost");
      return { type, seq, at, name: fields.name("name"), reason };
    }
    case "rename":
      return { type, seq, at, from: fields.name("from"), to: fields.name("to") };
  }
}

function privateEvent(fields: Fields): ServerEvent | undefined {
  const type = fields.string("type", MAX_ID_CHARS);
  switch (type) {
    case "welcome":
      return {
        type,
        protocol: fields.count("protocol", 1),
        name: fields.name("name"),
        session: fields.token("session"),
        log: fields.token("log"),
        seq: fields.count("seq", 0),
        members: fields.names("members"),
        count: fields.count("count", 0),
        resumed: fields.flag("resumed"),
        ...(fields.has("motd") ? { motd: fields.text("motd") } : {}),
      };
    case "direct": {
      const people = { from: fields.name("from"), to: fields.name("to") };
      return { type, at: fields.at(), ...people, text: fields.text("text"), ...fields.id() };
    }
    case "members": {
      const names = fields.names("names");
      return { type, names, count: fields.count("count", 0), more: fields.flag("more") };
    }
    case "history":
    case "results":
      return { type, events: fields.events(), more: fields.flag("more") };
    case "notice":
      return { type, text: fields.text("text") };
    case "lagged":
      return { type, from: fields.count("from", 1), to: fields.count("to", 1) };
    case "error": {
      const code = fields.oneOf<ErrorCode>("code", ERROR_CODES, "bad_request");
      return { type, code, text: fields.line("text"), ...fields.id() };
    }
    case "pong":
      return { type, ...fields.id() };
    case "bye": {
      const reason = fields.oneOf<ByeReason>("reason", BYE_REASONS, "lost");
      return { type, reason, text: fields.line("text") };
    }
    default:
      return undefined;
  }
}
