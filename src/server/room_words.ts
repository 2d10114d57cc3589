/**
 * What people are told of rooms: why they are in one no more, and why something about a room was
 * refused.
 *
 * @module
 */

import type { Refused } from "../order/order.ts";
import { MAX_ROOMS_A_CLIENT } from "../protocol/limits.ts";
import type { ErrorCode } from "../protocol/messages.ts";
import type { Parting } from "../room/room.ts";
import type { Limits } from "./limits.ts";

/** Why something was refused. */
export interface RoomProblem {
  /** For programs. */
  readonly code: ErrorCode;
  /** For people: one line. */
  readonly text: string;
}

/** Why somebody is in a room no more; undefined: it left by itself. */
export function partingText({ room, reason, by, text }: Parting): string | undefined {
  if (reason === "part") return undefined;
  const who = by ?? "An operator";
  if (reason === "closed") return `${who} closed #${room.name}.`;
  return `${who} removed you from #${room.name}${text === undefined ? "." : `: ${text}`}`;
}

/** That somebody is not in a room; null: in none by default. */
export function notInRoom(name: string | null): RoomProblem {
  const text = name === null
    ? "You have no default room: say which room you mean."
    : `You are not in #${name}: join it first.`;
  return { code: "not_in_room", text };
}

/**
 * What is said of a refusal that is about a room.
 *
 * @param name The room's, folded.
 * @param nowMs Milliseconds since 1970.
 * @returns Null: the refusal is about something else.
 */
export function roomProblem(
  { why, room, untilMs }: Refused,
  name: string,
  { limits, nowMs }: { readonly limits: Limits; readonly nowMs: number },
): RoomProblem | null {
  switch (why) {
    case "room_invalid": {
      // Whoever may not know of a room does not hear its name.
      const other = room === undefined || room.isPrivate ? "another room" : `#${room.name}`;
      const text = `There cannot be a room #${name}: it looks like ${other}. Choose another name.`;
      return { code: "room_invalid", text };
    }
    case "rooms_full":
      return { code: "rooms_full", text: fullText(limits) };
    case "too_many_rooms":
      return {
        code: "rooms_full",
        text: `You are in ${MAX_ROOMS_A_CLIENT} rooms, as many as you may: leave one first.`,
      };
    case "no_room":
      return { code: "rooms_full", text: tooManyNewText(name, limits) };
    case "room_key":
      return { code: "room_key", text: `#${name} is private, and this is not its key.` };
    case "kept_out":
      return { code: "kept_out", text: keptOutText(name, (untilMs ?? nowMs) - nowMs) };
    case "not_in_room":
      return notInRoom(name);
    case "not_keeper":
      return { code: "not_allowed", text: `Only the keeper of #${name} can do that.` };
    case "permanent":
      return {
        code: "not_allowed",
        text: `#${name} is always there: it has no keeper and cannot be closed.`,
      };
    default:
      return null;
  }
}

function fullText({ maxRooms }: Limits): string {
  return maxRooms === 1
    ? "This server has one room only, the lobby."
    : `This server has ${maxRooms} rooms, as many as it may: join one of them. /rooms lists them.`;
}

function tooManyNewText(name: string, { newRoomsPerHour: most }: Limits): string {
  return `There is no room #${name}, and ${most} rooms were made from your address within an ` +
    "hour: wait, or join one that exists. /rooms lists them.";
}

function keptOutText(name: string, forMs: number): string {
  const seconds = Math.max(1, Math.ceil(forMs / 1_000));
  const time = seconds <= 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
  return `You were removed from #${name}, and may come back in ${time}.`;
}
