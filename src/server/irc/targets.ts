/**
 * What commands are about: channels and people, as clients name them.
 *
 * @module
 */

import { matchesMask } from "../../protocol/irc/masks.ts";
import type { Member, Room } from "../../room/room.ts";
import type { IrcClient } from "./irc_client.ts";

/**
 * The items of a list with commas.
 *
 * @param max So many of them count.
 */
export function listed(text: string, max: number): string[] {
  return text.split(",").filter((item) => item !== "").slice(0, max);
}

/** Each target beyond the first costs what a line does: the next line waits until that is paid. */
export function payForMore(
  { connection }: IrcClient,
  targets: readonly string[],
): Promise<void> | void {
  return connection.throttle.pay(Math.max(0, targets.length - 1)) ?? undefined;
}

/** Whether a target is the name of a channel. */
export function isChannel(target: string): boolean {
  return target.startsWith("#");
}

/**
 * A channel that a client is in.
 *
 * @returns Null: refused, and the client was told. Who is not in a private room does not hear that
 * it exists.
 */
export function ownChannel(irc: IrcClient, raw: string): Room | null {
  const room = isChannel(raw) ? irc.connection.findRoom(raw) : undefined;
  if (room !== undefined && irc.connection.member!.rooms.has(room)) return room;
  if (room === undefined || room.isPrivate) irc.numeric("ERR_NOSUCHCHANNEL", [raw]);
  else irc.numeric("ERR_NOTONCHANNEL", [raw]);
  return null;
}

/** The channel that somebody wants to change: as {@linkcode ownChannel}, and for operators any. */
export function keptChannel(irc: IrcClient, raw: string): Room | null {
  const { connection } = irc;
  const named = connection.isOperator && isChannel(raw) ? connection.findRoom(raw) : undefined;
  return named ?? ownChannel(irc, raw);
}

/** Whether a client may change a room: its keeper and operators may. */
export function mayChange({ connection }: IrcClient, room: Room): boolean {
  return connection.isOperator || room.isKeptBy(connection.member!);
}

/** Somebody who is in a channel; null: nobody of that name is, and the client was told. */
export function memberOf(irc: IrcClient, room: Room, raw: string): Member | null {
  const member = irc.connection.server.state.members.get(raw);
  if (member === undefined) irc.numeric("ERR_NOSUCHNICK", [raw]);
  else if (!member.rooms.has(room)) {
    irc.numeric("ERR_USERNOTINCHANNEL", [member.name, `#${room.name}`]);
  } else return member;
  return null;
}

/**
 * Whether a question is one for this server: it names none, or this one, or somebody who is here.
 *
 * @returns False: it means another server, which does not exist, and the client was told.
 */
export function isForUs(irc: IrcClient, target: string | undefined): boolean {
  if (target === undefined || matchesMask(target, irc.network.serverName)) return true;
  if (irc.connection.server.state.members.get(target) !== undefined) return true;
  irc.numeric("ERR_NOSUCHSERVER", [target]);
  return false;
}

/**
 * People that one token pays for, where each is told something: by a line of its own, in no log.
 */
export const TOLD_A_TOKEN = 100;

/** Names that one token pays for, beside that for the line: each is checked and looked up. */
export const LOOKED_UP_A_TOKEN = 20;

/** People or rooms that are gone through, to count them, for one token. */
export const COUNTED_A_TOKEN = 500;

/**
 * Pays for a long answer.
 *
 * @param tokens Beside the one that its line costs; what is below a whole one is free.
 * @returns False: the client has left meanwhile.
 */
export async function pay({ connection }: IrcClient, tokens: number): Promise<boolean> {
  const wait = connection.throttle.pay(Math.floor(tokens));
  if (wait !== null) await wait;
  return connection.member !== null;
}
