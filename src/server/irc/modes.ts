/**
 * MODE: what holds in a channel, and what a client is.
 *
 * @module
 */

import type { IrcMessage } from "../../protocol/irc/message.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import type { Room } from "../../room/room.ts";
import { findRoom } from "../requests/rooms.ts";
import type { IrcClient } from "./irc_client.ts";
import { isSeenBy } from "./names.ts";
import { userModes } from "./server_info.ts";
import { isChannel } from "./targets.ts";

/** MODE. */
export function mode(irc: IrcClient, { params: [target = "", ...words] }: IrcMessage): void {
  if (!isChannel(target)) return userMode(irc, target, words);
  const room = findRoom(irc.connection, target);
  if (room === undefined || !isSeenBy(irc, room)) return irc.numeric("ERR_NOSUCHCHANNEL", [target]);
  irc.connection.afterwards(() => {
    const channel = channelOf(room.name);
    irc.sendNow(irc.numericLine("RPL_CHANNELMODEIS", [channel, channelModes(room)]));
  });
}

/** What holds in a room, as `+knt`. */
export function channelModes({ key, isUnlisted }: Room): string {
  return `+${key === null ? "" : "k"}n${isUnlisted ? "s" : ""}t`;
}

function userMode(irc: IrcClient, target: string, [changes]: readonly string[]): void {
  const member = irc.connection.server.state.members.get(target);
  if (member === undefined) return irc.numeric("ERR_NOSUCHNICK", [target]);
  if (member !== irc.connection.member) return irc.numeric("ERR_USERSDONTMATCH");
  if (changes === undefined) return irc.numeric("RPL_UMODEIS", [userModes(irc)]);
  let isOn = true;
  for (const letter of changes) {
    if (letter === "+" || letter === "-") isOn = letter === "+";
    else if (letter !== "B") irc.numeric("ERR_UMODEUNKNOWNFLAG");
    else if (irc.isBot !== isOn) {
      if (isOn) irc.network.bots.add(member);
      else irc.network.bots.delete(member);
      irc.send(irc.from(irc.nick, "MODE", [irc.nick, `${isOn ? "+" : "-"}B`]));
    }
  }
}
