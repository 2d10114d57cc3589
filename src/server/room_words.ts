/**
 * What people are told of rooms: why they are in one no more, and why something about a room was
 * refused.
 *
 * @module
 */

import type { Refused } from "../order/order.ts";
import type { CommandName } from "../protocol/commands.ts";
import { MAX_ROOMS_A_CLIENT } from "../protocol/limits.ts";
import type { ErrorCode } from "../protocol/messages.ts";
import type { Parting, Room } from "../room/room.ts";
import { showDuration } from "./durations.ts";
import type { Limits } from "./limits.ts";

/** Why the lobby has no key. */
export const LOBBY_KEY =
  "The lobby cannot have a key: a password keeps strangers out of the server.";

/** Why something was refused. */
export interface RoomProblem {
  /** For programs. */
  readonly code: ErrorCode;
  /** For people: one line. */
  readonly text: string;
}

/** What is known where something about a room is refused. */
export interface RefusalContext {
  /** Of the server. */
  readonly limits: Limits;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** There may be operators, who may do more. */
  readonly hasOperators: boolean;
  /** A key was given, whichever. */
  readonly keyGiven: boolean;
  /** The client is a person, who types commands. */
  readonly prompts: boolean;
}

/**
 * Why somebody is in a room no more; undefined: it left by itself.
 *
 * @param name Whose it is that this is told.
 * @param nowMs Milliseconds since 1970.
 */
export function partingText(
  { room, reason, by = "An operator", text, untilMs = 0 }: Parting,
  name: string,
  nowMs: number,
): string | undefined {
  if (reason === "part") return undefined;
  if (reason === "closed") {
    if (text !== undefined) return text;
    return `${by === name ? "You" : by} closed #${room.name}: its history is deleted.`;
  }
  // Of what was given, a moment may have passed.
  const time = showDuration(Math.ceil((untilMs - nowMs) / 1_000) * 1_000);
  return `${by} removed you from #${room.name} ${time}${text === undefined ? "." : `: ${text}`}`;
}

/** That somebody is not in a room; null: in none by default. */
export function notInRoom(name: string | null): RoomProblem {
  const text = name === null
    ? "You have no default room: say which room you mean."
    : `You are not in #${name}: join it first.`;
  return { code: "not_in_room", text };
}

/** That somebody may not change a room, and who may. */
export function notKeeper({ name, keeper, isPermanent }: Room, hasOperators: boolean): RoomProblem {
  const code = "not_allowed";
  if (keeper !== null) {
    return { code, text: `Only the keeper of #${name}, ${keeper.name}, can do that.` };
  }
  const fact = `#${name} has no keeper${isPermanent ? "" : " any more"}`;
  const advice = hasOperators ? ": ask an operator." : ", and this server has no operators.";
  return { code, text: fact + advice };
}

/**
 * What is said of a refusal that is about a room.
 *
 * @param name The room's, folded.
 * @returns Null: the refusal is about something else.
 */
export function roomProblem(
  { why, room, untilMs }: Refused,
  name: string,
  { limits, nowMs, hasOperators, keyGiven, prompts }: RefusalContext,
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
      return { code: "room_key", text: keyText(name, keyGiven, prompts) };
    case "kept_out":
      return { code: "kept_out", text: keptOutText(name, (untilMs ?? nowMs) - nowMs) };
    case "name_banned":
      return { code: "kept_out", text: `Your name is banned from #${name}.` };
    case "invite_only":
      return { code: "invite_only", text: `#${name} is for invited people only.` };
    case "moderated":
      return { code: "not_allowed", text: moderatedText(name) };
    case "too_many_bans":
      return { code: "not_allowed", text: `#${name} has as many bans as it may: lift one first.` };
    case "not_in_room":
      return notInRoom(name);
    case "not_keeper":
      return room === undefined ? null : notKeeper(room, hasOperators);
    case "permanent":
      return { code: "not_allowed", text: permanentText(name) };
    default:
      return null;
  }
}

/**
 * What nobody may do to a room that is always there, whoever asks.
 *
 * @param command What is asked for.
 * @param isLobby The room is the lobby.
 * @returns Null: somebody may.
 */
export function neverThere(
  { name, isPermanent }: Room,
  command: CommandName,
  isLobby: boolean,
): RoomProblem | null {
  if (command === "key" && isLobby) return { code: "not_allowed", text: LOBBY_KEY };
  const isNever = isPermanent && (command === "keeper" || command === "close");
  return isNever ? { code: "not_allowed", text: permanentText(name) } : null;
}

function permanentText(name: string): string {
  return `#${name} is always there: it has no keeper and cannot be closed.`;
}

/** What is told to who may not speak in a room. */
export function moderatedText(name: string): string {
  return `#${name} is moderated: only its keeper and people with a voice can speak.`;
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

function keyText(name: string, keyGiven: boolean, prompts: boolean): string {
  if (keyGiven) return `#${name} is private, and this is not its key.`;
  return `#${name} is private: ${prompts ? `type /join ${name} KEY` : "give its key"}.`;
}

function keptOutText(name: string, forMs: number): string {
  const seconds = Math.max(1, Math.ceil(forMs / 1_000));
  const time = seconds <= 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
  return `You were removed from #${name}, and may come back in ${time}.`;
}
