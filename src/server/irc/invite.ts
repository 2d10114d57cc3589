/**
 * INVITE: asks somebody into a room, and lets them in where only the invited may come in.
 *
 * @module
 */

import { MAX_ROOMS_A_CLIENT } from "../../protocol/limits.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import type { Member, Room } from "../../room/room.ts";
import { proposeIn } from "../requests/about_room.ts";
import type { IrcClient } from "./irc_client.ts";
import { COUNTED_A_TOKEN, ownChannel, TOLD_A_TOKEN } from "./targets.ts";

/**
 * INVITE, of which `news.ts` tells who is invited; without parameters it tells into which rooms one
 * is invited.
 */
export function invite(
  irc: IrcClient,
  { params: [nick = "", raw = ""] }: IrcMessage,
): void | Promise<void> {
  const { connection } = irc;
  if (nick === "") {
    const wait = connection.throttle.pay(
      Math.floor(connection.server.rooms.size / COUNTED_A_TOKEN),
    );
    return wait === null ? invitations(irc) : wait.then(() => invitations(irc));
  }
  if (raw === "") return irc.numeric("ERR_NEEDMOREPARAMS", ["INVITE"]);
  const member = connection.server.state.members.get(nick);
  if (member === undefined) return irc.numeric("ERR_NOSUCHNICK", [nick]);
  const room = ownChannel(irc, raw);
  if (room === null) return;
  const channel = channelOf(room.name);
  if (member.rooms.has(room)) return irc.numeric("ERR_USERONCHANNEL", [member.name, channel]);
  // Without an `await` where there is nothing to wait for: several are told as one.
  const wait = connection.throttle.pay(Math.floor(room.members.size / TOLD_A_TOKEN));
  if (wait === null) return inviteInto(irc, room, member);
  return wait.then(() => connection.member === null ? undefined : inviteInto(irc, room, member));
}

function inviteInto(irc: IrcClient, room: Room, member: Member): void {
  const { member: by, isOperator } = irc.connection;
  const proposal = { type: "invite", room, by: by!, isOperator, member } as const;
  proposeIn(irc.connection, room, proposal, () => {
    irc.sendNow(irc.numericLine("RPL_INVITING", [member.name, channelOf(room.name)]));
    const away = irc.network.awayOf(member);
    if (away !== null) irc.sendNow(irc.numericLine("RPL_AWAY", [member.name], away));
  });
}

function invitations(irc: IrcClient): void {
  const { member, server } = irc.connection;
  if (member === null) return;
  const rooms = [...server.rooms.all()].filter(({ modes }) => modes.invited.has(member));
  for (const { name } of rooms.slice(0, MAX_ROOMS_A_CLIENT)) {
    irc.numeric("RPL_INVITELIST", [channelOf(name)]);
  }
  irc.numeric("RPL_ENDOFINVITELIST");
}
