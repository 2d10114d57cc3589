/**
 * What one client of IRC is told of the people on the server, whichever way they are here.
 *
 * @module
 */

import type { Member, Room } from "../../room/room.ts";
import { clientOf } from "../deliver.ts";
import type { IrcClient } from "./irc_client.ts";
import { isSeenBy } from "./names.ts";

/** The host of everybody: addresses are never shown. */
export const HOST = "chat";

/** Whether somebody may use the commands of operators. */
export function isOperator(member: Member): boolean {
  return clientOf(member)?.isOperator === true;
}

/**
 * How long somebody has said nothing, and since when it is connected.
 *
 * @returns Seconds, and seconds since 1970. Null: nobody can tell. Other dialects give signs of
 * life where nobody types.
 */
export function timesOf(
  { network, connection: { server } }: IrcClient,
  member: Member,
): { readonly idle: number; readonly signon: number } | null {
  const client = clientOf(member);
  const person = network.guestOf(member)?.person;
  if (client === null || person === undefined) return null;
  const now = server.clock.now();
  return {
    idle: Math.floor((now - person.spokeAt) / 1_000),
    signon: Math.floor((server.nowMs() - (now - client.startedAt)) / 1_000),
  };
}

/** Whether somebody may be found unnamed: it is this client, or shares a room with it. */
export function isFoundBy(irc: IrcClient, member: Member): boolean {
  const { member: own, isOperator } = irc.connection;
  if (isOperator || own === null || member === own) return true;
  return [...own.rooms].some((room) => member.rooms.has(room));
}

/** The rooms of somebody that a client may know of. */
export function roomsSeenBy(irc: IrcClient, member: Member): Room[] {
  return [...member.rooms].filter((room) => isSeenBy(irc, room));
}
