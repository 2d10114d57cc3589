/**
 * What a client is: MODE with its own name.
 *
 * @module
 */

import type { IrcClient } from "./irc_client.ts";

/** The modes of a client, as `+Bio`. */
export function userModes({ isBot, hearsOperators, connection }: IrcClient): string {
  return `+${isBot ? "B" : ""}i${connection.isOperator ? "o" : ""}${hearsOperators ? "w" : ""}`;
}

/**
 * Tells or changes what a client is: that it is a bot, and that it hears WALLOPS. Everybody is
 * invisible, and is an operator by OPER alone.
 */
export function userMode(irc: IrcClient, target: string, changes: string | undefined): void {
  const member = irc.connection.server.state.members.get(target);
  if (member === undefined) return irc.numeric("ERR_NOSUCHNICK", [target]);
  if (member !== irc.connection.member) return irc.numeric("ERR_USERSDONTMATCH");
  if (changes === undefined) {
    const tell = () => irc.sendNow(irc.numericLine("RPL_UMODEIS", [userModes(irc)]));
    return irc.connection.afterwards(tell);
  }
  let isOn = true;
  let isUnknown = false;
  /** The last word on a letter counts. */
  const wanted = new Map<"B" | "w", boolean>();
  for (const letter of changes) {
    if (letter === "+" || letter === "-") isOn = letter === "+";
    else if (letter === "B" || letter === "w") wanted.set(letter, isOn);
    else if (letter !== "i" && letter !== "o") isUnknown = true;
  }
  for (const [letter, isWanted] of wanted) change(irc, letter, isWanted);
  if (isUnknown) irc.numeric("ERR_UMODEUNKNOWNFLAG");
}

function change(irc: IrcClient, letter: "B" | "w", isOn: boolean): void {
  const tell = (wasSo: boolean) => {
    if (wasSo) return;
    irc.sendNow(irc.from(irc.nick, "MODE", [irc.nick, `${isOn ? "+" : "-"}${letter}`]));
  };
  if (letter === "B") return void irc.describe({ isBot: isOn }, tell);
  const wasSo = irc.hearsOperators === isOn;
  irc.hearsOperators = isOn;
  irc.connection.afterwards(() => tell(wasSo));
}
