/**
 * What a client is: MODE with its own name.
 *
 * @module
 */

import type { IrcClient } from "./irc_client.ts";

/** The modes of a client, as `+Bio`. */
export function userModes({ isBot, connection }: IrcClient): string {
  return `+${isBot ? "B" : ""}i${connection.isOperator ? "o" : ""}`;
}

/** Tells or changes what a client is. Only that it is a bot can be changed. */
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
    // irssi and WeeChat ask for +i, which everybody is.
    else if (letter !== "i" && letter !== "w") isUnknown = true;
  }
  if (isUnknown) irc.numeric("ERR_UMODEUNKNOWNFLAG");
}

function setBot(irc: IrcClient, isOn: boolean): void {
  if (irc.isBot === isOn) return;
  irc.isBot = isOn;
  irc.send(irc.from(irc.nick, "MODE", [irc.nick, `${isOn ? "+" : "-"}B`]));
}
