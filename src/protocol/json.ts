/**
 * The dialect for programs: one JSON object a line, exactly the objects of `messages.ts`. Unknown
 * fields are ignored, so that a newer client can talk to an older server.
 *
 * @module
 */

import type { LogFormat, RequestDialect } from "./dialect.ts";
import { parseRequest } from "./json_requests.ts";
import {
  type Fits,
  fitsInto,
  jsonBytes,
  namesThatFit,
  roomsThatFit,
  textThatFits,
  utf8Bytes,
} from "./limits.ts";
import type { LogEvent, PrivateEvent, RoomEvent, Welcome } from "./messages.ts";

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
  parse: parseRequest,
  renderLog,
  renderPrivate,
  fits,
  renderEntrance: (welcome: Welcome) => renderPrivate(welcome),
  renderHistoryStart: nothing,
  renderHistoryEnd: nothing,
  renderNews: nothing,
};

function nothing(): string {
  return "";
}

function renderLog(event: LogEvent, room: string): string {
  return JSON.stringify(withRoom(event, room)) + "\n";
}

/**
 * The same event with its room, its fields in the order of the specification; absent ones stay
 * absent. Fields that are undefined are not written by JSON.stringify.
 */
function withRoom(event: LogEvent, room: string): RoomEvent {
  const { seq, at } = event;
  switch (event.type) {
    case "message": {
      const { from, text, id, action, notice } = event;
      return { type: "message", room, seq, at, from, text, id, action, notice } as RoomEvent;
    }
    case "join":
      return { type: "join", room, seq, at, name: event.name };
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
      return { ...event, names: namesThatFit(event.names) };
    case "rooms": {
      const rooms = roomsThatFit(event.rooms, (room) => JSON.stringify(room));
      return { ...event, rooms, more: event.more || rooms.length < event.rooms.length };
    }
    case "members": {
      const names = namesThatFit(event.names);
      return { ...event, names, more: event.more || names.length < event.names.length };
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
    case "notice":
    case "error":
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
