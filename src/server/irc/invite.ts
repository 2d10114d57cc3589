/**
 * INVITE: asks somebody into a room, and lets them in where only the invited may come in.
 *
 * @module
 */

import { deliver } from "../deliver.ts";
import { MAX_ROOMS_A_CLIENT } from "../../protocol/limits.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import type { Member, Room } from "../../room/room.ts";
import { proposeIn } from "../requests/about_room.ts";
import type { IrcClient } from "./irc_client.ts";
import { ownChannel } from "./targets.ts";

/** INVITE; without parameters it tells into which rooms one is invited. */
export function invite(irc: IrcClient, { params: [nick = "", raw = ""] }: IrcMessage): void {
  const { connection } = irc;
  if (nick === "") return invitations(irc);
  if (raw === "") return irc.numeric("ERR_NEEDMOREPARAMS", ["INVITE"]);
  const member = connection.server.state.members.get(nick);
  if (member === undefined) return irc.numeric("ERR_NOSUCHNICK", [nick]);
  const room = ownChannel(irc, raw);
  if (room === null) return;
  const channel = channelOf(room.name);
  if (member.rooms.has(room)) return irc.numeric("ERR_USERONCHANNEL", [member.name, channel]);
  const { member: by, isOperator } = connection;
  proposeIn(connection, room, { type: "invite", room, by: by!, isOperator, member }, () => {
    irc.sendNow(irc.numericLine("RPL_INVITING", [member.name, channel]));
    const away = irc.network.personOf(member)?.away ?? null;
    if (away !== null) irc.sendNow(irc.numericLine("RPL_AWAY", [member.name], away));
    tell(irc, room, member);
  });
}

/** Who is invited hears of it in the way of its dialect; of the others those who asked for that. */
function tell(
  { connection: { server }, network, nick: from }: IrcClient,
  room: Room,
  member: Member,
): void {
  const words = [member.name, channelOf(room.name)];
  const guest = network.guestOf(member);
  if (guest !== undefined) guest.person.hear(from, "INVITE", { words });
  else {
    const text = `${from} invites you to #${room.name}.`;
    void deliver(server, member, { type: "notice", text });
  }
  network.tell(room, { from, command: "INVITE", words, needs: "invite-notify" }, member);
}

function invitations(irc: IrcClient): void {
  const { member, server } = irc.connection;
  const rooms = [...server.rooms.all()].filter(({ modes }) => modes.invited.has(member!));
  for (const { name } of rooms.slice(0, MAX_ROOMS_A_CLIENT)) {
    irc.numeric("RPL_INVITELIST", [channelOf(name)]);
  }
  irc.numeric("RPL_ENDOFINVITELIST");
}
