/**
 * What MODE tells of a channel: numerics 324, 329, 367 and 368.
 *
 * @module
 */

import { maskOfName } from "../../protocol/irc/masks.ts";
import type { IrcLine } from "../../protocol/irc/message.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import type { Room } from "../../room/room.ts";
import { StoreUnavailable } from "../../store/store.ts";
import type { IrcClient } from "./irc_client.ts";

/** What holds in a channel, and since when there is one. */
export function modeLines(irc: IrcClient, room: Room): IrcLine[] {
  const channel = channelOf(room.name);
  const words = [channel, channelModes(room), ...(room.key === null ? [] : ["*"])];
  return [
    irc.numericLine("RPL_CHANNELMODEIS", words),
    irc.numericLine("RPL_CREATIONTIME", [channel, String(unixTime(madeAtMs(irc, room)))]),
  ];
}

/** What holds in a room, as `+knt`. */
function channelModes({ key, isUnlisted, modes: { flags } }: Room): string {
  return "+" + (flags.isInviteOnly ? "i" : "") + (key === null ? "" : "k") +
    (flags.isModerated ? "m" : "") + (flags.isOpenToAll ? "" : "n") + (isUnlisted ? "s" : "") +
    (flags.hasOpenTopic ? "" : "t");
}

/** Which names are kept out of a channel for good. */
export function banLines(irc: IrcClient, { name: room, modes }: Room): IrcLine[] {
  const channel = channelOf(room);
  return [
    ...[...modes.bans.values()].map(({ name, by, atMs }) =>
      irc.numericLine("RPL_BANLIST", [channel, maskOfName(name), by, String(unixTime(atMs))])
    ),
    irc.numericLine("RPL_ENDOFBANLIST", [channel]),
  ];
}

/** When its first event was; where that is not kept any more, when the server was started. */
function madeAtMs({ network }: IrcClient, { store }: Room): number {
  try {
    const first = store.newestBefore(2);
    if (first !== undefined) return Date.parse(first.at);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
  }
  return network.startedAt.getTime();
}

function unixTime(ms: number): number {
  return Math.floor(ms / 1_000);
}
