/**
 * LIST: which channels there are.
 *
 * @module
 */

import { parseListWish } from "../../protocol/irc/elist.ts";
import { MAX_TARGETS } from "../../protocol/irc/isupport.ts";
import type { IrcLine, IrcMessage } from "../../protocol/irc/message.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import type { Room } from "../../room/room.ts";
import type { IrcClient } from "./irc_client.ts";
import { isSeenBy } from "./names.ts";
import { isChannel, listed, pay } from "./targets.ts";

/** Channels that one token pays for, beside that for the line. */
const CHANNELS_A_TOKEN = 50;

/** LIST. */
export async function list(irc: IrcClient, { params: [targets = ""] }: IrcMessage): Promise<void> {
  const { rooms } = irc.connection.server;
  if (!await pay(irc, rooms.size / CHANNELS_A_TOKEN)) return;
  await irc.sendAll(listLines(irc, listed(targets, MAX_TARGETS.LIST)));
}

function* listLines(irc: IrcClient, items: readonly string[]): Iterable<IrcLine> {
  const { connection } = irc;
  const { names, wants } = parseListWish(items);
  yield irc.numericLine("RPL_LISTSTART", ["Channel"]);
  const named = names.filter(isChannel).map((name) => connection.findRoom(name));
  for (const room of [...connection.server.rooms.all()].filter((room) => isSeenBy(irc, room))) {
    // The lobby is there also when nobody is in it, but then there is nobody to talk to.
    if (room.members.size === 0 && !named.includes(room)) continue;
    const channel = channelOf(room.name);
    if (!wants({ channel, people: room.members.size })) continue;
    yield irc.numericLine("RPL_LIST", [channel, String(room.members.size)], topicOf(room));
  }
  yield irc.numericLine("RPL_LISTEND");
}

function topicOf({ topic }: Room): string {
  return topic?.text ?? "";
}
