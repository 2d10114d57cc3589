/**
 * The dialect for programs: one JSON object a line, exactly the objects of `messages.ts`. Unknown
 * fields are ignored, so that a newer client can talk to an older server.
 *
 * @module
 */

import type { Dialect } from "./dialect.ts";
import { excerpt } from "./quote.ts";
import { isMessageId } from "./ids.ts";
import { FieldError, Fields, isObject } from "./json_fields.ts";
import {
  fitsInto,
  jsonBytes,
  MAX_HISTORY_PAGE,
  MAX_PAGE_BYTES,
  MAX_QUERY_CHARS,
  namesThatFit,
  textThatFits,
  utf8Bytes,
} from "./limits.ts";
import type { ErrorCode, ErrorEvent, LogEvent, PrivateEvent, Request } from "./messages.ts";
import { PROTOCOL } from "./messages.ts";
import { queryProblem } from "./text.ts";

/** Events that a client may wish for on joining: the ring from which they come holds so many. */
const MAX_JOIN_HISTORY = 10_000;

/** Longest `log` and `at` of a hello: twice what a server sends. */
const MAX_POSITION_CHARS = 64;

/** Longest `to` and `after` (names); the room's rules for names are stricter. */
const MAX_NAME_FIELD_CHARS = 256;

/** Longest `password` and `session`. */
const MAX_SECRET_CHARS = 1_024;

/**
 * Strings in a request, names of fields included: twice what the largest has. The engine keeps one of
 * each short string, and thousands that collide in its table hold it up for 0.2 s (V8 15, measured).
 */
const MAX_STRINGS = 64;

/** A shorter line cannot have many more. */
const SHORT_CHARS = 512;

/** The dialect of programs. */
export const json: Dialect = {
  name: "json",
  echoes: true,
  resumes: true,
  parse,
  renderLog,
  renderPrivate,
  fits: () => fitsInto(jsonBytes),
  renderHistoryStart: nothing,
  renderHistoryEnd: nothing,
};

function nothing(): string {
  return "";
}

function parse(line: string): Request | ErrorEvent | null {
  if (line.trim() === "") return null;
  if (line.length > SHORT_CHARS && hasManyStrings(line)) {
    const text = `A request has at most ${MAX_STRINGS} strings: ${excerpt(line)}.`;
    return failure("bad_request", text);
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return failure("bad_json", `This line is no JSON: ${excerpt(line)}.`);
  }
  if (!isObject(value)) {
    return failure("bad_request", `A request must be a JSON object: ${excerpt(line)}.`);
  }
  try {
    return toRequest(value);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return failure("bad_request", error.message, value.id);
  }
}

function toRequest(record: Readonly<Record<string, unknown>>): Request | ErrorEvent {
  const fields = new Fields(record);
  const type = fields.text("type");
  switch (type) {
    case "hello":
      return toHello(fields);
    case "say":
      return {
        type,
        text: fields.text("text"),
        ...fields.optionalId(),
        ...fields.optionalMark("action"),
      };
    case "direct":
      return {
        type,
        to: fields.text("to", MAX_NAME_FIELD_CHARS),
        text: fields.text("text"),
        ...fields.optionalId(),
      };
    case "rename":
      return { type, name: fields.text("name") };
    case "who":
      return { type, ...fields.optionalText("after", MAX_NAME_FIELD_CHARS) };
    case "history":
      return {
        type,
        ...fields.optionalInteger("before", { min: 0 }),
        ...fields.optionalInteger("limit", { min: 1, max: MAX_HISTORY_PAGE }),
        ...fields.optionalInteger("messages", { min: 1, max: MAX_HISTORY_PAGE }),
      };
    case "search": {
      const query = fields.text("query", MAX_QUERY_CHARS);
      const limit = fields.optionalInteger("limit", { min: 1, max: MAX_HISTORY_PAGE });
      const problem = queryProblem(query);
      return problem === null ? { type, query, ...limit } : failure("bad_request", problem);
    }
    case "command":
      return { type, line: fields.text("line") };
    case "ping":
      return { type, ...fields.optionalId() };
    case "quit":
      return { type };
    default:
      return failure("unknown_type", `There is no request of type ${excerpt(type)}.`, record.id);
  }
}

function toHello(fields: Fields): Request | ErrorEvent {
  const protocol = fields.integer("protocol", { min: 0 });
  if (protocol !== PROTOCOL) {
    // Not looked at further: the fields of another version may mean anything.
    const text = `This server speaks protocol ${PROTOCOL}, not ${protocol}.`;
    return failure("unsupported_protocol", text);
  }
  return {
    type: "hello",
    protocol,
    name: fields.text("name"),
    ...fields.optionalText("password", MAX_SECRET_CHARS),
    ...fields.optionalText("session", MAX_SECRET_CHARS),
    ...fields.optionalText("log", MAX_POSITION_CHARS),
    ...fields.optionalInteger("after", { min: 0 }),
    ...fields.optionalText("at", MAX_POSITION_CHARS),
    ...fields.optionalInteger("history", { min: 0, max: MAX_JOIN_HISTORY }),
  };
}

/** An error, with the request's id where that is one. */
function failure(code: ErrorCode, text: string, id?: unknown): ErrorEvent {
  const valid = typeof id === "string" && isMessageId(id);
  return { type: "error", code, text, ...(valid && { id }) };
}

function renderLog(event: LogEvent): string {
  return JSON.stringify(ordered(event)) + "\n";
}

/** The same event, its fields in the order of the specification; absent ones stay absent. */
function ordered(event: LogEvent): LogEvent {
  const { seq, at } = event;
  switch (event.type) {
    case "message": {
      const { from, text, id, action } = event;
      // Fields that are undefined are not written by JSON.stringify.
      return { type: "message", seq, at, from, text, id, action } as LogEvent;
    }
    case "join":
      return { type: "join", seq, at, name: event.name };
    case "leave":
      return {
        type: "leave",
        seq,
        at,
        name: event.name,
        reason: event.reason,
        by: event.by,
        text: event.text,
      } as LogEvent;
    case "rename":
      return { type: "rename", seq, at, from: event.from, to: event.to };
    case "topic":
      return { type: "topic", seq, at, name: event.name, text: event.text };
  }
}

function renderPrivate(event: PrivateEvent): string {
  const { type, ...rest } = fitting(event);
  return JSON.stringify({ type, ...rest }) + "\n";
}

/** The event, shortened to what one line may hold. */
function fitting(event: PrivateEvent): PrivateEvent {
  switch (event.type) {
    case "welcome": {
      const room = MAX_PAGE_BYTES - utf8Bytes(JSON.stringify(event.motd ?? ""));
      return { ...event, members: namesThatFit(event.members, room) };
    }
    case "members": {
      const names = namesThatFit(event.names);
      return { ...event, names, more: event.more || names.length < event.names.length };
    }
    case "history":
    case "results":
      return { type: event.type, events: event.events.map(ordered), more: event.more };
    case "notice":
    case "error":
    case "bye":
      return { ...event, text: textThatFits(event.text) };
    default:
      return event;
  }
}

/** Counts quotes that are not escaped, in one pass. */
function hasManyStrings(line: string): boolean {
  let quotes = 0;
  for (let i = 0; i < line.length; i++) {
    const unit = line.charCodeAt(i);
    if (unit === 0x5C) i++;
    else if (unit === 0x22 && ++quotes > 2 * MAX_STRINGS) return true;
  }
  return false;
}
