/**
 * What the server answers about itself: VERSION, TIME, INFO, HELP and LINKS.
 *
 * @module
 */

import { HELP_TOPICS, helpOn } from "../../protocol/irc/help.ts";
import { isupportLines } from "../../protocol/irc/isupport.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { joinedWords } from "../../protocol/irc/split.ts";
import { VERSION } from "../../version.ts";
import type { IrcClient } from "./irc_client.ts";
import { isForUs } from "./targets.ts";

/** Bytes of the commands in one line of HELP. */
const MAX_COMMANDS_BYTES = 70;

/** VERSION, and the tokens of 005 again. */
export function version(irc: IrcClient, { params: [target] }: IrcMessage): void {
  if (!isForUs(irc, target)) return;
  const { serverName } = irc.network;
  irc.numeric("RPL_VERSION", [`chat-${VERSION}`, serverName], "chat rooms in one executable");
  for (const tokens of isupportLines(serverName)) irc.numeric("RPL_ISUPPORT", tokens);
}

/** TIME. */
export function time(irc: IrcClient, { params: [target] }: IrcMessage): void {
  if (!isForUs(irc, target)) return;
  const now = new Date(irc.connection.server.nowMs()).toUTCString();
  irc.numeric("RPL_TIME", [irc.network.serverName], now);
}

/** INFO. */
export function info(irc: IrcClient, { params: [target] }: IrcMessage): void {
  if (!isForUs(irc, target)) return;
  const { startedAt } = irc.network;
  irc.numeric("RPL_INFO", [], `chat ${VERSION}: chat rooms in one executable`);
  irc.numeric("RPL_INFO", [], "The same rooms are open to nc, telnet, browsers and chat join");
  irc.numeric("RPL_INFO", [], `Started ${startedAt.toUTCString()}`);
  irc.numeric("RPL_ENDOFINFO");
}

/** HELP and HELPOP: all commands, or one of them. */
export function help(irc: IrcClient, { params: [raw = ""] }: IrcMessage): void {
  const topic = raw.toUpperCase();
  if (topic === "") {
    irc.numeric("RPL_HELPSTART", ["*"], "HELP COMMAND tells more of one of these");
    for (const text of joinedWords(HELP_TOPICS, MAX_COMMANDS_BYTES)) {
      irc.numeric("RPL_HELPTXT", ["*"], text);
    }
    return irc.numeric("RPL_ENDOFHELP", ["*"]);
  }
  const found = helpOn(topic);
  if (found === undefined) return irc.numeric("ERR_HELPNOTFOUND", [raw]);
  irc.numeric("RPL_HELPSTART", [topic], found.usage === "" ? topic : `${topic} ${found.usage}`);
  irc.numeric("RPL_HELPTXT", [topic], found.help);
  irc.numeric("RPL_ENDOFHELP", [topic]);
}

/** LINKS: there are no other servers. */
export function links(irc: IrcClient): void {
  irc.numeric("RPL_ENDOFLINKS", ["*"]);
}
