/**
 * What operators do by IRC: OPER makes one, KILL and WALLOPS are theirs, and so are their slash
 * commands, as commands of IRC.
 *
 * @module
 */

import { type CommandName, commandsFor } from "../../protocol/commands.ts";
import { withoutFormatting } from "../../protocol/irc/formatting.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { cleanLine } from "../../protocol/text.ts";
import { becomeOperator } from "../admission/password.ts";
import { explain, record } from "../commands/answers.ts";
import { removeName } from "../commands/bans.ts";
import { runCommand } from "../commands/commands.ts";
import { reasonOf } from "./channels.ts";
import type { IrcClient } from "./irc_client.ts";

/** OPER: the name is any, the password that of `/op`. */
export function oper(
  irc: IrcClient,
  { params: [, password = ""] }: IrcMessage,
): void | Promise<void> {
  const { connection } = irc;
  if (connection.server.operatorPassword === null) {
    return irc.numeric("ERR_PASSWDMISMATCH", [], "This server has no operators");
  }
  if (connection.isOperator) return irc.numeric("RPL_YOUREOPER");
  return becomeOperator(connection, password);
}

/** KILL: removes somebody from the server. */
export function kill(irc: IrcClient, { params: [name = "", raw] }: IrcMessage): void {
  if (!isOperator(irc)) return;
  const { connection } = irc;
  const text = explain("You were removed from this server", reasonOf(raw) ?? "");
  const removed = removeName(connection.server, name, { type: "bye", reason: "kicked", text });
  if (removed === 0) return irc.numeric("ERR_NOSUCHNICK", [name]);
  record(connection, "removed", { target: name });
}

/** WALLOPS: an operator tells something to all who want to hear that. */
export function wallops(irc: IrcClient, { params: [raw = ""] }: IrcMessage): void {
  if (!isOperator(irc)) return;
  irc.network.tellOperatorWords(irc.nick, cleanLine(withoutFormatting(raw)));
}

/** A slash command as a command of IRC: `MUTE ada 10m`. Those of operators are theirs alone. */
export function slashCommand(
  name: CommandName,
): (irc: IrcClient, message: IrcMessage) => void | Promise<void> {
  const isForAll = commandsFor("everyone").some((command) => command.name === name);
  return (irc, { params }) => {
    if (!isForAll && !isOperator(irc)) return;
    return runCommand(irc.connection, { line: `/${[name, ...params].join(" ")}` });
  };
}

/** Who is none is told so. */
function isOperator(irc: IrcClient): boolean {
  if (irc.connection.isOperator) return true;
  irc.numeric("ERR_NOPRIVILEGES");
  return false;
}
