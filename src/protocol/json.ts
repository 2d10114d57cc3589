/**
 * The dialect for programs: one JSON object a line, exactly the objects of `messages.ts`. Each
 * field of a request has its type and its limits; unknown fields are ignored, so that a newer
 * client can talk to an older server.
 *
 * @module
 */

import type { LogFormat, RequestDialect } from "./dialect.ts";
import { isMessageId } from "./ids.ts";
import { FieldError, Fields, isObject } from "./json_fields.ts";
import {
  type Fits,
  fitsInto,
  jsonBytes,
  MAX_HISTORY_PAGE,
  MAX_KEY_CHARS,
  MAX_QUERY_CHARS,
  MAX_ROOM_CHARS,
  MAX_ROOMS_A_CLIENT,
  namesThatFit,
  roomsThatFit,
  textThatFits,
  utf8Bytes,
} from "./limits.ts";
import {
  type ErrorCode,
  type ErrorEvent,
  type LogEvent,
  type PrivateEvent,
  PROTOCOL,
  type Request,
  type RoomEvent,
  type RoomWish,
  type Welcome,
} from "./messages.ts";
import { excerpt } from "./quote.ts";
import { queryProblem } from "./text.ts";

/** Events that a client may wish for on joining: the ring from which they come holds so many. */
const MAX_JOIN_HISTORY = 10_000;

/** Longest `log` and `at` of a position: twice what a server sends. */
const MAX_POSITION_CHARS = 64;

/** Longest `to` and `after` (names); the server's rules for names are stricter. */
const MAX_NAME_FIELD_CHARS = 256;

/** Longest `password` and `session`. */
const MAX_SECRET_CHARS = 1_024;

/**
 * Strings in a request, names of fields included: the largest, a hello into 20 rooms, has 193. The
 * engine keeps one of each short string, and thousands that collide in its table hold it up for 0.2
 * s (V8 15, measured).
 */
const MAX_STRINGS = 256;

/** A shorter line cannot have many more. */
const SHORT_CHARS = 512;

/** What the names of programs may take beside all names, in bytes of UTF-8. */
const MAX_BOTS_BYTES = 8 * 1024;

const format: LogFormat = { renderLog };

/** The dialect of programs. */
export const json: RequestDialect = {
  name: "json",
  format,
  echoes: () => true,
  ackedById: true,
  prompts: false,
  resumes: true,
  manyRooms: true,
  past: "all",
  parse,
  renderLog,
  renderPrivate,
  fits,
  renderEntrance: (welcome: Welcome) => renderPrivate(welcome),
  renderHistoryStart: nothing,
  renderHistoryEnd: nothing,
  renderNews: nothing,
};

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
    return failure("bad_json", `This line is not JSON: ${excerpt(line)}.`);
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
        ...aboutRoom(fields),
        text: fields.text("text"),
        ...fields.optionalId(),
        ...fields.optionalMark("action"),
        ...fields.optionalMark("notice"),
      };
    case "direct":
      return {
        type,
        to: fields.text("to", MAX_NAME_FIELD_CHARS),
        text: fields.text("text"),
        ...fields.optionalId(),
        ...fields.optionalMark("notice"),
      };
    case "seen":
      return { type, directs: fields.integer("directs", { min: 0 }) };
    case "rename":
      return { type, name: fields.text("name") };
    case "join":
      return { type, room: fields.text("room", MAX_ROOM_CHARS), ...toWish(fields) };
    case "part":
      return { type, room: fields.text("room", MAX_ROOM_CHARS) };
    case "topic":
      return { type, ...aboutRoom(fields), text: fields.text("text") };
    case "rooms":
      return { type, ...fields.optionalText("after", MAX_NAME_FIELD_CHARS) };
    case "who":
      return {
        type,
        ...aboutRoom(fields),
        ...fields.optionalText("after", MAX_NAME_FIELD_CHARS),
      };
    case "history":
      if (fields.has("after") && (fields.has("before") || fields.has("messages"))) {
        const text = `"after" cannot stand beside "before" or "messages": leave one of them out.`;
        return failure("bad_request", text);
      }
      return {
        type,
        ...aboutRoom(fields),
        ...fields.optionalInteger("before", { min: 0 }),
        ...fields.optionalInteger("after", { min: 0 }),
        ...fields.optionalInteger("limit", { min: 1, max: MAX_HISTORY_PAGE }),
        ...fields.optionalInteger("messages", { min: 1, max: MAX_HISTORY_PAGE }),
      };
    case "search": {
      const query = fields.text("query", MAX_QUERY_CHARS);
      const limit = fields.optionalInteger("limit", { min: 1, max: MAX_HISTORY_PAGE });
      const problem = queryProblem(query);
      if (problem !== null) return failure("bad_request", problem);
      return { type, ...aboutRoom(fields), query, ...limit };
    }
    case "command":
      return { type, ...aboutRoom(fields), line: fields.text("line") };
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
    ...fields.optionalMark("bot"),
    ...fields.optionalMark("operator"),
    ...aboutRoom(fields),
    ...fields.optionalInteger("directs", { min: 0 }),
    ...(fields.has("rooms") ? { rooms: toRooms(fields.object("rooms", MAX_ROOMS_A_CLIENT)) } : {}),
  };
}

/** The room of a request, which may be absent. */
function aboutRoom(fields: Fields): { readonly room?: string } {
  return fields.optionalText("room", MAX_ROOM_CHARS);
}

function toRooms(record: Readonly<Record<string, unknown>>): Readonly<Record<string, RoomWish>> {
  // Without a prototype: a room may be called like a part of it.
  const rooms: Record<string, RoomWish> = Object.create(null);
  for (const [room, wish] of Object.entries(record)) {
    if (room.length > MAX_ROOM_CHARS) {
      throw new FieldError(
        `A name in "rooms" has ${room.length} characters, at most ${MAX_ROOM_CHARS} are allowed.`,
      );
    }
    if (!isObject(wish)) {
      throw new FieldError(`${excerpt(room)} in "rooms" must be an object.`);
    }
    rooms[room] = toWish(new Fields(wish));
  }
  return rooms;
}

function toWish(fields: Fields): RoomWish {
  return {
    ...fields.optionalText("log", MAX_POSITION_CHARS),
    ...fields.optionalInteger("after", { min: 0 }),
    ...fields.optionalText("at", MAX_POSITION_CHARS),
    ...fields.optionalInteger("history", { min: 0, max: MAX_JOIN_HISTORY }),
    ...fields.optionalText("key", MAX_KEY_CHARS),
  };
}

/** An error, with the request's id where that is one. */
function failure(code: ErrorCode, text: string, id?: unknown): ErrorEvent {
  const valid = typeof id === "string" && isMessageId(id);
  return { type: "error", code, text, ...(valid && { id }) };
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

function nothing(): string {
  return "";
}

function renderLog(event: LogEvent, room: string): string {
  return JSON.stringify(withRoom(event, room)) + "\n";
}

/** The programs among some names: as many as fit beside those. */
function botsOf({ bots }: { readonly bots?: readonly string[] }): { bots?: readonly string[] } {
  return bots === undefined ? {} : { bots: namesThatFit(bots, MAX_BOTS_BYTES) };
}

/**
 * The same event with its room, its fields in the order of the specification; absent ones stay
 * absent. Fields that are undefined are not written by JSON.stringify.
 */
function withRoom(event: LogEvent, room: string): RoomEvent {
  const { seq, at } = event;
  switch (event.type) {
    case "message": {
      const { from, text, id, action, notice, erases } = event;
      const line = { type: "message", room, seq, at, from, text, id, action, notice };
      return (erases === undefined ? line : { ...line, erases }) as RoomEvent;
    }
    case "join":
      return { type: "join", room, seq, at, name: event.name, bot: event.bot } as RoomEvent;
    case "leave": {
      const { name, reason, by, text } = event;
      return { type: "leave", room, seq, at, name, reason, by, text } as RoomEvent;
    }
    case "rename":
      return { type: "rename", room, seq, at, from: event.from, to: event.to };
    case "topic":
      return { type: "topic", room, seq, at, name: event.name, text: event.text };
  }
}

function ordered(event: RoomEvent): RoomEvent {
  return withRoom(event, event.room);
}

function renderPrivate(event: PrivateEvent): string {
  const { type, ...rest } = fitting(event);
  return JSON.stringify({ type, ...rest }) + "\n";
}

/** The event, shortened to what one line may hold. */
function fitting(event: PrivateEvent): PrivateEvent {
  switch (event.type) {
    case "joined":
      return { ...event, names: namesThatFit(event.names), ...botsOf(event) };
    case "rooms": {
      const rooms = roomsThatFit(event.rooms, (room) => JSON.stringify(room));
      return { ...event, rooms, more: event.more || rooms.length < event.rooms.length };
    }
    case "members": {
      const names = namesThatFit(event.names);
      return {
        ...event,
        names,
        ...botsOf(event),
        more: event.more || names.length < event.names.length,
      };
    }
    case "history": {
      const { type, room, events, more } = event;
      return { type, room, events: events.map(ordered), more };
    }
    case "results": {
      const { type, room, events, more } = event;
      const found = events.map(ordered);
      return room === undefined
        ? { type, events: found, more }
        : { type, room, events: found, more };
    }
    case "error": {
      const { details: _, ...sent } = event;
      return { ...sent, text: textThatFits(event.text) };
    }
    case "notice":
    case "bye":
      return { ...event, text: textThatFits(event.text) };
    default:
      return event;
  }
}

function fits(_page: "history" | "results", room: string): Fits {
  const roomBytes = utf8Bytes(`"room":"${room}",`);
  return fitsInto((event) => jsonBytes(event) + roomBytes);
}
