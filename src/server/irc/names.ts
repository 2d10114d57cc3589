/**
 * Who is in a room: numerics 353 and 366.
 *
 * @module
 */

import { type IrcLine, type IrcMessage, MAX_IRC_LINE_BYTES } from "../../protocol/irc/message.ts";
import { MAX_TARGETS } from "../../protocol/irc/isupport.ts";
import { channelOf, sourceOf } from "../../protocol/irc/render.ts";
import { joinedWords } from "../../protocol/irc/split.ts";
import { utf8Bytes } from "../../protocol/limits.ts";
import type { Member, Room } from "../../room/room.ts";
import type { IrcClient } from "./irc_client.ts";
import { isChannel, listed, pay } from "./targets.ts";

/** What stands before the names of a line, beside the nick and the channel, and CR and LF. */
const FRAME_BYTES = utf8Bytes(":  353  =  :\r\n");

/** What stands before a name: `@` the keeper of the room, `+` who may speak where few may. */
export function prefixOf({ caps }: IrcClient, room: Room, member: Member): string {
  const keeps = room.isKeptBy(member);
  const speaks = room.modes.ranks.voice.has(member);
  if (keeps && speaks && caps.has("multi-prefix")) return "@+";
  return keeps ? "@" : speaks ? "+" : "";
}

/** Who is in a room, as its members are told. */
export function namesLines(irc: IrcClient, room: Room): IrcLine[] {
  return [
    ...nameReplies(irc, room),
    irc.numericLine("RPL_ENDOFNAMES", [channelOf(room.name)]),
  ];
}

function nameReplies(irc: IrcClient, room: Room): IrcLine[] {
  const channel = channelOf(room.name);
  const words = [...room.members].map((member) => {
    const name = irc.caps.has("userhost-in-names") ? sourceOf(member.name) : member.name;
    return prefixOf(irc, room, member) + name;
  });
  const { serverName } = irc.network;
  const maxBytes = MAX_IRC_LINE_BYTES - FRAME_BYTES - utf8Bytes(serverName + irc.nick + channel);
  const kind = room.isPrivate ? "@" : "=";
  const texts = words.length === 0 ? [] : joinedWords(words, maxBytes);
  return texts.map((text) => irc.numericLine("RPL_NAMREPLY", [kind, channel], text));
}

/** Names that one token pays for, beside that for the line: about 2 KiB. */
const NAMES_A_TOKEN = 100;

/**
 * Pays for the names of a room before somebody comes in, as {@linkcode names} does.
 *
 * @returns False: the client has left meanwhile.
 */
export function payForNames(irc: IrcClient, { members }: Room): Promise<boolean> {
  return pay(irc, members.size / NAMES_A_TOKEN);
}

/** NAMES: who is in the channels that are named, once that is paid for. */
export async function names(irc: IrcClient, { params }: IrcMessage): Promise<void> {
  if (params[0] === undefined) return irc.numeric("RPL_ENDOFNAMES", ["*"]);
  const channels = listed(params[0], MAX_TARGETS.NAMES);
  const count = seen(irc, channels).reduce((sum, { members }) => sum + members.size, 0);
  if (await pay(irc, count / NAMES_A_TOKEN)) await irc.sendAll(allNames(irc, channels));
}

function* allNames(irc: IrcClient, channels: readonly string[]): Iterable<IrcLine> {
  for (const room of seen(irc, channels)) yield* nameReplies(irc, room);
  yield irc.numericLine("RPL_ENDOFNAMES", [channels.join()]);
}

/** The rooms that are named and that a client may know of. */
function seen(irc: IrcClient, channels: readonly string[]): Room[] {
  return channels.filter(isChannel)
    .map((raw) => irc.connection.findRoom(raw))
    .filter((room) => room !== undefined)
    .filter((room) => isSeenBy(irc, room));
}

/** Whether a client may know who is in a room. */
export function isSeenBy({ connection: { member, isOperator } }: IrcClient, room: Room): boolean {
  return !room.isPrivate || isOperator || member?.rooms.has(room) === true;
}
