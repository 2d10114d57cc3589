/**
 * What a client is: MODE with its own name.
 *
 * @module
 */

import type { IrcClient } from "./irc_client.ts";

/** The modes of a client, as `+Biow`. */
export function userModes({ isBot, connection, hearsOperators }: IrcClient): string {
  return `+${isBot ? "B" : ""}i${connection.isOperator ? "o" : ""}${hearsOperators ? "w" : ""}`;
}

/**
 * Tells or changes what a client is: that it is a bot, and whether it is told what operators say
 * with WALLOPS. Everybody is `i`: found by a mask only by who shares a room.
 */
export function userMode(irc: IrcClient, target: string, changes: string | undefined): void {
  const member = irc.connection.server.state.members.get(target);
  if (member === undefined) return irc.numeric("ERR_NOSUCHNICK", [target]);
  if (member !== irc.connection.member) return irc.numeric("ERR_USERSDONTMATCH");
  if (changes === undefined) return irc.numeric("RPL_UMODEIS", [userModes(irc)]);
  let isOn = true;
  let isUnknown = false;
  for (const letter of changes) {
    if (letter === "+" || letter === "-") isOn = letter === "+";
    else if (letter === "B") setBot(irc, isOn);
    else if (letter === "w") setHearing(irc, isOn);
    // irssi and WeeChat ask for +i.
    else if (letter !== "i") isUnknown = true;
  }
  if (isUnknown) irc.numeric("ERR_UMODEUNKNOWNFLAG");
}

function setBot(irc: IrcClient, isOn: boolean): void {
  if (irc.isBot === isOn) return;
  const { bots } = irc.network;
  if (isOn) bots.add(irc.connection.member!);
  else bots.delete(irc.connection.member!);
  tellMode(irc, isOn, "B");
}

function setHearing(irc: IrcClient, isOn: boolean): void {
  if (irc.hearsOperators === isOn) return;
  irc.hearsOperators = isOn;
  tellMode(irc, isOn, "w");
}

function tellMode(irc: IrcClient, isOn: boolean, letter: string): void {
  irc.send(irc.from(irc.nick, "MODE", [irc.nick, `${isOn ? "+" : "-"}${letter}`]));
}
